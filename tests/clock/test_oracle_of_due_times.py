"""A slow oracle: a ticket lived through minute by minute, against the arithmetic of replay."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.replay import Event, ReplayedClock, replay
from tests.clock.story import DAYS, MINUTE, OPENING, book, calendar, promise

START: Final = datetime(2026, 3, 10, 9, tzinfo=UTC)
LENGTH: Final = 3 * 1440
Window = tuple[int, int]


@dataclass
class Life:
    """What happened, in minutes from the start, and under which promise."""

    targets: dict[str, int]
    business: bool
    windows: list[Window]
    later: tuple[int, list[Window]]
    happenings: list[tuple[int, str]]
    resolved: int

    def is_open(self, minute: int) -> bool:
        windows = self.later[1] if minute >= self.later[0] else self.windows
        of_day = (9 * 60 + minute) % 1440
        return not self.business or any(a <= of_day < b for a, b in windows)


@dataclass
class Lived:
    """What the oracle found. `reached[n]` is when n minutes had counted: where it was paused then, as it goes on."""

    breach_at: int | None = None
    kind: str = ""
    due_at: int | None = None
    counted: int = 0
    reached: dict[int, int] = field(default_factory=lambda: {0: 0})
    status: str = "open"
    paused_at: int = -1
    resumed_at: int = -1

    def turn(self, status: str, *, minute: int, target: int) -> None:
        resumes = self.status != "open" and status == "open"
        self.paused_at = minute if self.status == "open" else self.paused_at
        self.status = status
        if resumes and self.reached[self.counted] == self.paused_at:
            self.reached[self.counted] = minute  # stopped at the very instant: spent as it goes on
        if resumes and self.counted == target and self.breach_at is None:
            self.resumed_at = minute
        if resumes and self.counted > target and self.breach_at is None:
            self.breach_at, self.kind = minute, "retarget"


def live(life: Life) -> Lived:
    lived, priority = Lived(), "normal"
    for minute in range(life.resolved + 1):
        target = life.targets[priority]
        due = max(lived.reached.get(target, LENGTH * 9), lived.resumed_at)
        if lived.status == "open" and lived.breach_at is None and lived.counted >= target and due < minute:
            lived.breach_at, lived.kind = due, "due"
        if minute == life.resolved:
            break
        for _, change in [one for one in life.happenings if one[0] == minute]:
            if change in life.targets:
                raised = life.targets[change] != life.targets[priority]
                priority = change
                spent_before = lived.reached.get(life.targets[priority], LENGTH * 9) < minute
                if raised and spent_before and lived.status == "open" and lived.breach_at is None:
                    lived.breach_at, lived.kind = minute, "retarget"
            else:
                lived.turn(change, minute=minute, target=life.targets[priority])
        if lived.status == "open" and life.is_open(minute):
            lived.counted += 1
            lived.reached.setdefault(lived.counted, minute + 1)
    lived.due_at = lived.reached.get(life.targets[priority])
    return lived


def replayed(life: Life) -> ReplayedClock:
    hours = [
        calendar(spec(life.windows)),
        calendar(spec(life.later[1]), version=2, since=START + life.later[0] * MINUTE),
    ]
    targets = {priority: minutes / 60 for priority, minutes in life.targets.items()}
    rules = book(promise(resolution=targets, basis="business" if life.business else "wall"), calendars=hours)
    told = [(0, "opened", OPENING)]
    for minute, change in life.happenings:
        if change in life.targets:
            told.append((minute, "priority_changed", {"priority": change}))
        else:
            told.append((minute, "status_changed", {"status": change}))
    told.append((life.resolved, "resolved", {}))
    events = [
        Event(seq, kind, START + minute * MINUTE, START + minute * MINUTE, imported=False, payload=payload)
        for seq, (minute, kind, payload) in enumerate(told, start=1)
    ]
    return next(clock for clock in replay(events, rules) if clock.metric == "resolution")


def spec(windows: list[Window]) -> BusinessCalendar:
    weekly = {
        day: [[f"{a // 60:02}:{a % 60:02}", f"{b // 60:02}:{b % 60:02}"] for a, b in windows] for day in DAYS
    }
    return BusinessCalendar.parse({"timezone": "UTC", "weekly": weekly, "holidays": []})


def windows() -> st.SearchStrategy[list[Window]]:
    """Draw one window or two a day, a lunch between them."""
    edges = st.lists(st.integers(0, 1440), min_size=2, max_size=4, unique=True).map(sorted)
    return edges.map(lambda e: [(e[0], e[1]), *([(e[2], e[3])] if len(e) == 4 else [])])


changes: Final = st.sampled_from(["open", "pending", "on_hold", "low", "normal", "high"])
minutes: Final = st.one_of(st.integers(0, LENGTH - 1), st.sampled_from([0, 60, 120, 180, 480, 1440]))
lives: Final = st.builds(
    Life,
    targets=st.fixed_dictionaries(
        dict.fromkeys(["low", "normal", "high"], st.sampled_from([1, 30, 60, 120, 500, 2000]))
    ),
    business=st.booleans(),
    windows=windows(),
    later=st.tuples(st.integers(1, LENGTH), windows()),
    happenings=st.lists(st.tuples(minutes, changes), max_size=8).map(
        lambda some: sorted(some, key=lambda one: one[0])
    ),
    resolved=st.just(LENGTH),
)


def stopped_as_it_is_spent(urgent_from: int) -> Life:
    """Return a life that pauses as the shorter target is used up, and comes under it as it goes on, or later."""
    happenings = [(30, "pending"), (31, "open"), (urgent_from, "high")]
    targets = {"low": 1, "normal": 60, "high": 30}
    return Life(
        targets, business=False, windows=[(0, 1)], later=(1, [(0, 1)]), happenings=happenings, resolved=LENGTH
    )


@settings(max_examples=250, deadline=None)
@given(lives)
@example(stopped_as_it_is_spent(31))
@example(stopped_as_it_is_spent(32))
def test_replay_agrees_with_a_ticket_lived_minute_by_minute(life: Life) -> None:
    lived, clock = live(life), replayed(life)

    found = None if clock.breach_at is None else (clock.breach_at - START) // MINUTE
    assert (found, clock.breach_kind) == (lived.breach_at, lived.kind)
    assert (clock.business if life.business else clock.wall) == timedelta(minutes=lived.counted)
    if clock.breach_kind == "retarget" and lived.due_at is not None and clock.due_at is not None:
        assert clock.due_at == START + lived.due_at * MINUTE
