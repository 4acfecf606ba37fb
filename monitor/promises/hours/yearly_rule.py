"""The days on which a yearly rule of a calendar's file comes, without going further than anybody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Final

from dateutil.rrule import YEARLY, rrule, weekday

_DAYS_OF_THE_WEEK: Final = {
    name: weekday(number) for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))
}
_RULES: Final[Mapping[str, str]] = {
    "BYMONTH": "bymonth",
    "BYMONTHDAY": "bymonthday",
    "BYYEARDAY": "byyearday",
    "BYWEEKNO": "byweekno",
    "BYSETPOS": "bysetpos",
}
_DAYS_BY: Final = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY"})
_KNOWN: Final = frozenset({*_RULES, "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})
_MOST: Final[Mapping[str, int]] = {
    "BYMONTH": 12,
    "BYMONTHDAY": 31,
    "BYYEARDAY": 366,
    "BYWEEKNO": 53,
    "BYSETPOS": 366,
    "BYDAY": 53,
}
"""The highest number that each may say; of all but months it may be counted from the end, too (RFC 5545, 3.3.10)."""
_AT_LEAST_ONE: Final = frozenset({"BYMONTH", "INTERVAL", "COUNT"})
_NEVER_AGAIN: Final = 10_000
"""An interval of more years than there are: the rule is asked of one year, and does not search the others."""


class NotYearly(ValueError):
    """An event repeats in a way that is not read."""


def times(rule: Any, begins: date, *, since: date, until: date) -> list[date]:
    """Return the days of a yearly rule from the year before `since` on, up to a date; raises `NotYearly`.

    Each year is asked by itself: a rule that never comes, such as 30 February, would be looked for in 8,000 years.
    """
    if not isinstance(rule, Mapping) or rule.get("FREQ") != ["YEARLY"] or set(map(str.upper, rule)) - _KNOWN:
        raise NotYearly
    _refuse_impossible(rule)
    told = rule.get("UNTIL", [until])[0]
    ends = min(told.date() if isinstance(told, datetime) else told, until)
    years = _years(rule, begins, since=since, ends=ends)
    found = (day for year in years for day in _of_year(rule, begins, year) if begins <= day <= ends)
    return list(islice(found, int(rule["COUNT"][0]) if "COUNT" in rule else None))


def _refuse_impossible(rule: Mapping[str, Any]) -> None:
    """Raise `NotYearly` where a number is said that there cannot be: a thirteenth month, every zeroth year."""
    for name in rule.keys() & (_MOST.keys() | _AT_LEAST_ONE):
        for told in rule[name]:
            number = _weekday(str(told)).n or 1 if name == "BYDAY" else int(told)
            least = 1 if name in _AT_LEAST_ONE else -_MOST[name]
            if number == 0 or not least <= number <= _MOST.get(name, number):
                raise NotYearly


def _years(rule: Mapping[str, Any], begins: date, *, since: date, ends: date) -> range:
    """Return the years in which it may come: where it counts how often, all of them."""
    step = int(rule.get("INTERVAL", [1])[0])
    passed = 0 if "COUNT" in rule else max(0, (since.year - 1 - begins.year) // step)
    return range(begins.year + step * passed, ends.year + 1, step)


def _of_year(rule: Mapping[str, Any], begins: date, year: int) -> Iterator[date]:
    by = {name: [int(one) for one in rule[key]] for key, name in _RULES.items() if key in rule}
    if not _DAYS_BY & rule.keys():
        by = {"bymonth": [begins.month], "bymonthday": [begins.day], **by}
    comes = rrule(
        YEARLY,
        dtstart=datetime.combine(date(year, 1, 1), time()),
        interval=_NEVER_AGAIN,
        byweekday=[_weekday(str(one)) for one in rule.get("BYDAY", [])] or None,
        **by,
    )
    return (one.date() for one in comes)


def _weekday(text: str) -> weekday:
    """Read "TH", "4TH" or "-1MO"."""
    number, name = text[:-2], text[-2:].upper()
    return _DAYS_OF_THE_WEEK[name](int(number)) if number else _DAYS_OF_THE_WEEK[name]
