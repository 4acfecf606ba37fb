"""What a ticket is promised, as `monitor/parts/tried_promises.html` shows it; any page may include that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from helpdesk.models import Agent, Queue, Store
from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import PROMISED, Metric
from monitor.models import METRIC_LABELS
from monitor.pages.clock_strip import LedgerLine, ledger_lines
from monitor.pages.explanation.value_words import Word
from monitor.promises.tester.draft_trial import DraftTrial
from monitor.promises.tester.tried_promises import ConditionVerdict, PolicyPlace, PolicyVerdict, TriedClock
from monitor.promises.tester.verdict_words import CONDITION_LABELS, VerdictWords
from monitor.relay.clock_state import Label


@dataclass(frozen=True, slots=True)
class ShownCondition:
    """What a policy asks, and what the ticket has."""

    label: Word
    wanted: str
    has: str
    holds: bool


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """What became of one policy."""

    name: str
    version: int | None
    applies: bool
    matches: bool
    why: str
    conditions: list[ShownCondition]


@dataclass(frozen=True, slots=True)
class TriedClockFace:
    """A clock as it would be, named as in the ledger of a ticket's own page."""

    name: str
    metric: Word
    clock: ReplayedClock
    hours: BusinessCalendar | None
    never_due: bool
    policy: Label
    calendar: Label
    steps: list[LedgerLine]


@dataclass(frozen=True, slots=True)
class ShownTrial:
    """A trial in words; `shown_at` is the last instant that is told of the ticket."""

    summary: str
    opened_at: datetime
    shown_at: datetime
    has: list[tuple[Word, str]]
    verdicts: list[ShownVerdict]
    clocks: list[TriedClockFace]


def shown_trial(trial: DraftTrial, *, viewer: Agent) -> ShownTrial:
    """Say a trial in words; of queues and stores, name those that the viewer sees."""
    promises, words = trial.promises, _words(trial, viewer)
    return ShownTrial(
        summary=words.summary(promises),
        opened_at=promises.tried.opened_at,
        shown_at=promises.shown_at,
        has=list(_what_it_has(trial, words)),
        verdicts=[_verdict(one, trial, words) for one in promises.policies],
        clocks=[_face(one, trial) for one in promises.clocks],
    )


def due_times(
    before: DraftTrial, proposed: DraftTrial
) -> list[tuple[Word, datetime | None, datetime | None]]:
    """Return when each metric is due first, by what is in force and by what is proposed."""
    then, then_to_be = _first_due(before), _first_due(proposed)
    metrics = [metric for metric in PROMISED if metric in then or metric in then_to_be]
    return [(METRIC_LABELS[one], then.get(one), then_to_be.get(one)) for one in metrics]


def _first_due(trial: DraftTrial) -> dict[Metric, datetime | None]:
    return {one.clock.metric: one.clock.due_at for one in reversed(trial.promises.clocks)}


def _words(trial: DraftTrial, viewer: Agent) -> VerdictWords:
    """Name what the viewer sees, and where the ticket itself is: that they see by the ticket."""
    has = trial.promises.tried.attributes
    stores = Store.objects.filter(Q(pk=has.store) | Q(pk__in=Store.objects.visible_to(viewer).values("pk")))
    queues = Queue.objects.filter(Q(pk=has.queue) | Q(pk__in=Queue.objects.visible_to(viewer).values("pk")))
    return VerdictWords(
        policies={number: label[0] or "" for number, label in trial.called.policies.items()},
        stores=dict(stores.values_list("pk", "name")),
        queues=dict(queues.values_list("pk", "name")),
    )


def _what_it_has(trial: DraftTrial, words: VerdictWords) -> Iterator[tuple[Word, str]]:
    attributes = trial.promises.tried.attributes
    for key, label in CONDITION_LABELS.items():
        value = getattr(attributes, key)
        yield label, ", ".join(words.names(key, value if key == "tags" else [value])) or "–"


def _verdict(verdict: PolicyVerdict, trial: DraftTrial, words: VerdictWords) -> ShownVerdict:
    return ShownVerdict(
        name=words.name(verdict),
        version=trial.called.of_policy(verdict.version.id)[1],
        applies=verdict.place is PolicyPlace.APPLIES,
        matches=verdict.place is not PolicyPlace.ASKS_FOR_OTHERS,
        why=words.why(verdict, trial.promises),
        conditions=[_condition(one, words) for one in verdict.conditions],
    )


def _condition(one: ConditionVerdict, words: VerdictWords) -> ShownCondition:
    wanted, has = (
        ", ".join(filter(None, words.names(one.key, values))) or "–" for values in (one.wanted, one.has)
    )
    return ShownCondition(CONDITION_LABELS[one.key], wanted, has, one.holds)


def _face(one: TriedClock, trial: DraftTrial) -> TriedClockFace:
    clock, called = one.clock, trial.called
    version = trial.promises.edition.calendar_version(clock.calendar_version)
    return TriedClockFace(
        name=f"{clock.metric.value}-{clock.cycle}",
        metric=METRIC_LABELS[clock.metric],
        clock=clock,
        hours=version.hours if version else None,
        never_due=one.never_due,
        policy=called.of_policy(clock.policy_version),
        calendar=called.of_calendar(clock.calendar_version),
        steps=ledger_lines(one.ledger, called),
    )
