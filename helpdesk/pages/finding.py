"""How pages reach a ticket: through what the agent may see; a foreign one does not exist."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from helpdesk.models import Ticket
from helpdesk.pages.viewer import agent_of


def find(request: HttpRequest, reference: str) -> Ticket:
    """Return the ticket by its reference, or raise Http404 where the agent may not see it."""
    tickets = Ticket.objects.visible_to(agent_of(request))
    near = tickets.select_related("store", "queue", "customer", "assignee", "merged_into")
    return get_object_or_404(near, reference=reference)
