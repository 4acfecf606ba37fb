"""The tickets behind a number of a dry run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.input.id_text import read_number
from helpdesk.models import Ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.models import TrialRow
from monitor.pages.trials.trial_pages import names, seen_of
from monitor.promises.trial.trial_selection import TrialSelection

PAGE_SIZE: Final = 50
MOST_COUNTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class TrialTicket:
    """A clock of which something becomes, and its ticket; `changed` since it was counted."""

    row: TrialRow
    ticket: Ticket

    @property
    def changed(self) -> bool:
        return self.ticket.last_seq != self.row.last_seq


@login_required
@require_safe
def index(request: HttpRequest, number: int) -> HttpResponse:
    """List them as they were counted, by pages; the address says which."""
    scope = seen_of(request, number)
    selection = TrialSelection.read(request.GET.dict())
    rows = scope.rows(selection)
    after = read_number(request.GET.get("shown_to", ""))
    left = rows if after is None else rows.filter(pk__gt=after)
    found = list(left.order_by("pk")[: PAGE_SIZE + 1])
    context = {
        "trial": scope.trial,
        "names": names(scope.trial),
        "selection": selection,
        "tickets": _with_tickets(request, found[:PAGE_SIZE]),
        "number": min(rows[: MOST_COUNTED + 1].count(), MOST_COUNTED + 1),
        "most": MOST_COUNTED,
        "next": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "now": now_of(request),
    }
    return render(request, "monitor/trial_tickets.html", context)


def _with_tickets(request: HttpRequest, rows: list[TrialRow]) -> list[TrialTicket]:
    """Put rows beside their tickets; what is deleted, or not the viewer's to see any more, is left out."""
    seen = Ticket.objects.visible_to(agent_of(request)).select_related("queue")
    tickets = seen.in_bulk({row.ticket_id for row in rows})
    return [TrialTicket(row, tickets[row.ticket_id]) for row in rows if row.ticket_id in tickets]
