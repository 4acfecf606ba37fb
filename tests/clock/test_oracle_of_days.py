"""A slow oracle of days: dates looked at one by one, and a ticket lived through minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.replay import Event, replay
from tests.clock.story import DAYS, MINUTE, OPENING, book, calendar, days, promise

LENGTH: Final = 11 * 1440
Week = dict[str, list[list[str]]]


@dataclass(frozen=True)
class Place:
    """Hours of one place, and when anything is open there, worked out from the specification alone."""

    zone: str
    week: tuple[tuple[tuple[int, int], ...], ...]
    holidays: tuple[date, ...]

    def shifts(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the shifts that open on a date."""
        windows = () if day in self.holidays else self.week[day.weekday()]
        return [(self.at(day, a), self.at(day, b)) for a, b in windows if self.at(day, a) < self.at(day, b)]

    def at(self, day: date, minute: int) -> datetime:
        local = datetime.combine(day, time.min) + minute * MINUTE
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def hours(self) -> BusinessCalendar:
        weekly = {name: [[_written(a), _written(b)] for a, b in self.week[n]] for n, name in enumerate(DAYS)}
        holidays = [day.isoformat() for day in self.holidays]
        return BusinessCalendar.parse({"timezone": self.zone, "weekly": weekly, "holidays": holidays})


def _written(minute: int) -> str:
    return "24:00" if minute == 1440 else f"{minute % 1440 // 60:02}:{minute % 60:02}"


@dataclass(frozen=True)
class DayLife:
    """When somebody asked, under which hours, later ones too, and what happened, in minutes from then."""

    start: datetime
    place: Place
    later: tuple[int, Place]
    amounts: dict[str, dict[str, Any]]
    happenings: tuple[tuple[int, str], ...]

    def place_on(self, day: date, minute: int) -> Place:
        """Return whose hours tell of a date, as far as they are known by then."""
        since, place = self.later
        known = minute >= since and place.local(self.start + since * MINUTE).date() <= day
        return place if known else self.place

    def dates(self, first: date, minute: int) -> Iterator[tuple[date, Place]]:
        """Yield the working days from a date on."""
        for number in range(400):
            day = first + timedelta(number)
            place = self.place_on(day, minute)
            if place.shifts(day):
                yield day, place

    def begins(self, minute: int) -> tuple[date, timedelta]:
        """Return the working day and the time of day from which days are counted."""
        place = next(
            one
            for one in (self.later[1], self.place)
            if one is self.place_on(one.local(self.start).date(), minute)
        )
        today = place.local(self.start).date()
        for day in (today, today - timedelta(1), today - timedelta(2)):
            if any(a <= self.start < b for a, b in place.shifts(day)):
                return day, place.local(self.start) - datetime.combine(day, time.min)
        if place.shifts(today):
            return today, place.local(self.start) - datetime.combine(today, time.min)
        day, place = next(self.dates(today, minute))
        return day, place.local(min(place.shifts(day))[0]) - datetime.combine(day, time.min)

    def until(self, amount: dict[str, Any], minute: int) -> datetime:
        """Return when the days are over, as they are known at a minute."""
        at = self.wall_until(amount, minute) if amount["basis"] == "wall" else self.work_until(amount, minute)
        return max(at, self.start)

    def wall_until(self, amount: dict[str, Any], minute: int) -> datetime:
        place = self.later[1] if minute >= self.later[0] else self.place
        local = place.local(self.start)
        day = local.date() + timedelta(amount["days"])
        if amount["ends"] == "end_of_day":
            return place.at(day, 1440)
        return place.at(day, 0 + (local - datetime.combine(local.date(), time.min)) // MINUTE)

    def work_until(self, amount: dict[str, Any], minute: int) -> datetime:
        first, offset = self.begins(minute)
        ahead = list(_some(self.dates(first + timedelta(1), minute), amount["days"]))
        day, place = ahead[-1] if ahead else (first, self.place_on(first, minute))
        closes = max(b for _, b in place.shifts(day))
        return closes if amount["ends"] == "end_of_day" else min(place.at(day, offset // MINUTE), closes)

    @cached_property
    def open(self) -> list[bool]:
        """Return, of each minute, whether anything was open."""
        return [
            any(a <= at < b for a, b in self._near(at.date(), minute >= self.later[0]))
            for minute, at in ((minute, self.start + minute * MINUTE) for minute in range(LENGTH))
        ]

    def _near(self, day: date, is_later: bool) -> list[tuple[datetime, datetime]]:
        return _shifts_near(self.later[1] if is_later else self.place, day)


@cache
def _shifts_near(place: Place, day: date) -> list[tuple[datetime, datetime]]:
    return [shift for number in range(-3, 3) for shift in place.shifts(day + timedelta(number))]


def _some(these: Iterator[tuple[date, Place]], number: int) -> Iterator[tuple[date, Place]]:
    for _ in range(number):
        yield next(these)


def lived(life: DayLife) -> datetime | None:
    """Return the first minute at which the clock runs and has counted all that its promise allows."""
    counted, status, priority = {"business": 0, "wall": 0}, "open", "normal"
    goal = _goal(life, "normal", 0)
    for minute in range(LENGTH):
        changes = [change for at, change in life.happenings if at == minute]
        for change in changes:
            status, priority = (status, change) if change in life.amounts else (change, priority)
        if minute == life.later[0] or changes:
            goal = _goal(life, priority, minute)
        until, allowed, basis = goal
        at = life.start + minute * MINUTE
        if status == "open":
            if at >= until and counted[basis] >= allowed:
                return at
            counted["wall"] += 1
            counted["business"] += life.open[minute]
    return None


def _goal(life: DayLife, priority: str, minute: int) -> tuple[datetime, int, str]:
    """Return before when it is not due, how many minutes may count, and which."""
    amount = life.amounts[priority]
    if "seconds" in amount:
        return life.start, amount["seconds"] // 60, amount["basis"]
    until = life.until(amount, minute)
    ahead = (until - life.start) // MINUTE
    return until, ahead if amount["basis"] == "wall" else sum(life.open[:ahead]), amount["basis"]


def replayed(life: DayLife) -> datetime | None:
    since = life.start + life.later[0] * MINUTE
    hours = [calendar(life.place.hours()), calendar(life.later[1].hours(), version=2, since=since)]
    told: list[tuple[int, str, dict[str, Any]]] = [(0, "opened", OPENING)]
    for minute, change in life.happenings:
        kind, key = (
            ("priority_changed", "priority") if change in life.amounts else ("status_changed", "status")
        )
        told.append((minute, kind, {key: change}))
    events = [
        Event(seq, kind, life.start + minute * MINUTE, life.start + minute * MINUTE, False, payload)
        for seq, (minute, kind, payload) in enumerate(told, start=1)
    ]
    rules = book(promise(resolution=life.amounts), calendars=hours)
    return next(clock.breach_at for clock in replay(events, rules) if clock.metric == "resolution")


windows: Final = st.sampled_from(
    [
        (),
        (),
        ((540, 1020),),
        ((510, 720), (780, 1140)),
        ((0, 1440),),
        ((1320, 1800),),
        ((130, 190),),
    ]
)
places: Final = st.builds(
    Place,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
    week=st.tuples(*[windows] * 7).filter(lambda week: sum(map(bool, week)) > 2),
    holidays=st.lists(
        st.integers(4, 35).map(lambda number: date(2026, 3, 1) + timedelta(number)), max_size=3
    ).map(tuple),
)
work_amounts: Final = st.builds(days, st.integers(0, 3), st.sampled_from(["same_time", "end_of_day"]))
wall_amounts: Final = st.builds(
    days, st.integers(0, 4), st.sampled_from(["same_time", "end_of_day"]), st.just("wall")
)
time_amounts: Final = st.builds(
    lambda minutes, basis: {"seconds": minutes * 60, "basis": basis},
    st.sampled_from([30, 480, 1440]),
    st.sampled_from(["business", "wall"]),
)
minutes: Final = st.integers(0, LENGTH // 2)


@st.composite
def day_lives(draw: st.DrawFn) -> DayLife:
    """Draw a ticket about the days on which clocks change, the hours of which may change once."""
    place, more = draw(places), draw(places)
    start = datetime(2026, 3, 5, tzinfo=UTC) + draw(st.integers(0, 28 * 1440)) * MINUTE
    amounts = {
        "low": draw(time_amounts),
        "normal": draw(work_amounts | wall_amounts),
        "high": draw(work_amounts),
    }
    changes = st.tuples(minutes, st.sampled_from(["open", "pending", "on_hold", "low", "normal", "high"]))
    happenings = sorted(draw(st.lists(changes, max_size=5)), key=lambda one: one[0])
    other = Place(place.zone, more.week, more.holidays)
    return DayLife(start, place, (draw(minutes) + 1, other), amounts, tuple(happenings))


@settings(max_examples=150, deadline=None)
@given(day_lives())
def test_days_agree_with_a_ticket_lived_minute_by_minute(life: DayLife) -> None:
    found, wanted = replayed(life), lived(life)

    assert found == wanted or (wanted is None and found is not None and found >= life.start + LENGTH * MINUTE)


OFFICE: Final = Place("America/New_York", (*[((540, 1020),)] * 5, (), ()), ())


@settings(max_examples=100, deadline=None)
@given(places, st.integers(0, 28 * 1440), work_amounts | wall_amounts)
@example(OFFICE, 3 * 1440, days(1))
def test_days_that_nobody_pauses_are_over_as_the_dates_say(
    place: Place, minute: int, amount: dict[str, Any]
) -> None:
    start = datetime(2026, 3, 5, tzinfo=UTC) + minute * MINUTE
    life = DayLife(start, place, (LENGTH, place), {"normal": amount}, ())

    assert replayed(life) == life.until(amount, 0)
