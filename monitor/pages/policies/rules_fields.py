"""What a policy says, as the fields of a form: taken from its rules, and put together to rules again.

What `fields_of` makes of any rules that can be read, `rules_of` makes rules of that mean the same.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from monitor.clock.book.rules import (
    ANY_PRIORITY,
    ATTACHED,
    CONDITIONS,
    DEFAULT_WARNING,
    PRIORITIES,
    UNMATCHED,
    Rules,
    Target,
)
from monitor.clock.metrics import PAUSES, PROMISED, Metric

WRITTEN: Final = ("channel", "tier", "tags", "language")
"""Conditions of which the values are written down, one a line; of the others they are ticked."""
NOTHING: Final = "[]"
"""What is ticked of a condition that has no value, and so never holds."""
ROWS: Final = (*reversed(PRIORITIES), ANY_PRIORITY)
"""The rows of targets, the most pressing first; the last is for all priorities without one of their own."""
_USUAL: Final = {"first_resolution_only": False, "unmatched": UNMATCHED[0], "attached": ATTACHED[0]}
"""Options that are said only where they are otherwise."""
_HUNDRED: Final = Decimal(100)
_MICROSECOND: Final = timedelta(microseconds=1)


class Unit(NamedTuple):
    """What a number of it counts: seconds of open or of all time, or days up to an end."""

    basis: str
    seconds: int = 0
    ends: str = ""


UNITS: Final[Mapping[str, Unit]] = {
    "minutes": Unit("business", 60),
    "hours": Unit("business", 3600),
    "seconds": Unit("business", 1),
    "working_days": Unit("business", ends="same_time"),
    "working_days_end": Unit("business", ends="end_of_day"),
    "wall_minutes": Unit("wall", 60),
    "wall_hours": Unit("wall", 3600),
    "wall_seconds": Unit("wall", 1),
    "wall_days": Unit("wall", ends="same_time"),
    "wall_days_end": Unit("wall", ends="end_of_day"),
}
_LARGEST_FIRST: Final = (3600, 60, 1)


def field_name(kind: str, metric: str, priority: str = "") -> str:
    """Return the name of a field of a metric: `amount`, `unit`, `warn` or `pauses`."""
    return "_".join(filter(None, (kind, metric, priority.replace(ANY_PRIORITY, "any"))))


def fields_of(rules: Rules) -> dict[str, Any]:
    """Return what the form shows of rules."""
    fields: dict[str, Any] = {
        "bots_count": rules.bots_count,
        "first_resolution_only": rules.first_resolution_only,
        "unmatched": "keep" if rules.keeps else "remove",
        "attached": "attached" if rules.attaches else "opening",
    }
    for key in CONDITIONS:
        fields |= _condition_fields(key, rules.match.get(key))
    for metric in PROMISED:
        fields |= _metric_fields(rules, metric)
    return fields


def _metric_fields(rules: Rules, metric: Metric) -> dict[str, Any]:
    targets = rules.targets.get(metric, {})
    [warn, *_others] = [one.warn for one in targets.values()] or [DEFAULT_WARNING]
    fields = {
        field_name("warn", metric): None if warn is None else _plain(_percent(warn)),
        field_name("pauses", metric): sorted(rules.pauses.get(metric, PAUSES[metric])),
    }
    for priority, target in targets.items():
        names = (field_name(kind, metric, priority) for kind in ("amount", "unit"))
        fields |= zip(names, amount_of(target), strict=True)
    return fields


def _condition_fields(key: str, values: frozenset[Hashable] | None) -> dict[str, Any]:
    if values is None:
        return {}
    written = sorted(
        value for value in values if key in WRITTEN and isinstance(value, str) and is_line(value)
    )
    ticked = sorted(json.dumps(value) for value in values if value not in written)
    return {f"match_{key}": ticked if values else [NOTHING], f"written_{key}": "\n".join(written)}


def is_line(value: str) -> bool:
    """Whether a value can be written on a line of its own and read from it."""
    return value.splitlines() == [value] and value == value.strip()


def amount_of(target: Target) -> tuple[str, str]:
    """Return a target as a number and its unit: the largest of which it is a whole number."""
    if target.days is not None:
        return str(target.days.number), _unit(target.basis, ends=target.days.ends)
    micros = target.duration // _MICROSECOND
    size = next((one for one in _LARGEST_FIRST if micros and not micros % (one * 10**6)), 1 if micros else 60)
    return _plain(Decimal(micros) / 10**6 / size), _unit(target.basis, seconds=size)


def _unit(basis: str, *, seconds: int = 0, ends: str = "") -> str:
    return next(name for name, unit in UNITS.items() if unit == Unit(basis, seconds, ends))


def _percent(warn: float) -> Decimal:
    return Decimal(repr(warn)) * _HUNDRED


def _plain(number: Decimal) -> str:
    """Write a number without an exponent, and without zeros behind the point."""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def rules_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules that the fields of a valid form say, as `parse_rules` reads them."""
    targets = {metric.value: target for metric in PROMISED if (target := _target(given, metric))}
    chosen = ((name, given.get(name), usual) for name, usual in _USUAL.items())
    return {
        "match": dict(_conditions(given)),
        "targets": targets,
        "pauses": dict(_pauses(given, targets)),
        "bots_count": bool(given.get("bots_count")),
        **{name: value for name, value, usual in chosen if value and value != usual},
    }


def _conditions(given: Mapping[str, Any]) -> Iterator[tuple[str, list[Hashable]]]:
    for key in CONDITIONS:
        ticked = given.get(f"match_{key}") or []
        values: list[Hashable] = [json.loads(one) for one in ticked if one != NOTHING]
        lines = map(str.strip, (given.get(f"written_{key}") or "").splitlines())
        values += [line for line in lines if line and line not in values]
        if values or NOTHING in ticked:
            yield key, values


def _pauses(given: Mapping[str, Any], targets: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield where a metric pauses, if that is not usual; where it has targets the usual is said too."""
    for metric in PROMISED:
        chosen: Sequence[str] = given.get(field_name("pauses", metric)) or []
        if set(chosen) != PAUSES[metric] or (chosen and metric in targets):
            yield metric.value, sorted(chosen, reverse=True)


def _target(given: Mapping[str, Any], metric: Metric) -> dict[str, Any] | None:
    """Return the target of a metric, as shortly as it can be said; None where no priority has one."""
    amounts = dict(_amounts(given, metric))
    if not amounts:
        return None
    percent = given.get(field_name("warn", metric))
    warn = None if percent is None else float(percent / _HUNDRED)
    bases = {one["basis"] for one in amounts.values()}
    in_seconds = {priority: one["seconds"] for priority, one in amounts.items() if "seconds" in one}
    if len(bases) > 1 or len(in_seconds) < len(amounts) or (ANY_PRIORITY in amounts and len(amounts) > 1):
        return {"warn": warn, "amounts": amounts}
    return {"basis": bases.pop(), "warn": warn, "seconds": in_seconds.get(ANY_PRIORITY, in_seconds)}


def _amounts(given: Mapping[str, Any], metric: Metric) -> Iterator[tuple[str, dict[str, Any]]]:
    for priority in ROWS:
        number = given.get(field_name("amount", metric, priority))
        if number is not None:
            yield priority, amount_rules(number, given[field_name("unit", metric, priority)])


def amount_rules(number: Decimal, unit_name: str) -> dict[str, Any]:
    """Return a number of units as rules say it."""
    unit = UNITS[unit_name]
    if unit.ends:
        return {"days": int(number), "basis": unit.basis, "ends": unit.ends}
    seconds = number * unit.seconds
    return {"seconds": int(seconds) if seconds == int(seconds) else float(seconds), "basis": unit.basis}
