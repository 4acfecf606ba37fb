"""A small language for tests of the clocks: when, under which promise, and what happened."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.policy import Book, CalendarInForce, PolicyInForce, parse_rules
from monitor.clock.metrics import Metric
from monitor.clock.replay import Event, ReplayedClock, replay

NEW_YORK: Final = ZoneInfo("America/New_York")
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
SECOND: Final = timedelta(seconds=1)
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

OPENING: Final = {
    "store": 1,
    "queue": 1,
    "priority": "normal",
    "channel": "contact_form",
    "tier": "",
    "language": "en",
    "tags": [],
    "initiated_by": "customer",
    "automatic": False,
}


def tuesday(hour: int, minute: int = 0, second: int = 0, *, days_later: int = 0) -> datetime:
    """Return an instant on Tuesday 10 March 2026 in New York, or some days later."""
    return datetime(2026, 3, 10 + days_later, hour, minute, second, tzinfo=NEW_YORK)


def office(
    zone: str = "America/New_York", opens: str = "09:00", closes: str = "17:00", **more: Any
) -> BusinessCalendar:
    """Return Monday-to-Friday hours."""
    weekly = {day: [[opens, closes]] if day not in ("sat", "sun") else [] for day in DAYS}
    return BusinessCalendar.parse({"timezone": zone, "weekly": weekly, "holidays": []} | more)


def always() -> BusinessCalendar:
    """Return hours that never close."""
    weekly = {day: [["00:00", "24:00"]] for day in DAYS}
    return BusinessCalendar.parse({"timezone": "UTC", "weekly": weekly, "holidays": []})


def calendar(
    hours: BusinessCalendar, *, calendar_id: Hashable = 1, version: int = 1, since: datetime = LONG_AGO
) -> CalendarInForce:
    """Return a version of a calendar; its id is made from both numbers."""
    return CalendarInForce(
        id=int(str(calendar_id)) * 100 + version,
        calendar=calendar_id,
        version=version,
        effective_at=since,
        hours=hours,
    )


def promise(
    *,
    policy: int = 1,
    version: int = 1,
    position: int = 1,
    since: datetime = LONG_AGO,
    scope: str = "new",
    retired: bool = False,
    calendar_id: Hashable = 1,
    match: Mapping[str, Any] | None = None,
    pauses: Mapping[str, Any] | None = None,
    bots_count: bool = False,
    basis: str = "business",
    warn: float | None = 0.75,
    options: Mapping[str, Any] | None = None,
    **amounts: Any,
) -> PolicyInForce:
    """Return a policy version that promises each named metric in so many hours, or days, or either by priority."""
    targets = {metric: _target(value, basis) | {"warn": warn} for metric, value in amounts.items()}
    rules = {"match": match or {}, "targets": targets, "pauses": pauses or {}, "bots_count": bots_count}
    rules |= options or {}
    return PolicyInForce(
        id=policy * 100 + version,
        policy=policy,
        version=version,
        position=position,
        effective_at=since,
        scope=scope,
        calendar=calendar_id,
        rules=parse_rules(rules),
        retired=retired,
    )


def days(number: int, ends: str = "same_time", basis: str = "business") -> dict[str, Any]:
    """Return an amount of so many days."""
    return {"days": number, "ends": ends, "basis": basis}


def _target(amount: Any, basis: str) -> dict[str, Any]:
    by_priority = amount if isinstance(amount, Mapping) and "days" not in amount else {"*": amount}
    if any(isinstance(one, Mapping) for one in by_priority.values()):
        return {"amounts": {key: _amount(one, basis) for key, one in by_priority.items()}}
    seconds = {priority: hours * 3600 for priority, hours in by_priority.items()}
    return {"seconds": seconds.get("*", seconds), "basis": basis}


def _amount(amount: Any, basis: str) -> Any:
    return amount if isinstance(amount, Mapping) else {"seconds": amount * 3600, "basis": basis}


def book(*policies: PolicyInForce, calendars: Sequence[CalendarInForce] | None = None) -> Book:
    """Return a book of these policies, by default in New York's office hours."""
    return Book(policies, [calendar(office())] if calendars is None else calendars)


class Story:
    """What happened to one ticket, told in order of arrival; clocks are worked out when asked for."""

    def __init__(self, policies: Book, *, opened: datetime | None = None, **opening: Any) -> None:
        self.book = policies
        self.events: list[Event] = []
        if opened is not None:
            self.then(opened, "opened", **opening)

    def then(
        self,
        at: datetime,
        kind: str,
        *,
        recorded: datetime | None = None,
        imported: bool = False,
        told: bool | None = None,
        **payload: Any,
    ) -> Story:
        """Let something happen; it is recorded at once unless said otherwise."""
        if kind == "opened":
            payload = OPENING | payload
        event = Event(len(self.events) + 1, kind, at, recorded or at, imported, payload, told)
        self.events.append(event)
        return self

    def writes(self, at: datetime, **more: Any) -> Story:
        return self.then(at, "customer_message_received", **({"automatic": False} | more))

    def answers(self, at: datetime, author: str = "agent", **more: Any) -> Story:
        return self.then(at, "public_reply_sent", author=author, **({"automatic": False} | more))

    def turns(self, at: datetime, status: str, **more: Any) -> Story:
        return self.then(at, "status_changed", status=status, **more)

    def clocks(self, *, reports: bool = True) -> tuple[ReplayedClock, ...]:
        return replay(self.events, self.book, reports=reports)

    def all_of(self, metric: str) -> list[ReplayedClock]:
        return [clock for clock in self.clocks() if clock.metric == Metric(metric)]

    def clock(self, metric: str) -> ReplayedClock:
        """Return the latest clock of a metric."""
        return self.all_of(metric)[-1]

    def as_of(self, seq: int) -> Story:
        """Return the story as it had been told by its event `seq`."""
        earlier = Story(self.book)
        earlier.events = [event for event in self.events if event.seq <= seq]
        return earlier


BY_PRIORITY = book(
    promise(
        first_response={"low": 12, "normal": 8, "high": 1},
        resolution={"normal": 8, "high": 2},
    )
)


def change(story: Story, at: datetime, priority: str) -> Story:
    return story.then(at, "priority_changed", priority=priority)
