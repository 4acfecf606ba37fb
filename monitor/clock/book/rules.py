"""The rules of a policy version: read from JSON, refused by name, kept as values."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple

from monitor.clock.metrics import PAUSING_STATUSES, PROMISED, Metric

ANY_PRIORITY: Final = "*"
PRIORITIES: Final = ("low", "normal", "high", "urgent")
CONDITIONS: Final = ("store", "queue", "channel", "priority", "tier", "tags", "language")
UNMATCHED: Final = ("remove", "keep")
ATTACHED: Final = ("opening", "attached")
OPTIONS: Final = ("bots_count", "first_resolution_only", "unmatched", "attached")
BASES: Final = ("business", "wall")
ENDS: Final = ("same_time", "end_of_day")
LONGEST: Final = timedelta(days=3660)
DEFAULT_WARNING: Final = 0.75


class BadRules(ValueError):
    """The rules of a policy cannot be read; the message names the place and the fault."""


class DayCount(NamedTuple):
    """So many days, up to the time of day at which they began (`same_time`), or to the `end_of_day` of the last."""

    number: int
    ends: str = "same_time"


@dataclass(frozen=True, slots=True)
class Target:
    """A promised duration, counted in `business` or `wall` time, with the share of it that warns.

    One that is promised in `days` (working days in business time, else days of the wall calendar) has only a
    rough duration, 24 hours a day, until it is known from when and in which calendar they count.
    """

    duration: timedelta
    basis: str = "business"
    warn: float | None = None
    days: DayCount | None = None

    def lasting(self, duration: timedelta) -> Target:
        """Return it with what it comes to on a clock."""
        return Target(duration, self.basis, self.warn, self.days)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one policy version says. `targets` maps a metric to its target by priority, or for any.

    `keeps`: once no policy matches any more its targets stay. `attaches`: what it promises a ticket that it comes
    to match later counts from then.
    """

    match: Mapping[str, frozenset[Hashable]]
    targets: Mapping[Metric, Mapping[str, Target]]
    pauses: Mapping[Metric, frozenset[str]]
    bots_count: bool = False
    first_resolution_only: bool = False
    keeps: bool = False
    attaches: bool = False


def parse_rules(spec: Any) -> Rules:
    """Read the JSON that `docs/clocks.md` describes under *Policies*.

    Raises:
        BadRules: anything that is not described there.

    """
    spec = _object(spec, "rules", allowed=("match", "targets", "pauses", *OPTIONS))
    return Rules(
        match=_read_match(_object(spec.get("match", {}), "match", allowed=CONDITIONS)),
        targets=_read_targets(_object(spec.get("targets", {}), "targets", allowed=_named(PROMISED))),
        pauses=_read_pauses(_object(spec.get("pauses", {}), "pauses", allowed=_named(PROMISED))),
        bots_count=_read_switch(spec, "bots_count"),
        first_resolution_only=_read_switch(spec, "first_resolution_only"),
        keeps=_read_choice(spec, "unmatched", UNMATCHED) == "keep",
        attaches=_read_choice(spec, "attached", ATTACHED) == "attached",
    )


def _read_switch(spec: Mapping[str, Any], name: str) -> bool:
    value = spec.get(name, False)
    _require(isinstance(value, bool), f"{name}: neither true nor false")
    return bool(value)


def _read_choice(spec: Mapping[str, Any], name: str, choices: tuple[str, str]) -> str:
    """Return what was chosen, or the first, which is what holds where nobody chose."""
    value = spec.get(name, choices[0])
    _require(value in choices, f"{name}: neither {choices[0]} nor {choices[1]}")
    return str(value)


def _read_match(spec: Mapping[str, Any]) -> dict[str, frozenset[Hashable]]:
    return {key: _codes(values, f"match.{key}") for key, values in spec.items()}


def _read_targets(spec: Mapping[str, Any]) -> dict[Metric, dict[str, Target]]:
    return {Metric(name): _read_target(one, f"targets.{name}") for name, one in spec.items()}


def _read_target(spec: Any, where: str) -> dict[str, Target]:
    if isinstance(spec, Mapping) and "amounts" in spec:
        return _read_amounts(spec, where)
    spec = _object(spec, where, allowed=("basis", "warn", "seconds"))
    basis, warn = _basis(spec, where), _warning(spec, where)
    _require("seconds" in spec, f"{where}.seconds: missing")
    seconds = spec["seconds"]
    if isinstance(seconds, Mapping):
        _object(seconds, f"{where}.seconds", allowed=PRIORITIES)
    else:
        seconds = {ANY_PRIORITY: seconds}
    return {key: Target(_duration(one, f"{where}.seconds"), basis, warn) for key, one in seconds.items()}


def _read_amounts(spec: Mapping[str, Any], where: str) -> dict[str, Target]:
    """Read amounts that each have a unit of their own."""
    warn, within = _warning(_object(spec, where, allowed=("warn", "amounts")), where), f"{where}.amounts"
    amounts = _object(spec["amounts"], within, allowed=(ANY_PRIORITY, *PRIORITIES))
    return {key: _read_amount(one, f"{within}.{key}", warn) for key, one in amounts.items()}


def _read_amount(spec: Any, where: str, warn: float | None) -> Target:
    if isinstance(spec, Mapping) and "days" in spec:
        spec = _object(spec, where, allowed=("days", "basis", "ends"))
        days = _read_days(spec, where)
        return Target(timedelta(days=days.number), _basis(spec, where), warn, days)
    spec = _object(spec, where, allowed=("seconds", "basis"))
    _require("seconds" in spec, f"{where}: neither seconds nor days")
    return Target(_duration(spec["seconds"], f"{where}.seconds"), _basis(spec, where), warn)


def _read_days(spec: Mapping[str, Any], where: str) -> DayCount:
    number, ends = spec["days"], spec.get("ends", ENDS[0])
    _require(type(number) is int, f"{where}.days: not a whole number")
    _require(0 <= number <= LONGEST.days, f"{where}.days: below 0 or above {LONGEST.days}")
    _require(ends in ENDS, f"{where}.ends: neither same_time nor end_of_day")
    return DayCount(number, ends)


def _warning(spec: Mapping[str, Any], where: str) -> float | None:
    warn: float | None = spec.get("warn", DEFAULT_WARNING)
    _require(warn is None or (_is_number(warn) and 0 <= warn < 1), f"{where}.warn: no share from 0 up to 1")
    return warn


def _basis(spec: Mapping[str, Any], where: str) -> str:
    basis = spec.get("basis", BASES[0])
    _require(basis in BASES, f"{where}.basis: neither business nor wall")
    return str(basis)


def _read_pauses(spec: Mapping[str, Any]) -> dict[Metric, frozenset[str]]:
    pauses: dict[Metric, frozenset[str]] = {}
    for name, statuses in spec.items():
        where = f"pauses.{name}"
        _require(_codes(statuses, where) <= PAUSING_STATUSES, f"{where}: only pending and on_hold pause")
        pauses[Metric(name)] = frozenset(statuses)
    return pauses


def _object(value: Any, where: str, *, allowed: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadRules(f"{where}: not an object")
    unknown = sorted(str(key) for key in value if key not in allowed)
    _require(not unknown, f"{where}: unknown {', '.join(unknown)}")
    return value


def _codes(value: Any, where: str) -> frozenset[Hashable]:
    _require(isinstance(value, list), f"{where}: not a list")
    _require(all(type(one) in (str, int) for one in value), f"{where}: neither text nor whole number")
    return frozenset(value)


def _duration(value: Any, where: str) -> timedelta:
    _require(_is_number(value), f"{where}: not a number")
    _require(0 <= value <= LONGEST.total_seconds(), f"{where}: below 0 or above {LONGEST.days} days")
    return timedelta(seconds=value)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _named(metrics: Iterable[Metric]) -> tuple[str, ...]:
    return tuple(metric.value for metric in metrics)


def _require(holds: bool, fault: str) -> None:
    if not holds:
        raise BadRules(fault)
