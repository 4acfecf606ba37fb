"""Who has a ticket and for how long, as a row says it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from helpdesk.models import Agent, Ticket
from helpdesk.tickets.custody import claim_ends

register = template.Library()


@register.inclusion_tag("helpdesk/parts/whose_for_how_long.html", takes_context=True)
def for_how_long(context: Context, ticket: Ticket) -> dict[str, Any]:
    """Say of a ticket that somebody has what is about to change about that."""
    viewer: Agent = context["user"]
    return {"minutes": claim_ends.minutes_left(ticket, agent=viewer, now=context["now"])}
