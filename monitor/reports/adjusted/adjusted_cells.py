"""What a row of a table says of broken promises, beside what was measured: columns, and the cells of a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final

from helpdesk.models import Agent
from monitor.clock.metrics import ONLY_ONCE, PROMISED, Metric
from monitor.excusals.breach_labels import EXCUSED, PromiseKey
from monitor.models import BreachCause
from monitor.reports.adjusted import excused_clocks
from monitor.reports.adjusted.excused_clocks import ToldBreach
from monitor.reports.clock_cells import TimedClock

_EACH: Final = ("adjusted_outcome", "cause", "excused_by")
_AGAIN: Final = ("excused_cycles",)


def _columns(metric: Metric) -> tuple[str, ...]:
    return _EACH + (() if metric in ONLY_ONCE else _AGAIN)


COLUMNS: Final = {metric: _columns(metric) for metric in PROMISED}
HEADS: Final = tuple(f"{metric}_{column}" for metric, columns in COLUMNS.items() for column in columns)


def told_of(clocks: Iterable[TimedClock]) -> Mapping[PromiseKey, ToldBreach]:
    """Return what is said of those that are broken; of none nothing is asked."""
    broken = [_key(clock) for clock in clocks if clock.broken]
    return excused_clocks.told_of_promises(broken) if broken else {}


def cells(clocks: Sequence[TimedClock], told: Mapping[PromiseKey, ToldBreach]) -> Iterator[object]:
    """Yield the cells of a ticket's row, in the order of `HEADS`: of each metric what is said of its last clock."""
    by_metric = {metric: list(some) for metric, some in groupby(_in_order(clocks), attrgetter("metric"))}
    for metric, columns in COLUMNS.items():
        said = _said(by_metric[metric], told) if metric in by_metric else {}
        for column in columns:
            yield said.get(column, "")


def _in_order(clocks: Sequence[TimedClock]) -> list[TimedClock]:
    """Return them metric by metric; those of one stay in the order of their cycles."""
    return sorted(clocks, key=attrgetter("metric"))


def _said(clocks: Sequence[TimedClock], told: Mapping[PromiseKey, ToldBreach]) -> dict[str, object]:
    last, excused = clocks[-1], [clock for clock in clocks if _is_excused(told.get(_key(clock)))]
    said = told.get(_key(last))
    return {
        "adjusted_outcome": EXCUSED if _is_excused(said) else last.outcome_word,
        "cause": _cause(said.cause) if said and said.cause else "",
        "excused_by": _excused_by(said) if said else "",
        "excused_cycles": len(excused),
    }


def _is_excused(told: ToldBreach | None) -> bool:
    return told is not None and told.is_excused


def _key(clock: TimedClock) -> PromiseKey:
    return clock.ticket_id, clock.metric, clock.start_seq


def _cause(named: BreachCause) -> str:
    return named.cause.name if named.cause else named.words


def _excused_by(told: ToldBreach) -> str:
    """Return who excuses it, and which freezes do."""
    people = [_name(told.excusal.excused_by)] if told.excusal else []
    return ", ".join([*people, *(freeze.name for freeze in told.freezes)])


def _name(agent: Agent) -> str:
    return agent.name or agent.email
