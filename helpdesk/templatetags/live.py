"""What makes a part of a page live: see “How to add” in docs/architecture.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from helpdesk.live.presence import PresentAgent, present_at
from helpdesk.models import Ticket

register = template.Library()


@register.simple_tag
def live_page(address: str, heeds: str, pace: float = 1, every: float = 5) -> SafeString:
    """The attributes of a page that is fetched anew at this address, in `live_frame.html`, when what it heeds changes.

    `pace`: seconds between two fetches at least; `every`: seconds after which it is fetched though nothing was heard.
    """
    return format_html(
        ' hx-get="{}" hx-trigger="live" hx-swap="morph" hx-disinherit="*"'
        ' data-heeds="{}" data-pace="{}" data-every="{}"',
        address, heeds, pace, every,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def presence_at(context: Context, ticket: Ticket) -> list[PresentAgent]:
    """Who else is at a ticket at this moment."""
    return present_at([ticket.pk], but=context["user"]).get(ticket.pk, [])


@register.filter
def at(present: Mapping[int, Any], ticket: Ticket) -> Any:
    """Who else is at one of many tickets."""
    return present.get(ticket.pk, ())
