"""What a row of a table says of each metric: the columns, and the cells of a clock as it stands at an instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import Case, Q, QuerySet, When

from monitor.clock.book.policy import Book
from monitor.clock.metrics import BESIDE, MEASURES, ONLY_ONCE, REPORTS, Metric, Outcome
from monitor.clock.segments import stretch
from monitor.clock.terms import NO_TERMS, NO_TIME, Elapsed, Terms
from monitor.models import Clock
from monitor.reports.adjusted.excused_clocks import is_broken
from monitor.reports.rollup.ticket_share import WHOLE_WAITS
from monitor.reports.wait_parts import ANSWERED, MISDATED

_EACH: Final = ("wall_seconds", "business_seconds", "outcome")
_PROMISED: Final = ("due_at", "late_at")
_AGAIN: Final = ("cycles", "late_cycles")


def _columns(metric: Metric) -> tuple[str, ...]:
    """Return what is said of a metric: reports are never due, and some are timed on a ticket again and again."""
    promised = () if metric in REPORTS else _PROMISED
    return _EACH + promised + (() if metric in ONLY_ONCE else _AGAIN)


COLUMNS: Final = {metric: _columns(metric) for metric in MEASURES}
HEADS: Final = tuple(f"{metric}_{column}" for metric, columns in COLUMNS.items() for column in columns)


class TimedClock(NamedTuple):
    """What is read of a clock."""

    ticket_id: int
    metric: str
    started_at: datetime
    ended_at: datetime | None
    paused_at: datetime | None
    due_at: datetime | None
    breach_at: datetime | None
    outcome: str
    business: timedelta | None
    wall: timedelta | None
    policy_version_id: int | None
    calendar_version_id: int | None
    start_seq: int
    misdated: bool
    broken: bool
    any_at: datetime | None
    any_business: timedelta | None
    substantive_at: datetime | None
    substantive_business: timedelta | None
    substantive_outcome: str | None

    def read_as(self, metric: Metric) -> TimedClock:
        """Return a first response as it came out by a metric beside it, which promises nothing."""
        outcome = Outcome.MET.value if self.outcome == Outcome.LATE else self.outcome
        other = self._replace(metric=metric, due_at=None, breach_at=None, paused_at=None, outcome=outcome)
        if metric == Metric.FIRST_ANY_RESPONSE and self.any_at:
            return other._replace(
                ended_at=self.any_at, business=self.any_business, outcome=Outcome.MET.value, misdated=False
            )
        if metric == Metric.FIRST_SUBSTANTIVE_RESPONSE and self.substantive_outcome is not None:
            return other._replace(
                ended_at=self.substantive_at,
                business=self.substantive_business,
                outcome=self.substantive_outcome,
                misdated=False,
            )
        return other

    @property
    def outcome_word(self) -> str:
        return "misdated" if self.misdated else self.outcome or "waiting"

    def is_late(self, now: datetime) -> bool:
        return self.breach_at is not None and self.breach_at <= now

    def elapsed(self, now: datetime, *, since: datetime, book: Book) -> Elapsed:
        """Return the (business, wall) time that has counted by `now`; `since` is the ticket's last event.

        What was in business by then is stored, and the rest counts under the hours that it came under meanwhile.
        A customer knows the whole time of a wait, whatever was paused.
        """
        business, wall = self.business or NO_TIME, self.wall or NO_TIME
        if self.ended_at is None and self.paused_at is None and since < now:
            for segment in stretch(since, now, terms=self._terms(book), book=book, begun_by="", seq=0):
                more_business, more_wall = segment.elapsed(segment.start, segment.end or now)
                business, wall = business + more_business, wall + more_wall
        if self.metric in WHOLE_WAITS:
            wall = max((self.ended_at or now) - self.started_at, NO_TIME)
        return business, wall

    def _terms(self, book: Book) -> Terms:
        policy = book.policy_version(self.policy_version_id)
        return (
            NO_TERMS
            if policy is None
            else Terms(policy, None, book.calendar_version(self.calendar_version_id))
        )


def clocks_of(ticket_ids: Sequence[int], *, now: datetime) -> Iterator[TimedClock]:
    """Yield the clocks of these tickets that stand, those of one metric in the order of their cycles.

    `broken` says whether figures count one as broken at `now`.
    """
    standing: QuerySet[Clock] = Clock.objects.standing().filter(ticket__in=ticket_ids)
    told = standing.annotate(misdated=_whether(MISDATED), broken=_whether(is_broken(now)))
    rows = told.order_by("ticket_id", "start_seq").values_list(*TimedClock._fields)
    return map(TimedClock._make, rows)


def _whether(rule: Q) -> Case:
    return Case(When(rule, then=True), default=False)


def cells(clocks: Sequence[TimedClock], now: datetime, *, since: datetime, book: Book) -> Iterator[object]:
    """Yield the cells of a ticket's row, in the order of `HEADS`: of each metric what its last clock says.

    `since` is the ticket's last event. A number is a time that is over and done; `>` stands before one that came to no
    end of that kind, because it lasts or because nobody waits any more, and `never` for an answer that never came.
    """
    for metric, columns in COLUMNS.items():
        those = _by(metric, clocks)
        said = _said(those, now, since=since, book=book) if those else {}
        for column in columns:
            yield said.get(column, "")


def _by(metric: Metric, clocks: Sequence[TimedClock]) -> list[TimedClock]:
    if metric in BESIDE:
        return [clock.read_as(metric) for clock in clocks if clock.metric == Metric.FIRST_RESPONSE]
    return [clock for clock in clocks if clock.metric == metric]


def _said(clocks: Sequence[TimedClock], now: datetime, *, since: datetime, book: Book) -> dict[str, object]:
    last = clocks[-1]
    business, wall = last.elapsed(now, since=since, book=book)
    return {
        "wall_seconds": _length(last, wall),
        "business_seconds": _length(last, business),
        "outcome": last.outcome_word,
        "due_at": last.due_at.isoformat() if last.due_at else "",
        "late_at": last.breach_at.isoformat() if last.breach_at and last.is_late(now) else "",
        "cycles": len(clocks),
        "late_cycles": sum(clock.is_late(now) for clock in clocks),
    }


def _length(clock: TimedClock, elapsed: timedelta) -> str | float:
    if clock.misdated:
        return ""
    if clock.outcome == Outcome.UNANSWERED:
        return "never"
    seconds = round(elapsed.total_seconds(), 3)
    return seconds if clock.outcome in ANSWERED else f">{seconds}"
