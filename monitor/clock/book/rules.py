"""The rules of a policy version: read from JSON, refused by name, kept as values."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from monitor.clock.metrics import PAUSING_STATUSES, PROMISED, Metric

ANY_PRIORITY: Final = "*"
PRIORITIES: Final = ("low", "normal", "high", "urgent")
CONDITIONS: Final = ("store", "queue", "channel", "priority", "tier", "tags", "language")
LONGEST: Final = timedelta(days=3660)
DEFAULT_WARNING: Final = 0.75


class BadRules(ValueError):
    """The rules of a policy cannot be read; the message names the place and the fault."""


@dataclass(frozen=True, slots=True)
class Target:
    """A promised duration, counted in `business` or `wall` time, with the share of it that warns."""

    duration: timedelta
    basis: str = "business"
    warn: float | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What one policy version says. `targets` maps a metric to its target by priority, or for any."""

    match: Mapping[str, frozenset[Hashable]]
    targets: Mapping[Metric, Mapping[str, Target]]
    pauses: Mapping[Metric, frozenset[str]]
    bots_count: bool = False


def parse_rules(spec: Any) -> Rules:
    """Read the JSON that `docs/clocks.md` describes under *Policies*.

    Raises:
        BadRules: anything that is not described there.

    """
    spec = _object(spec, "rules", allowed=("match", "targets", "pauses", "bots_count"))
    bots_count = spec.get("bots_count", False)
    _require(isinstance(bots_count, bool), "bots_count: neither true nor false")
    return Rules(
        match=_read_match(_object(spec.get("match", {}), "match", allowed=CONDITIONS)),
        targets=_read_targets(_object(spec.get("targets", {}), "targets", allowed=_named(PROMISED))),
        pauses=_read_pauses(_object(spec.get("pauses", {}), "pauses", allowed=_named(PROMISED))),
        bots_count=bots_count,
    )


def _read_match(spec: Mapping[str, Any]) -> dict[str, frozenset[Hashable]]:
    return {key: _codes(values, f"match.{key}") for key, values in spec.items()}


def _read_targets(spec: Mapping[str, Any]) -> dict[Metric, dict[str, Target]]:
    return {Metric(name): _read_target(one, f"targets.{name}") for name, one in spec.items()}


def _read_target(spec: Any, where: str) -> dict[str, Target]:
    spec = _object(spec, where, allowed=("basis", "warn", "seconds"))
    basis, warn = spec.get("basis", "business"), spec.get("warn", DEFAULT_WARNING)
    _require(basis in ("business", "wall"), f"{where}.basis: neither business nor wall")
    _require(warn is None or (_is_number(warn) and 0 <= warn < 1), f"{where}.warn: no share from 0 up to 1")
    _require("seconds" in spec, f"{where}.seconds: missing")
    seconds = spec["seconds"]
    if not isinstance(seconds, Mapping):
        seconds = {ANY_PRIORITY: seconds}
    else:
        _object(seconds, f"{where}.seconds", allowed=PRIORITIES)
    return {
        priority: Target(_duration(value, f"{where}.seconds"), basis, warn)
        for priority, value in seconds.items()
    }


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
