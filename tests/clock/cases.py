"""The shared cases: what happened to one ticket, under which versions, and which clocks are right."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from monitor.clock.book.calendar import BusinessCalendar
from monitor.clock.book.policy import Book, CalendarInForce, PolicyInForce, parse_rules
from monitor.clock.clock import ReplayedClock
from monitor.clock.replay import Event, replay
from tests.clock.story import DAYS

Entry = Mapping[str, Any]
DAY: Final = "2026-03-10"


@dataclass(frozen=True)
class Case:
    """One entry, read."""

    name: str
    events: list[Event]
    book: Book
    now: datetime | None
    metrics: Sequence[str]
    expected: Sequence[Entry]

    def clocks(self) -> dict[tuple[str, int], ReplayedClock]:
        """Return the clocks of the metrics that it speaks of, by metric and start."""
        found = replay(self.events, self.book, shown_at=self.now)
        return {(one.metric.value, one.start_seq): one for one in found if one.metric.value in self.metrics}


def read(file: Path) -> list[Case]:
    return [_read(entry) for entry in json.loads(file.read_text(encoding="utf-8"))]


def said(clock: ReplayedClock, key: str, now: datetime | None) -> object:
    """Return what a clock says under a key of the cases."""
    business, wall = (clock.business, clock.wall) if now is None else clock.elapsed_at(now)
    others: dict[str, object] = {
        "metric": clock.metric.value,
        "outcome": None if clock.outcome is None else clock.outcome.value,
        "breach_kind": clock.breach_kind or None,
        "remaining_s": None if clock.remaining is None else clock.remaining / timedelta(seconds=1),
        "business_s": business / timedelta(seconds=1),
        "wall_s": wall / timedelta(seconds=1),
    }
    return others[key] if key in others else getattr(clock, key)


def wanted(value: object, key: str) -> object:
    return datetime.fromisoformat(str(value)) if key.endswith("_at") and value is not None else value


def _read(entry: Entry) -> Case:
    return Case(
        name=entry["name"],
        events=[_event(one) for one in entry["events"]],
        book=Book(map(_policy, entry["policies"]), map(_calendar, entry["calendars"])),
        now=_now(entry["now"]),
        metrics=entry["metrics"],
        expected=entry["expected"],
    )


def _event(said: Entry) -> Event:
    at, recorded_at = (datetime.fromisoformat(said[key]) for key in ("occurred_at", "recorded_at"))
    return Event(
        said["seq"], said["kind"], at, recorded_at, said["imported"], said["payload"], said.get("told")
    )


def _now(said: str | None) -> datetime | None:
    if said is None:
        return None
    at = datetime.fromisoformat(said if "T" in said else f"{DAY}T{said}")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _policy(said: Entry) -> PolicyInForce:
    effective_at = datetime.fromisoformat(said["effective_at"])
    rules = parse_rules(said["rules"])
    return PolicyInForce(**{**said, "effective_at": effective_at, "rules": rules})


def _calendar(said: Entry) -> CalendarInForce:
    spec = said["spec"]
    hours = {
        "timezone": spec["zone"],
        "weekly": {DAYS[int(day)]: windows for day, windows in spec["week"].items()},
        "holidays": spec["holidays"],
        "date_overrides": spec["overrides"],
    }
    return CalendarInForce(
        id=said["calendar"] * 100 + said["version"],
        calendar=said["calendar"],
        version=said["version"],
        effective_at=datetime.fromisoformat(said["effective_at"]),
        hours=BusinessCalendar.parse(hours),
    )
