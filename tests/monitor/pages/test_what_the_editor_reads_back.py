"""Whatever hours are stored, the editor shows them and writes the same: nothing is dropped, moved or joined."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.clock.book.calendar import BusinessCalendar
from monitor.models import Calendar
from monitor.pages.calendars.editor import CalendarEditor, written
from monitor.promises.hours.hours_spelling import parts_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Jerusalem",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

times = st.integers(0, 1438).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
ends = st.one_of(times, st.just("24:00"))
windows = st.lists(st.tuples(times, ends).map(list), max_size=4)
dates = st.dates(date(2020, 1, 1), date(2035, 12, 31)).map(str)
words = st.text(st.characters(min_codepoint=0x41, max_codepoint=0x5EA, categories=["L"]), max_size=20)
notes = st.fixed_dictionaries({"name": words, "source": words}).map(
    lambda note: {key: text for key, text in note.items() if text}
)


@st.composite
def places(draw: st.DrawFn) -> dict[str, Any]:
    holidays = draw(st.lists(dates, max_size=5, unique=True))
    overrides = draw(st.dictionaries(dates, windows, max_size=4))
    named = st.sampled_from([*holidays, *overrides] or ["2026-12-25"])
    known = draw(st.dictionaries(named, notes, max_size=4)) if holidays or overrides else {}
    weekly = draw(st.dictionaries(st.sampled_from(DAYS), windows, max_size=7))
    return {
        "timezone": draw(st.sampled_from(ZONES)),
        "weekly": weekly,
        "holidays": holidays,
        "date_overrides": overrides,
        "notes": known,
    }


specs = st.one_of(places(), st.lists(places(), min_size=1, max_size=3).map(lambda parts: {"any_of": parts}))


def sorted_places(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return hours as they can be compared: without what is empty, and with one way to write midnight."""
    return [
        {
            "timezone": part["timezone"],
            "weekly": {day: told(some) for day, some in (part.get("weekly") or {}).items() if some},
            "holidays": sorted(part.get("holidays") or ()),
            "date_overrides": {day: told(some) for day, some in (part.get("date_overrides") or {}).items()},
            "notes": {day: note for day, note in (part.get("notes") or {}).items() if note},
        }
        for part in parts_of(spec)
    ]


def told(some: list[list[str]]) -> list[list[str]]:
    return sorted([opens, "24:00" if closes == "00:00" else closes] for opens, closes in some)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spec=specs)
def test_what_is_stored_is_what_is_written_again(spec: dict[str, Any]) -> None:
    BusinessCalendar.parse(spec)
    calendar = Calendar(pk=1, name="Office")

    editor = CalendarEditor(written(spec, seen=1), calendar=calendar, known=spec, now=NOW, check=True)

    assert editor.is_valid(), [
        (place.week.errors, place.days.errors, place.days.non_form_errors()) for place in editor.places
    ]
    assert sorted_places(editor.draft.spec) == sorted_places(spec)
    assert zoneinfo.ZoneInfo(parts_of(spec)[0]["timezone"])
