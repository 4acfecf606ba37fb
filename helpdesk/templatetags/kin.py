"""What a ticket's page says besides: which tickets began with it, and whether its customer has only thanked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django import template
from django.db.models import Q
from django.db.models.functions import Left
from django.template import Context

from helpdesk.conversation.attention.thanks import says_only_thanks
from helpdesk.mail.reading.quoted_text import split_quotes
from helpdesk.models import Agent, Author, Message, Ticket

register = template.Library()

MOST: Final = 10
LONGEST: Final = 4000
"""Characters of a message that are looked at: whoever writes more has not only thanked."""


@register.simple_tag(takes_context=True)
def began_with(context: Context, ticket: Ticket) -> Sequence[Ticket]:
    """The tickets that follow this one, or were split off from it, of those that the reader may see."""
    reader = context["request"].user
    if not isinstance(reader, Agent):
        return []
    kin = Ticket.objects.visible_to(reader).filter(Q(follows=ticket) | Q(split_from=ticket))
    return list(kin.exclude(status="deleted").order_by("id")[:MOST])


@register.simple_tag
def only_thanked(ticket: Ticket) -> bool:
    """Whether all that waits for an answer looks like a thank-you: then marking it is offered, and never done."""
    if ticket.waiting_since is None or not ticket.is_live:
        return False
    asked = Message.objects.filter(ticket=ticket, author=Author.CUSTOMER, sent_at__gte=ticket.waiting_since)
    said = list(asked.in_order().values_list(Left("body", LONGEST), flat=True)[:MOST])
    return bool(said) and all(says_only_thanks(split_quotes(text).new) for text in said)
