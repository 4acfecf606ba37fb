"""Who may act on a queue's tickets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from helpdesk.database.statement import run
from helpdesk.input.visible_text import isolated
from helpdesk.models import Agent, Queue
from helpdesk.refusal import Refused


class NotAMember(Refused):
    """The agent is not active, or neither works in the queue nor oversees it nor is an admin."""

    code = "not-a-member"
    sentence = _("%(agent)s does not work in this queue.")


class NotAnOverseer(Refused):
    """Only an overseer of the queue, or an admin, may do this."""

    code = "not-an-overseer"
    sentence = _("%(agent)s does not oversee this queue.")


def require_member(agent: Agent, *, queue_id: int, pointer: str = "") -> None:
    """Raise `NotAMember` unless the agent is active and works in the queue."""
    if not works_in(agent, queue_id=queue_id):
        raise NotAMember(pointer=pointer, agent=isolated(str(agent)))


def works_in(agent: Agent, *, queue_id: int) -> bool:
    """Tell whether the agent can act on the queue's tickets now: active, and a member, an overseer or an admin."""
    return agent.is_active and (
        agent.is_admin or Queue.objects.visible_to(agent).filter(pk=queue_id).exists()
    )


def stays(agent: Agent, *, queue_id: int) -> bool:
    """Tell the same as `works_in`, and keep it so to the end of this transaction: whoever leaves waits for it."""
    [(agent.is_active, agent.is_admin)] = run(_KEEP, [agent.pk])
    return works_in(agent, queue_id=queue_id)


_KEEP = "SELECT is_active, is_admin FROM helpdesk_agent WHERE id = %s FOR SHARE"


def require_overseer(agent: Agent, *, queue_id: int) -> None:
    """Raise `NotAnOverseer` unless the agent oversees the queue."""
    if not Queue.objects.overseen_by(agent).filter(pk=queue_id).exists():
        raise NotAnOverseer(agent=isolated(str(agent)))
