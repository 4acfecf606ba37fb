"""Which clocks a number of a reported month counted, and the address of the list of exactly those: one rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q

from helpdesk.input.id_text import read_number
from helpdesk.models import Agent
from monitor.clock.metrics import PROMISED
from monitor.models import ReportedClock, ReportedMonth
from monitor.models.months.reported_month import ReportedClockQuerySet
from monitor.reports.clock_selection import NONE, ClockSelection, DaySpan
from monitor.reports.months.reported_figures import FigurePlace
from monitor.reports.objectives import calendar_month
from monitor.reports.promise_slices import BROKEN, DECIDED, PROMISES

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: (name,) for name in PROMISES},
    "decided": DECIDED,
    "broken": BROKEN,
}
"""The slices by which a clock came out, and what adds some of them up."""


class ExcusedBy(NamedTuple):
    """By whom and by which freezes a promise was excused when it was reported; nobody is 0."""

    agent_id: int
    freeze_ids: tuple[int, ...]

    @property
    def rule(self) -> Q:
        by = Q(excused_by_id=self.agent_id or None)
        if not self.freeze_ids:
            return by & (Q(freeze_ids=None) | Q(freeze_ids=[]))
        told = list(self.freeze_ids)
        return by & Q(freeze_ids__contains=told, freeze_ids__contained_by=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedSelection:
    """Clocks of a reported month, by what became of them then and by whose figure they are in; "" and None: any."""

    metric: str = ""
    part: str = ""
    queue_id: int | None = None
    store_id: int | None = None
    excused: bool = False
    excused_by: ExcusedBy | None = None

    @classmethod
    def of(cls, place: FigurePlace, part: str, *, excused: bool = False) -> Self:
        """Return what a number of a figure counts."""
        return cls(**place._asdict(), part=part, excused=excused)

    @classmethod
    def read(cls, said: Mapping[str, str]) -> Self:
        """Read what `query` wrote; raises `ValueError` for what it would not write."""
        excused = _one_of(("", "yes"), said.get("excused", ""))
        return cls(
            metric=_one_of(("", *PROMISED), said.get("metric", "")),
            part=_one_of(("", *PARTS), said.get("part", "")),
            queue_id=_number(said["queue"]) if said.get("queue") else None,
            store_id=_number(said["store"]) if said.get("store") else None,
            excused=bool(excused),
            excused_by=_excused_by(said["by"], said.get("freezes", "")) if said.get("by") else None,
        )

    def clocks(self, reported: ReportedMonth, *, agent: Agent) -> ReportedClockQuerySet:
        """Return those that an agent may see, as they were stored."""
        seen: ReportedClockQuerySet = ReportedClock.objects.filter(reported=reported).visible_to(agent)
        return seen.filter(self._rule)

    @property
    def _rule(self) -> Q:
        told = {
            "metric": self.metric,
            "came_out__in": PARTS.get(self.part),
            "queue_id": self.queue_id,
            "store_id": self.store_id,
            "excused": self.excused,
        }
        rule = Q(**{name: value for name, value in told.items() if value})
        return rule & self.excused_by.rule if self.excused_by else rule

    def now(self, reported: ReportedMonth) -> ClockSelection:
        """Return which clocks the same number would count now."""
        return ClockSelection(
            metric=self.metric,
            asked=DaySpan(reported.month, calendar_month.last_day(reported.month)),
            zone=ZoneInfo(reported.zone),
            slice_=self.part,
            is_excused=self.excused or None,
            queue_id=self.queue_id,
            values={} if self.store_id is None else {"store_id": self.store_id},
        )

    @property
    def query(self) -> str:
        """Return the query by which the list shows exactly these."""
        return urlencode(list(self._said()))

    def _said(self) -> Iterator[tuple[str, str]]:
        told = {
            "metric": self.metric,
            "queue": self.queue_id,
            "store": self.store_id,
            "part": self.part,
            "excused": "yes" if self.excused else "",
        }
        yield from ((name, str(value)) for name, value in told.items() if value)
        if self.excused_by:
            yield "by", str(self.excused_by.agent_id or NONE)
            yield "freezes", ".".join(map(str, self.excused_by.freeze_ids)) or NONE


def _one_of(known: tuple[str, ...], said: str) -> str:
    if said not in known:
        raise ValueError(said)
    return said


def _number(said: str) -> int:
    number = read_number(said)
    if number is None:
        raise ValueError(said)
    return number


def _excused_by(agent: str, freezes: str) -> ExcusedBy:
    told = () if freezes == NONE else tuple(_number(one) for one in freezes.split("."))
    return ExcusedBy(0 if agent == NONE else _number(agent), told)
