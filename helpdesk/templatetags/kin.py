"""Tickets that began with another one: gone on in, or split off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django import template
from django.db.models import Q
from django.template import Context

from helpdesk.models import Agent, Ticket

register = template.Library()

MOST: Final = 10


@register.simple_tag(takes_context=True)
def began_with(context: Context, ticket: Ticket) -> Sequence[Ticket]:
    """The tickets that follow this one, or were split off from it, of those that the reader may see."""
    reader = context["request"].user
    if not isinstance(reader, Agent):
        return []
    kin = Ticket.objects.visible_to(reader).filter(Q(follows=ticket) | Q(split_from=ticket))
    return list(kin.exclude(status="deleted").order_by("id")[:MOST])
