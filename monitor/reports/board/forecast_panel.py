"""What breaks next: the answers that fall due in the next hours, against how many can be given until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from monitor.reports.board import answering_pace
from monitor.reports.board.answering_pace import AnsweringPace
from monitor.reports.board.board_view import BoardView, LinkedCount
from monitor.reports.clock_selection import InstantSpan

QUARTER: Final = timedelta(minutes=15)
QUARTERS: Final = 16
RESPONSES: Final = "responses"
"""What answering keeps: the promises of first and of further answers."""
TALLEST: Final = 60
"""So high stands the bar of the quarter in which most falls due."""


@dataclass(frozen=True, slots=True)
class DueQuarter:
    """What falls due in a quarter of an hour, what until its end, and how many can be answered by then.

    `due_by` begins now, `time` from now. `answered` is None where no pace is known; `for_late` of them go to what
    is late already. `height` is its bar's.
    """

    until: datetime
    time: timedelta
    due: LinkedCount
    due_by: LinkedCount
    answered: int | None
    for_late: int
    height: int

    @property
    def left(self) -> int:
        """Return how many answers are left for what is not late yet."""
        return (self.answered or 0) - self.for_late

    @property
    def late(self) -> int:
        """Return how many of those due until its end cannot be answered by then."""
        return 0 if self.answered is None else max(self.due_by.count - self.left, 0)

    @property
    def in_time(self) -> int:
        return self.due_by.count - self.late

    @property
    def top(self) -> int:
        return TALLEST - self.height


@dataclass(frozen=True, slots=True)
class ForecastPanel:
    """The next quarters of an hour, and the pace of those who answer; `pace_y`: where its line crosses the bars.

    What is `late` already comes first, as in the queue: its customers wait for the same people.
    """

    quarters: list[DueQuarter]
    late: LinkedCount
    pace: AnsweringPace
    pace_y: int | None

    @property
    def last(self) -> DueQuarter:
        return self.quarters[-1]

    @property
    def narrowest(self) -> DueQuarter:
        """Return by when most comes too late, however the rest is ordered; the last where all can be answered.

        Whoever answers in the order of due times can keep all but so many, and nobody can keep more who first
        answers what is late already.
        """
        return max(reversed(self.quarters), key=lambda quarter: quarter.late)


def panel(view: BoardView) -> ForecastPanel:
    """Return what falls due in the next hours among the tickets that are looked at, and who is there for it."""
    pace, ends = answering_pace.pace(view), _ends(view.now)
    spans = [InstantSpan(*ends_of) for ends_of in zip([view.now, *ends], ends, strict=False)]
    late, *due_until = view.live.answers_due([view.now, *ends])
    counts = [by - before for before, by in pairwise([late, *due_until])]
    answers = [None if pace.unknown else pace.answered_within(end - view.now) for end in ends]
    in_one = 0 if pace.unknown else pace.answered_within(QUARTER)
    tallest = max(*counts, in_one, 1)
    quarters = [
        DueQuarter(
            until=span.until,
            time=span.until - view.now,
            due=_linked(view, span, count),
            due_by=_linked(view, InstantSpan(view.now, span.until), by - late),
            answered=answered,
            for_late=min(late, answered or 0),
            height=-(-TALLEST * count // tallest),
        )
        for span, count, by, answered in zip(spans, counts, due_until, answers, strict=True)
    ]
    pace_y = None if pace.unknown else TALLEST - TALLEST * in_one // tallest
    return ForecastPanel(quarters, _linked(view, InstantSpan(None, view.now), late), pace, pace_y)


def _ends(now: datetime) -> list[datetime]:
    """Return when the quarters end, on the clock: the first is the rest of the one that runs."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first = hour + QUARTER * ((now - hour) // QUARTER + 1)
    return [first + QUARTER * number for number in range(QUARTERS)]


def _linked(view: BoardView, span: InstantSpan, count: int) -> LinkedCount:
    return LinkedCount(count, view.query(due=str(span), metric=RESPONSES))
