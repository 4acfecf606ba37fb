"""What a customer is to us beyond this ticket: read after the page, within bounds, so that no answer waits for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.models import Agent, Receipt, Ticket
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of

TICKETS_SHOWN: Final = 8
LONGEST_LOOK: Final = "1s"
"""What the database may take: whoever answers goes on without it."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order as it stood when a ticket about it came."""

    ticket: Ticket
    facts: list[tuple[str, str]]

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        return cls(ticket, list(_order_facts(ticket)))


@dataclass(frozen=True, slots=True)
class CustomerPast:
    """The newest other tickets that the reader may see, whether there are `more`, orders, and their receipt."""

    tickets: list[Ticket]
    more: bool
    orders: list[ShownOrder]
    receipt: Receipt | None


@login_required
@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show it as a part of the ticket page, or as a page of its own where that was not fetched by a script."""
    ticket = visible_ticket(request, reference)
    past = _past_within_bounds(ticket, agent_of(request))
    part = bool(request.headers.get("HX-Request"))
    template = "helpdesk/parts/customer_past.html" if part else "helpdesk/customer_past.html"
    return render(request, template, {"ticket": ticket, "past": past, "now": now_of(request)})


def _past_within_bounds(ticket: Ticket, agent: Agent) -> CustomerPast | None:
    """Return it, or null where it could not be read in time: a failure here is no failure of the page."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [LONGEST_LOOK])
            return past_of(ticket, agent=agent)
    except DatabaseError:
        logger.exception("what a customer is to us could not be read")
        return None


def past_of(ticket: Ticket, *, agent: Agent) -> CustomerPast:
    """Read what the customer asked before and since, what they ordered, and what their receipt promised."""
    theirs = Ticket.objects.visible_to(agent).filter(customer=ticket.customer_id).exclude(pk=ticket.pk)
    found = list(theirs.order_by("-id")[: TICKETS_SHOWN + 1])
    tickets, receipt = found[:TICKETS_SHOWN], Receipt.objects.filter(ticket=ticket).first()
    return CustomerPast(tickets, len(found) > TICKETS_SHOWN, _orders([ticket, *tickets]), receipt)


def _orders(tickets: Sequence[Ticket]) -> list[ShownOrder]:
    """Return each order once, as the newest ticket about it has it; this ticket's first."""
    known: dict[Any, Ticket] = {}
    for ticket in tickets:
        if ticket.order:
            known.setdefault(ticket.order.get("id") or ticket.pk, ticket)
    return [ShownOrder.of(ticket) for ticket in known.values()]


def _order_facts(ticket: Ticket) -> Iterator[tuple[str, str]]:
    """Yield the snapshot as names and values; money as its amount and currency."""
    names = {"id": _("Number"), "total": _("Total"), "status": _("Status")}
    for name, value in (ticket.order or {}).items():
        shown = f"{value.get('amount', '')} {value.get('currency', '')}" if isinstance(value, dict) else value
        if shown not in (None, ""):
            yield names.get(name, str(name)), str(shown)
