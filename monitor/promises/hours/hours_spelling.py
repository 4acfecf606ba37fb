"""How hours are written down: each date once and in one way, and midnight as what it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from monitor.promises.hours.day_notes import BadSpelling, check_notes

MIDNIGHT: Final = "24:00"
ALMOST_MIDNIGHT: Final = ("23:59", "23:59:59")
"""How people write that somebody is there until the end of the day."""
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def until_midnight(spec: Any) -> Any:
    """Return the hours with every window that closes a minute or a second before midnight closing at midnight."""
    if not isinstance(spec, Mapping):
        return spec
    if isinstance(spec.get("any_of"), list):
        return {**spec, "any_of": [until_midnight(part) for part in spec["any_of"]]}
    days = {name: _closed(spec[name]) for name in ("weekly", "date_overrides") if name in spec}
    return {**spec, **days}


def check_dates(spec: Any) -> None:
    """Raise `BadSpelling` where a date is not written as 2026-12-24, or stands twice, and for a bad note of one."""
    for part in parts_of(spec):
        for name in ("holidays", "date_overrides", "notes"):
            said = part.get(name) or []
            if isinstance(said, (list, tuple, Mapping)):
                _check(name, said)
        check_notes(part.get("notes") or {})


def parts_of(spec: Any) -> list[Mapping[str, Any]]:
    """Return the places of which hours are made: usually one."""
    parts = spec["any_of"] if isinstance(spec, Mapping) and "any_of" in spec else [spec]
    return [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []


def _closed(days: Any) -> Any:
    if not isinstance(days, Mapping):
        return days
    return {day: _windows(windows) for day, windows in days.items()}


def _windows(windows: Any) -> Any:
    return [_window(window) for window in windows] if isinstance(windows, list) else windows


def _window(window: Any) -> Any:
    is_pair = isinstance(window, (list, tuple)) and len(window) == 2
    return [window[0], MIDNIGHT] if is_pair and window[1] in ALMOST_MIDNIGHT else window


def _check(name: str, said: Iterable[Any]) -> None:
    for text, times in Counter(map(str, said)).items():
        facts = {"place": name, "date": text}
        if not _DATE.fullmatch(text):
            raise BadSpelling(_("%(place)s: write “%(date)s” as year-month-day, like 2026-12-24.") % facts)
        if times > 1:
            raise BadSpelling(_("%(place)s: %(date)s stands there twice.") % facts)
