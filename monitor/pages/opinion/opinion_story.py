"""One foreign ticket as it is shown: what was said when, where each side's clock stopped, and our ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.ledger import explain
from monitor.clock.metrics import Metric
from monitor.models import METRIC_LABELS, Opinion, OpinionTicket
from monitor.opinion import our_count
from monitor.opinion.difference import Reason
from monitor.opinion.foreign_ticket import Cast, ForeignComment, ForeignTicket, Voice
from monitor.opinion.opinion_count import cast_of, foreign, hours_of
from monitor.opinion.outcome_words import outcome_words
from monitor.opinion.reason_words import REASON_WORDS, ReasonWords
from monitor.pages.clock_strip import KINDS, step_reason

VOICES: Final = {
    Voice.REQUESTER: _("the customer"),
    Voice.OTHER: _("somebody else"),
    Voice.AGENT: _("an agent"),
    Voice.ROBOT: _("a program"),
}
UNTOLD: Final = _("they do not tell who")
SHOWN: Final = 200
"""So many comments, and so many steps of a ledger, are shown."""


@dataclass(frozen=True, slots=True)
class SaidThere:
    """A comment: when, by whom, and which clock stopped at it."""

    at: datetime
    who: Any
    public: bool
    stops_theirs: bool
    stops_ours: bool


@dataclass(frozen=True, slots=True)
class CountedStep:
    """A step of our ledger in words."""

    start: datetime
    end: datetime
    span: timedelta
    kind: Any
    reason: Any


@dataclass(frozen=True, slots=True)
class CountedClock:
    """One of our clocks, step by step."""

    metric: Any
    outcome: Any
    steps: list[CountedStep]


@dataclass(frozen=True, slots=True)
class ForeignStory:
    """All that the page of a foreign ticket shows."""

    outcome: Any
    created_at: datetime
    reasons: list[ReasonWords]
    said: list[SaidThere]
    left_out: int
    clocks: list[CountedClock]


def story(row: OpinionTicket, opinion: Opinion) -> ForeignStory:
    """Return one ticket told anew from what was taken in, by the rules by which it was counted."""
    ticket, cast, book = foreign(row), cast_of(opinion), hours_of(opinion.calendar)
    until = opinion.told_until or row.changed_at
    replayed = our_count.clocks(ticket, cast, book, until=until)
    said = list(_said(row, ticket, cast, replayed))
    return ForeignStory(
        outcome=outcome_words(row.outcome),
        created_at=ticket.created_at,
        reasons=[REASON_WORDS[Reason(code)] for code in row.reasons],
        said=said[:SHOWN],
        left_out=max(0, len(said) - SHOWN),
        clocks=[_counted(clock, book, until) for clock in replayed if clock.metric in _SHOWN_METRICS],
    )


_SHOWN_METRICS: Final = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)


def _said(
    row: OpinionTicket, ticket: ForeignTicket, cast: Cast, replayed: tuple[ReplayedClock, ...]
) -> Iterator[SaidThere]:
    first = next((clock for clock in replayed if clock.metric is Metric.FIRST_RESPONSE), None)
    grain = ticket.figure.grain if ticket.figure else 0
    for comment in sorted(ticket.comments or (), key=lambda one: (one.at, one.id)):
        waited = (comment.at - ticket.created_at).total_seconds()
        yield SaidThere(
            at=comment.at,
            who=_who(comment, ticket, cast),
            public=comment.public,
            stops_theirs=row.theirs is not None and waited > 0 and abs(waited - row.theirs) <= grain,
            stops_ours=row.ours is not None and first is not None and first.ended_at == comment.at,
        )


def _who(comment: ForeignComment, ticket: ForeignTicket, cast: Cast) -> Any:
    voice = cast.voice(comment, ticket)
    return UNTOLD if voice is Voice.OTHER and comment.author is None else VOICES[voice]


def _counted(clock: ReplayedClock, book: Book, until: datetime) -> CountedClock:
    outcome = our_count.WAITING if clock.outcome is None else clock.outcome.value
    steps = [
        CountedStep(step.start, step.end, step.end - step.start, KINDS[step.kind], step_reason(step.reason))
        for step in explain(clock, book, until)[:SHOWN]
    ]
    return CountedClock(METRIC_LABELS[clock.metric].capitalize(), outcome_words(outcome), steps)
