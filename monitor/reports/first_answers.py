"""The first response read otherwise: as the first answer by anybody, bots too, or as the first of substance.

Neither has rows: a clock of the first response says both, by columns of their own where it ended otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import Case, CharField, F, Q, Value, When

from monitor.clock.metrics import BESIDE, Metric, Outcome
from monitor.reports.wait_parts import ANSWERED, LEFT, MISDATED, NOBODY_WAITED, WAITS


class OtherColumns(NamedTuple):
    """Which rows say that it ended otherwise, and the columns that say when, how, and after how much open time."""

    there: Q
    at: str
    business: str
    outcome: F | Value


OTHER_COLUMNS: Final[Mapping[str, OtherColumns]] = {
    Metric.FIRST_ANY_RESPONSE: OtherColumns(
        Q(any_at__isnull=False), "any_at", "any_business", Value(Outcome.MET.value)
    ),
    Metric.FIRST_SUBSTANTIVE_RESPONSE: OtherColumns(
        Q(substantive_outcome__isnull=False),
        "substantive_at",
        "substantive_business",
        F("substantive_outcome"),
    ),
}
"""What a first response can be read as besides."""

_OUTCOMES: Final[Mapping[str, Sequence[str]]] = {
    "answered": [Outcome.MET],
    "waiting": [""],
    "never_answered": [Outcome.UNANSWERED],
    **{str(outcome): [outcome] for outcome in LEFT},
}
"""How those came out that ended otherwise, by the part that they are in: none is dated before its question."""


def stored_as(metric: str) -> str:
    """Return the metric of the clocks that a metric is read of."""
    return Metric.FIRST_RESPONSE if metric in BESIDE else metric


def outcome_of(metric: str) -> Case | F:
    """Return how a clock came out by this metric; late is nothing where nothing is promised."""
    if metric not in BESIDE:
        return F("outcome")
    other = OTHER_COLUMNS[metric]
    met = When(outcome=Outcome.LATE, then=Value(Outcome.MET.value))
    return Case(When(other.there, then=other.outcome), met, default=F("outcome"), output_field=CharField())


def end_of(metric: str) -> Case | F:
    """Return when a clock ended by this metric; null while it lasts."""
    if metric not in BESIDE:
        return F("ended_at")
    other = OTHER_COLUMNS[metric]
    return Case(When(other.there, then=F(other.at)), default=F("ended_at"))


def somebody_waited(metric: str) -> Q:
    """Return the rule that somebody waited by this metric."""
    rule = ~Q(outcome__in=NOBODY_WAITED)
    if metric == Metric.FIRST_SUBSTANTIVE_RESPONSE:
        rule &= Q(substantive_outcome=None) | ~Q(substantive_outcome__in=NOBODY_WAITED)
    return rule


def part(metric: str, name: str, now: datetime) -> Q:
    """Return the rule that a clock is in a part of all who asked, by this metric.

    Of promises there are none: everybody who still asks for an answer, or got one, is unpromised.
    """
    there = OTHER_COLUMNS[metric].there
    if name == "unpromised":
        return ~part(metric, "misdated", now) & ~_left(metric, now)
    if name not in WAITS:
        return Q(pk__in=[])
    return ~there & WAITS[name](now) | _came_out(metric, _OUTCOMES.get(name, ()))


def misdated(metric: str) -> Q:
    """Return the rule that a clock's end is dated before its question, so that nobody knows how long they waited."""
    return MISDATED & ~OTHER_COLUMNS[metric].there if metric in BESIDE else MISDATED


def answered_between(metric: str, on_days: Q, on_other_days: Q) -> Q:
    """Return the rule that it was answered on these days, by `ended_at` and by the column that says otherwise."""
    other = OTHER_COLUMNS[metric].there
    return ~other & Q(outcome__in=ANSWERED) & on_days | _came_out(metric, [Outcome.MET]) & on_other_days


def _left(metric: str, now: datetime) -> Q:
    rule = Q()
    for outcome in LEFT:
        rule |= part(metric, str(outcome), now)
    return rule


def _came_out(metric: str, outcomes: Sequence[str]) -> Q:
    if metric == Metric.FIRST_ANY_RESPONSE:
        return Q(any_at__isnull=False) if Outcome.MET in outcomes else Q(pk__in=[])
    return Q(substantive_outcome__in=outcomes)
