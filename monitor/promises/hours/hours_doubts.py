"""What should have been read before hours are published: windows that may be slips, and what is never due in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

from monitor.clock.book.calendar import BusinessCalendar, NeverOpen, OutOfReach
from monitor.clock.book.rules import BadRules, Target, parse_rules
from monitor.clock.book.workdays import Era, deadline
from monitor.models import PolicyVersion
from monitor.promises.hours import hours_words
from monitor.promises.hours.hours_spelling import parts_of

MOMENT: Final = timedelta(microseconds=1)
LONG_ENOUGH: Final = timedelta(days=5 * 365)
"""Nobody waits longer for what was promised."""


def doubts_about_hours(
    spec: Any, *, before: Any, policies: Iterable[PolicyVersion], at: datetime
) -> list[str]:
    """Say what is odd about hours that can be read, and was not so `before`; `policies` are to count in them."""
    known = set(hours_words.windows_of(before))
    new = [one for one in hours_words.windows_of(spec) if one not in known]
    odd = [one for one in new if one.is_odd]
    reach = [*doubts_about_reach(spec, policies=policies, at=at), *doubts_about_season(spec)]
    return [*map(hours_words.window_words, odd), *reach]


def doubts_about_reach(spec: Any, *, policies: Iterable[PolicyVersion], at: datetime) -> list[str]:
    """Say which promise would never be due in these hours from an instant on."""
    if not is_reached(spec, MOMENT, at=at):
        return [_("never opens: nothing that counts in these hours is ever due")]
    beyond = [one for one in policies if not all(_is_reached(spec, each, at=at) for each in in_hours(one))]
    return [_("%s: its longest target is not used up within five years") % one.policy for one in beyond]


def doubts_about_season(spec: Any) -> list[str]:
    """Say when seasonal hours end for good."""
    last = last_open_date(spec)
    return [_("opens for the last time on %s, and never again") % last] if last else []


def is_reached(spec: Any, target: timedelta, *, at: datetime) -> bool:
    """Whether so much open time comes within five years."""
    try:
        return _calendar(json.dumps(spec)).due(at, target) <= at + LONG_ENOUGH
    except (NeverOpen, OutOfReach):
        return False


def _is_reached(spec: Any, target: Target, *, at: datetime) -> bool:
    if target.days is None:
        return is_reached(spec, target.duration, at=at)
    eras = [Era(0, _calendar(json.dumps(spec)).workdays)]
    try:
        return deadline(at, target.days, eras) <= at + LONG_ENOUGH
    except (NeverOpen, OutOfReach):
        return False


@lru_cache(maxsize=64)
def _calendar(spec: str) -> BusinessCalendar:
    """Return the hours of a specification: every page asks, and whole years of them are laid out."""
    return BusinessCalendar.parse(json.loads(spec))


def in_hours(version: PolicyVersion) -> set[Target]:
    """Return the targets of a version that are counted in business time, those that are no time at all left out."""
    try:
        rules = parse_rules(version.rules)
    except BadRules:
        return set()
    targets = {one for some in rules.targets.values() for one in some.values() if one.basis == "business"}
    return {one for one in targets if one.duration or one.days}


def last_open_date(spec: Any) -> str | None:
    """Return the last date on which seasonal hours open; None where every week has some."""
    parts = parts_of(spec)
    if any(windows for part in parts for windows in (part.get("weekly") or {}).values()):
        return None
    opened = [day for part in parts for day, windows in (part.get("date_overrides") or {}).items() if windows]
    return max(opened, default=None)
