"""What was excused of a reported month, and by whom: as it was stored, whatever was taken back since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from helpdesk.models import Agent, Ticket
from helpdesk.models.reference import reference_of
from monitor.models import Freeze, ReportedClock, ReportedMonth
from monitor.reports.months.reported_selection import ExcusedBy, ReportedSelection

NAMED: Final = 20
"""So many tickets are named of each; the rest are counted."""


class ExcusedTicket(NamedTuple):
    """A ticket by its reference, which the viewer may open or not."""

    reference: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class ExcusedPromises:
    """The promises that somebody excused, or freezes did, or both; neither: it was not stored yet.

    `selection` is the list of all of them.
    """

    selection: ReportedSelection
    by: Agent | None
    freezes: list[Freeze]
    promises: int
    tickets: list[ExcusedTicket]
    more: int


def of(reported: ReportedMonth, *, agent: Agent) -> list[ExcusedPromises]:
    """Return what was excused of the queues that an agent sees, the most first."""
    clocks = ReportedClock.objects.filter(reported=reported, excused=True).visible_to(agent)
    found: dict[tuple[int | None, tuple[int, ...]], list[int]] = defaultdict(list)
    for ticket_id, by, freezes in clocks.values_list("ticket_id", "excused_by_id", "freeze_ids"):
        found[by, tuple(sorted(freezes or ()))].append(ticket_id)
    agents = Agent.objects.in_bulk({by for by, _freezes in found if by})
    known = _freezes(pk for _by, some in found for pk in some)
    openable = _openable(chain.from_iterable(map(_named, found.values())), agent)
    told = [
        _told(
            ReportedSelection(excused=True, excused_by=ExcusedBy(by or 0, some)),
            agents.get(by or 0),
            [known[pk] for pk in some if pk in known],
            tickets,
            openable,
        )
        for (by, some), tickets in found.items()
    ]
    return sorted(told, key=lambda one: (-one.promises, one.tickets))


def _named(tickets: Iterable[int]) -> list[int]:
    return sorted(set(tickets))[:NAMED]


def _openable(tickets: Iterable[int], agent: Agent) -> set[int]:
    return set(Ticket.objects.visible_to(agent).filter(pk__in=set(tickets)).values_list("pk", flat=True))


def _told(
    selection: ReportedSelection,
    by: Agent | None,
    freezes: list[Freeze],
    tickets: list[int],
    openable: set[int],
) -> ExcusedPromises:
    named = _named(tickets)
    shown = [ExcusedTicket(reference_of(pk), pk in openable) for pk in named]
    return ExcusedPromises(selection, by, freezes, len(tickets), shown, len(set(tickets)) - len(named))


def _freezes(ids: Iterable[int]) -> dict[int, Freeze]:
    return Freeze.objects.select_related("made_by").in_bulk(set(ids))
