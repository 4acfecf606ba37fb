"""What a version of a calendar says, fact by fact in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from helpdesk.input.visible_text import range_of
from monitor.pages.policies.policy_facts import Fact, Facts
from monitor.promises.hours.hours_spelling import MIDNIGHT, parts_of
from monitor.promises.hours.hours_words import DAYS

_SAID_APART: Final = ("timezone", "weekly", "holidays", "date_overrides", "notes")


def calendar_facts(spec: Any) -> Facts:
    """Return what hours say: of each place its zone, days, holidays and special days, one by one."""
    places = parts_of(spec)
    told: Facts = {}
    for number, place in enumerate(places, start=1):
        before = _("Place %(number)d: ") % {"number": number} if len(places) > 1 else ""
        for key, label, words in _facts(place):
            told[str(number), *key] = Fact(f"{before}{label}", words)
    return told


def _facts(place: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    yield ("timezone",), _("Time zone"), str(place.get("timezone", ""))
    weekly = place.get("weekly") or {}
    for day, name in DAYS.items():
        yield ("weekly", day), str(name), _windows(weekly.get(day) or [])
    for day in sorted(map(_day, place.get("holidays") or [])):
        yield ("holidays", day), day, _note(place, day) or _("holiday")
    for day, windows in sorted((place.get("date_overrides") or {}).items()):
        yield ("date_overrides", str(day)), str(day), _windows(windows or [])
    for key in sorted(place.keys() - _SAID_APART):
        yield ("else", str(key)), str(key), _json(place[key])


def _note(place: Mapping[str, Any], day: str) -> str:
    """Return what a day is called."""
    note = (place.get("notes") or {}).get(day)
    return str(note.get("name") or "") if isinstance(note, Mapping) else ""


def _day(holiday: Any) -> str:
    return holiday if isinstance(holiday, str) else _json(holiday)


def _windows(windows: Any) -> str:
    said = [_window(one) for one in windows] if isinstance(windows, list) else [_json(windows)]
    return ", ".join(said) or _("closed")


def _window(window: Any) -> str:
    if not (isinstance(window, list) and len(window) == 2):
        return _json(window)
    opens, closes = window
    return _("24 hours") if (opens, closes) == ("00:00", MIDNIGHT) else range_of(opens, closes)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
