"""Who has a ticket and for how long, as a row says it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template import Context

from helpdesk.models import Agent, Snooze, Ticket
from helpdesk.tickets.custody import claim_ends, snoozes, usual_times

register = template.Library()


@register.filter
def away(agent: Agent | None, now: datetime) -> bool:
    """Tell whether an agent is away, whose absence was read along."""
    return away_until(agent, now) is not None


@register.filter
def away_until(agent: Agent | None, now: datetime) -> datetime | None:
    """Return until when an agent is away, whose absence was read along; null where they are not."""
    absence = getattr(agent, "absence", None)
    return absence.until if absence is not None and absence.until > now else None


@register.inclusion_tag("helpdesk/parts/whose_for_how_long.html", takes_context=True)
def for_how_long(context: Context, ticket: Ticket) -> dict[str, Any]:
    """Say of a ticket that somebody has what is about to change about that."""
    viewer: Agent = context["user"]
    now: datetime = context["now"]
    minutes = claim_ends.minutes_left(ticket, agent=viewer, now=now)
    put_off = snoozes.snooze_of(ticket, agent=viewer)
    return {
        "minutes": minutes,
        "away": away(ticket.assignee, now),
        "put_off": put_off if put_off and put_off.is_asleep(now) else None,
        "back": put_off if put_off and snoozes.is_just_back(put_off, ticket, now=now) else None,
        "now": now,
    }


@register.simple_tag(takes_context=True)
def asleep(context: Context, ticket: Ticket) -> Snooze | None:
    """Return how the viewer has put a ticket off, until it is back."""
    put_off = snoozes.snooze_of(ticket, agent=context["user"])
    return put_off if put_off and put_off.is_asleep(context["now"]) else None


@register.simple_tag
def usual_snoozes(ticket: Ticket) -> list[tuple[str, Any]]:
    """Return the usual ways in which this ticket can be put off: each one's name, and its words."""
    return [(name, one.words) for name, one in usual_times.USUAL.items() if one.is_offered(ticket)]


@register.simple_tag
def every_usual_snooze() -> list[tuple[str, Any]]:
    """Return the usual ways in which several tickets are put off; those that cannot be so are skipped."""
    return [(name, one.words) for name, one in usual_times.USUAL.items()]
