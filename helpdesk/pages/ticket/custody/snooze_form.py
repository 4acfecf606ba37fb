"""Putting a ticket off from its page: the usual times, another one, or until the customer answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.ticket_actions import resource
from helpdesk.tickets.custody import snoozes
from helpdesk.tickets.custody.usual_times import USUAL, read_until

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@resource
def snooze(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    """Put the ticket off as the form says; have it back where it says nothing."""
    agent, now = agent_of(request), now_of(request)
    usual = USUAL.get(request.POST.get("for", ""))
    typed = request.POST.get("until", "")
    if usual is None and not typed:
        back = snoozes.end_snooze(ticket=ticket, by=agent, now=now)
        return _("Back on your list.") if back else _("It was on your list already.")
    if usual is not None:
        changed = usual.put_off(ticket, by=agent, now=now)
    else:
        changed = snoozes.snooze(ticket=ticket, until=read_until(typed), by=agent, now=now)
    return _SNOOZED if changed else _("It was snoozed already.")


_SNOOZED: Final = _("Snoozed: it is out of your list until then, unless it is late or at risk.")
