"""What a reported month would be now: the clocks that changed, each with its reason, and the figures they lead to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, LiteralString, NamedTuple

from helpdesk.database.statement import ids, run
from helpdesk.models import Ticket
from monitor.clock import checkpoint
from monitor.models import CalendarVersion, Clock, PolicyVersion, ReportedMonth
from monitor.relay.zone_data import zone_data
from monitor.reports.months import change_reason, reported_clocks, reported_figures
from monitor.reports.months.change_reason import ChangeReason, SinceEvent, SinceThen
from monitor.reports.months.reported_clocks import ChangedRow
from monitor.reports.months.reported_figures import FigurePlace

NOT_COUNTED: Final = ""
"""How a clock came out that is in no figure."""


class ClockChange(NamedTuple):
    """A clock that would be reported otherwise, and why."""

    row: ChangedRow
    reason: ChangeReason

    @property
    def ticket_id(self) -> int:
        return self.row.ticket_id

    @property
    def then(self) -> str:
        return self.row.then.came_out if self.row.then else NOT_COUNTED

    @property
    def now(self) -> str:
        return self.row.now.came_out if self.row.now else NOT_COUNTED

    @property
    def queues(self) -> set[int]:
        """Return the queues in whose figures it was or is."""
        return {side.queue_id for side in (self.row.then, self.row.now) if side}

    @property
    def new_version(self) -> int | None:
        """Return under which version of a policy it counts now, where that is why it changed."""
        if self.reason is not ChangeReason.VERSION or self.row.now is None:
            return None
        was = self.row.then.policy_version_id if self.row.then else None
        return None if self.row.now.policy_version_id == was else self.row.now.policy_version_id

    def moves(self, *, adjusted: bool = False) -> Iterator[tuple[FigurePlace, str, int]]:
        """Yield of which figures it is one less, and of which one more; adjusted ones leave out what is excused."""
        for side, sign in ((self.row.then, -1), (self.row.now, 1)):
            if side is not None and not (adjusted and side.excused):
                for place in reported_figures.places(self.row.metric, side.queue_id, side.store_id):
                    yield place, side.came_out, sign


@dataclass(frozen=True)
class MonthChanges:
    """All that changed of a reported month."""

    clocks: list[ClockChange]

    @cached_property
    def net(self) -> Mapping[FigurePlace, Counter[str]]:
        """Return what each figure would be more or less, by slice."""
        return self._net(adjusted=False)

    @cached_property
    def net_adjusted(self) -> Mapping[FigurePlace, Counter[str]]:
        """Return the same of figures without what is excused."""
        return self._net(adjusted=True)

    def _net(self, *, adjusted: bool) -> Mapping[FigurePlace, Counter[str]]:
        found: dict[FigurePlace, Counter[str]] = defaultdict(Counter)
        for one in self.clocks:
            for place, slice_, sign in one.moves(adjusted=adjusted):
                found[place][slice_] += sign
        return found

    @cached_property
    def tickets(self) -> Mapping[FigurePlace, set[int]]:
        """Return the tickets by which each figure is changed."""
        return self._tickets(adjusted=False)

    @cached_property
    def tickets_adjusted(self) -> Mapping[FigurePlace, set[int]]:
        """Return the same of figures without what is excused."""
        return self._tickets(adjusted=True)

    def _tickets(self, *, adjusted: bool) -> Mapping[FigurePlace, set[int]]:
        found: dict[FigurePlace, set[int]] = defaultdict(set)
        for one in self.clocks:
            moved: dict[FigurePlace, Counter[str]] = defaultdict(Counter)
            for place, slice_, sign in one.moves(adjusted=adjusted):
                moved[place][slice_] += sign
            for place, counts in moved.items():
                if any(counts.values()):
                    found[place].add(one.ticket_id)
        return found

    def in_queues(self, queues: Collection[int]) -> MonthChanges:
        """Return those that touch the figures of these queues."""
        return MonthChanges([one for one in self.clocks if one.queues & set(queues)])

    def of(self, place: FigurePlace) -> MonthChanges:
        """Return those that change a figure, or what it is without what is excused."""
        changing = self.tickets.get(place, set()) | self.tickets_adjusted.get(place, set())
        return MonthChanges(
            [
                one
                for one in self.clocks
                if one.ticket_id in changing and any(where == place for where, *_rest in one.moves())
            ]
        )

    def because(self, reason: ChangeReason) -> MonthChanges:
        return MonthChanges([one for one in self.clocks if one.reason is reason])

    @cached_property
    def reasons(self) -> dict[ChangeReason, int]:
        """Return how many tickets changed for which reason, the commonest first."""
        found: dict[ChangeReason, set[int]] = defaultdict(set)
        for one in self.clocks:
            found[one.reason].add(one.ticket_id)
        return {reason: len(found[reason]) for reason in sorted(found, key=lambda each: -len(found[each]))}

    @property
    def ticket_ids(self) -> list[int]:
        return sorted({one.ticket_id for one in self.clocks})


def of(reported: ReportedMonth, *, now: datetime, tickets: Collection[int] | None = None) -> MonthChanges:
    """Return what changed since a month was reported; of these tickets alone where any are told."""
    rows = reported_clocks.changed(reported, now=now, tickets=tickets)
    return MonthChanges(list(_with_reasons(reported, rows))) if rows else MonthChanges([])


def _with_reasons(reported: ReportedMonth, rows: list[ChangedRow]) -> Iterator[ClockChange]:
    at = reported.reported_at
    assert at is not None  # noqa: S101  # only what was reported is asked about
    tickets = sorted({row.ticket_id for row in rows})
    events, outcomes, there = _events(reported, tickets), _outcomes(rows), _there(tickets)
    new_versions = _are_new_versions(reported)
    for row in rows:
        yield ClockChange(
            row,
            change_reason.reason_of(
                row,
                SinceThen(
                    reported_at=at,
                    events=events.get(row.ticket_id, ()),
                    outcome=outcomes.get((row.ticket_id, row.metric, row.start_seq)),
                    is_gone=row.ticket_id not in there,
                    known_versions=(reported.versions["last_policy"], reported.versions["last_calendar"]),
                    new_versions=new_versions,
                    other_rules=reported.rules != checkpoint.RULES,
                    other_zone_data=reported.zone_data != zone_data(),
                ),
            ),
        )


def _events(reported: ReportedMonth, ticket_ids: Iterable[int]) -> dict[int, list[SinceEvent]]:
    """Return what was recorded of these tickets since: after the last event that was known of each."""
    found: dict[int, list[SinceEvent]] = defaultdict(list)
    for ticket_id, *said in run(_EVENTS, [ids(ticket_ids), reported.pk, reported.reported_at]):
        found[ticket_id].append(SinceEvent(*said))
    return found


def _outcomes(rows: Iterable[ChangedRow]) -> dict[tuple[int, str, int], str]:
    """Return how those clocks ended that are in no figure any more."""
    left = sorted({row.ticket_id for row in rows if row.now is None})
    standing = Clock.objects.standing().filter(ticket__in=left)
    told = standing.values_list("ticket_id", "metric", "start_seq", "outcome")
    return {(ticket_id, metric, seq): outcome for ticket_id, metric, seq, outcome in told}


def _there(ticket_ids: list[int]) -> set[int]:
    return set(Ticket.objects.filter(pk__in=ticket_ids).values_list("pk", flat=True))


def _are_new_versions(reported: ReportedMonth) -> bool:
    """Tell whether any version was published since; they are only ever added."""
    policies = PolicyVersion.objects.filter(pk__gt=reported.versions["last_policy"])
    calendars = CalendarVersion.objects.filter(pk__gt=reported.versions["last_calendar"])
    return policies.exists() or calendars.exists()


_EVENTS: Final[LiteralString] = """
    SELECT event.ticket_id, event.seq, event.kind, event.occurred_at
      FROM unnest(%s::bigint[]) AS ticket (id)
 LEFT JOIN LATERAL (
           SELECT max(last_seq) AS seq FROM monitor_reportedclock
            WHERE reported_id = %s AND ticket_id = ticket.id) known ON true
      JOIN helpdesk_ticketevent event ON event.ticket_id = ticket.id
       AND CASE WHEN known.seq IS NULL THEN event.recorded_at > %s ELSE event.seq > known.seq END
  ORDER BY 1, 2
"""
