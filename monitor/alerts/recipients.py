"""Whom an alert reaches: asked when it leaves, of those who can act at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from helpdesk.models import Agent, Environment, Queue, Role
from helpdesk.outbox import mail_server
from monitor.models import Flag

NOBODY_OVERSEES = "nobody oversees this queue; the admins were told instead"


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who is told, by e-mail address; `instead`: the admins are among them, since the queue has no overseer."""

    agents: tuple[Agent, ...]
    instead: bool

    @property
    def remark(self) -> str:
        return NOBODY_OVERSEES if self.instead else ""


def may_be_told(environment: str) -> bool:
    """Whether flags of this environment may leave: test and demo only while mail stays on this machine."""
    return environment == Environment.LIVE or not mail_server.is_remote()


def of(queue: Queue, flags: Sequence[Flag]) -> Recipients:
    """Return the queue's overseers, and those whose the tickets are and who may see them.

    Where nobody oversees the queue, a ticket that nobody has is told to the admins.
    """
    overseers = list(_people().filter(memberships__queue=queue, memberships__role=Role.OVERSEER))
    assigned = list(_who_see(queue).filter(pk__in=[flag.ticket.assignee_id for flag in flags]))
    held = {agent.pk for agent in assigned}
    instead = not overseers and any(flag.ticket.assignee_id not in held for flag in flags)
    admins = list(_people().filter(is_admin=True)) if instead else []
    told = {agent.email: agent for agent in (*overseers, *assigned, *admins)}
    return Recipients(tuple(told[email] for email in sorted(told)), instead)


def _people() -> QuerySet[Agent]:
    """Return who can be told: active, and a demo login only where mail stays here."""
    people = Agent.objects.filter(is_active=True)
    return people.filter(is_demo=False) if mail_server.is_remote() else people


def _who_see(queue: Queue) -> QuerySet[Agent]:
    return _people().filter(Q(is_admin=True) | Q(memberships__queue=queue)).distinct()
