"""Judge one vector of business time: when a target is spent, or how much open time lies between."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.clock.book.calendar import BusinessCalendar
from tests.clock.conformance.verdict import Verdict

Entry = Mapping[str, Any]
CALENDAR_KEYS = ("timezone", "weekly", "holidays", "date_overrides", "any_of")


def recognises(entry: Entry) -> bool:
    """Whether the entry asks for a due time or for elapsed time."""
    return "start" in entry and ("expect_due" in entry or "expect_seconds" in entry)


def judge(entry: Entry) -> Verdict:
    """Ask our calendar what the entry asks and compare to the microsecond."""
    calendar = BusinessCalendar.parse({key: entry[key] for key in CALENDAR_KEYS if key in entry})
    start = datetime.fromisoformat(entry["start"])
    found: datetime | timedelta
    wanted: datetime | timedelta
    if "expect_due" in entry:
        found = calendar.due(start, timedelta(seconds=entry["add_seconds"]))
        wanted = datetime.fromisoformat(entry["expect_due"])
    else:
        found = calendar.elapsed(start, datetime.fromisoformat(entry["end"]))
        wanted = timedelta(seconds=entry["expect_seconds"])
    if found == wanted:
        return Verdict(entry["id"], "agree", "")
    return Verdict(entry["id"], "fail", f"expected {wanted}, found {found}")
