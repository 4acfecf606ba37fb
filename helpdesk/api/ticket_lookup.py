"""Which ticket a request is about, and for which agent it speaks."""

from __future__ import annotations

import re

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from helpdesk.api.problems import RequestRefused
from helpdesk.api.shapes import REFERENCE
from helpdesk.models import Agent, ApiKey, Queue, Store, Ticket

NOWHERE = Q(pk=None)


def ticket_of(key: ApiKey, reference: str) -> Ticket:
    """Find a ticket of the key's store; any other is not there (404)."""
    if not re.fullmatch(REFERENCE, reference):
        raise Http404
    return get_object_or_404(Ticket.objects.visible_to(key), reference=reference)


def agent_at(ticket: Ticket, email: str, *, pointer: str) -> Agent:
    """Find the agent who works in the ticket's queue, as long as the store reaches that queue.

    Refuses (422) in the same words whether there is no such agent, they work elsewhere, or people have handed the
    ticket to a queue that is none of the store's: a key learns nothing about people beyond its queues, and speaks
    for nobody there. To be an admin is no place in a queue.
    """
    return agent_in(ticket.store, ticket.queue_id, email, pointer=pointer)


def agent_in(store: Store, queue_id: int, email: str, *, pointer: str) -> Agent:
    """Find the agent who works in a queue of the store's; refuses as `agent_at`."""
    works_there = Q(memberships__queue=queue_id) if reaches(store, queue_id) else NOWHERE
    agent = Agent.objects.filter(works_there, email=email.lower(), is_active=True).first()
    if agent is None:
        detail = _("Nobody with this e-mail works in the ticket's queue.")
        raise RequestRefused(422, "not-a-member", detail, pointer=pointer)
    return agent


def agent_of_store(store: Store, email: str, *, pointer: str) -> Agent:
    """Find the agent who works in one of the store's queues; refuses (422) as `agent_at`."""
    works_there = Q(memberships__queue__in=Queue.objects.reached_by(store).values("pk"))
    agent = Agent.objects.filter(works_there, email=email.lower(), is_active=True).first()
    if agent is None:
        detail = _("Nobody with this e-mail works in the store's queues.")
        raise RequestRefused(422, "not-a-member", detail, pointer=pointer)
    return agent


def reaches(store: Store, queue_id: int) -> bool:
    """Whether the store's keys may do anything in the queue."""
    own = store.default_queue_id == queue_id
    return own or Queue.objects.reached_by(store).filter(pk=queue_id).exists()


def past_agent_in(queue_id: int, email: str) -> Agent | None:
    """Find who once worked in the queue, whether they still do or not; null for anybody else."""
    return Agent.objects.filter(memberships__queue=queue_id, email=email.lower()).first()


def agent_or_none(ticket: Ticket, email: str | None, *, pointer: str) -> Agent | None:
    return None if email is None else agent_at(ticket, email, pointer=pointer)
