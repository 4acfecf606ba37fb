"""A slow calendar that walks: minute by minute it asks whether the place is open. Written for the tests.

It shares nothing with `monitor.clock.calendar` but the specification. A window's ends are local times turned
into instants one by one; between them the place is open. Walking whole minutes is exact as long as every
question is asked on a whole minute and every zone's offset is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Spec = Mapping[str, Any]


def elapsed(spec: Spec, start: datetime, end: datetime) -> timedelta:
    """Count the open minutes between two instants."""
    spans = list(_spans(spec, start, end))
    return sum((MINUTE for at in _minutes(start, end) if _open(spans, at)), timedelta())


def due(spec: Spec, start: datetime, target: timedelta, *, within: timedelta) -> datetime | None:
    """Return the first instant at which so many open minutes have passed, None if not within that time."""
    if target <= timedelta():
        return start
    spans, left = list(_spans(spec, start, start + within)), target
    for at in _minutes(start, start + within):
        if _open(spans, at):
            left -= MINUTE
            if not left:
                return at + MINUTE
    return None


def _minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    at = start.astimezone(UTC)
    while at < end:
        yield at
        at += MINUTE


def _open(spans: list[tuple[datetime, datetime]], at: datetime) -> bool:
    return any(opens <= at < closes for opens, closes in spans)


def _spans(spec: Spec, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    for part in spec.get("any_of", [spec]):
        zone = ZoneInfo(part["timezone"])
        day = start.astimezone(zone).date() - timedelta(days=3)
        while day <= end.astimezone(zone).date() + timedelta(days=3):
            for opens, closes in _windows(part, day):
                tomorrow = closes == "24:00" or closes <= opens
                closing_day = day + timedelta(days=1) if tomorrow else day
                yield _instant(zone, day, opens), _instant(zone, closing_day, closes.replace("24:", "00:"))
            day += timedelta(days=1)


def _windows(part: Spec, day: date) -> list[list[str]]:
    overrides: dict[str, list[list[str]]] = part.get("date_overrides", {})
    if day.isoformat() in overrides:
        return overrides[day.isoformat()]
    if day.isoformat() in part.get("holidays", []):
        return []
    week: dict[str, list[list[str]]] = part["weekly"]
    return week.get(DAYS[day.weekday()], [])


def _instant(zone: ZoneInfo, day: date, time: str) -> datetime:
    """Look the instant up by trying: of two the first; of none, the skipped time moved on by the gap."""
    hour, minute = map(int, time.split(":"))
    naive = datetime(day.year, day.month, day.day, hour, minute)
    candidates = [naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    real = [at for at in candidates if at.astimezone(zone).replace(tzinfo=None) == naive]
    if real:
        return min(real)
    before = (naive - timedelta(days=2)).replace(tzinfo=zone).utcoffset()
    assert before is not None
    return (naive - before).replace(tzinfo=UTC)
