"""What stands beside a composer: places that are to be filled in, and what is done besides."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from helpdesk.conversation.canned import placeholders, reply_actions
from helpdesk.models import Agent

register = template.Library()


@register.simple_tag
def open_places(text: str | None) -> list[placeholders.OpenPlace]:
    """Return the places of a text that are not filled in."""
    return list(placeholders.open_places(text or ""))


@register.simple_tag
def chips_of(actions: Iterable[str], agent: Agent) -> list[tuple[str, str]]:
    """Return what an agent has chosen to be done, each with its words; what cannot be done any more is left out."""
    return reply_actions.shown(actions, by=agent)
