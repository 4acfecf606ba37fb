"""Who has a ticket and for how long, settled from its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.ticket_actions import resource
from helpdesk.tickets.custody import claim_ends

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@resource
def claim(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    """Keep what one has claimed, however little is done on it."""
    if claim_ends.keep(ticket=ticket, by=agent_of(request), now=now_of(request)):
        return _("It stays with you until you give it back.")
    return _("It was yours to keep already.")


def panel(request: HttpRequest, ticket: Ticket) -> SafeString:
    """Tell whoever has claimed the ticket that it is about to go back; a panel of the ticket page."""
    minutes = claim_ends.minutes_left(ticket, agent=agent_of(request), now=now_of(request))
    if minutes is None:
        return SafeString()
    return render_to_string("helpdesk/parts/claim_ends.html", {"ticket": ticket, "minutes": minutes}, request)
