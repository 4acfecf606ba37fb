"""What people may do: their places in queues, the administration, and whether they may log in at all."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.access import second_factor, security_log
from helpdesk.access.people import departures
from helpdesk.access.people.departures import HandedBack
from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import isolated
from helpdesk.models import Agent, Membership, Queue, Role
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.refusal import Conflict, Refused, UnknownValue
from helpdesk.tickets.membership import require_overseer

NOTHING = HandedBack(0, 0)


class NotAnAdmin(Refused):
    """Only an admin may do this."""

    code = "not-an-admin"
    sentence = _("Only an admin may do this.")


class Yourself(Refused):
    """Nobody shuts themself out, or makes themself less: a slip would leave nobody to mend it."""

    code = "yourself"
    sentence = _("This is about yourself: ask another admin.")


class LastAdmin(Conflict):
    """Without this one nobody could set things up any more."""

    code = "last-admin"
    sentence = _("%(agent)s is the last admin: make somebody else one first.")


def give_place(*, agent: Agent, queue: Queue, role: str, by: Agent) -> bool:
    """Let somebody work in a queue, or in another role there; false where it is so already.

    Raises `NotAnOverseer`, `UnknownValue`.
    """
    require_transaction()
    require_overseer(by, queue_id=queue.pk)
    if role not in Role.values:
        raise UnknownValue(pointer="/role", value=role)
    place, made = Membership.objects.select_for_update().get_or_create(
        agent=agent, queue=queue, defaults={"role": role}
    )
    if not made and place.role == role:
        return False
    place.role = role
    place.save(update_fields=["role"])
    security_log.record(Kind.ROLE_GIVEN, actor=by, agent=agent.pk, queue=queue.pk, role=role)
    return True


def take_place(*, agent: Agent, queue: Queue, by: Agent, now: datetime) -> HandedBack:
    """Take somebody out of a queue: what they held there goes back to it. Raises `NotAnOverseer`."""
    require_transaction()
    require_overseer(by, queue_id=queue.pk)
    place = Membership.objects.select_for_update().filter(agent=agent, queue=queue).first()
    if place is None:
        return NOTHING
    place.delete()
    security_log.record(Kind.ROLE_TAKEN, actor=by, agent=agent.pk, queue=queue.pk, role=place.role)
    return departures.leave(agent=agent, queue_ids=[queue.pk], now=now)


def set_admin(*, agent: Agent, is_admin: bool, by: Agent, now: datetime) -> HandedBack:
    """Make somebody an admin, or no longer one: then what they held where they have no place goes back.

    Raises `NotAnAdmin`, `Yourself`, `LastAdmin`.
    """
    _require_another_admin(agent, by)
    if agent.is_admin == is_admin:
        return NOTHING
    if not is_admin:
        _require_an_admin_besides(agent)
    agent.is_admin = agent.is_superuser = is_admin
    agent.save(update_fields=["is_admin", "is_superuser"])
    _note(agent, "is_admin", by=by)
    return NOTHING if is_admin else departures.leave_where_absent(agent=agent, now=now)


def deactivate(*, agent: Agent, by: Agent, now: datetime) -> HandedBack:
    """Let nobody log in as them from this moment on, and hand back what they held.

    Raises `NotAnAdmin`, `Yourself`, `LastAdmin`.
    """
    _require_another_admin(agent, by)
    if not agent.is_active:
        return NOTHING
    _require_an_admin_besides(agent)
    back = departures.deactivate(agent=agent, now=now)
    _note(agent, "is_active", by=by)
    return back


def reactivate(*, agent: Agent, by: Agent) -> bool:
    """Let them log in again, with the places that they had; false where they can. Raises as `deactivate` does."""
    _require_another_admin(agent, by)
    if agent.is_active:
        return False
    agent.is_active = True
    agent.save(update_fields=["is_active"])
    _note(agent, "is_active", by=by)
    return True


def take_second_factor(*, agent: Agent, by: Agent) -> bool:
    """Take the second factor of somebody who has lost it; false where they have none. Raises as `deactivate` does."""
    _require_another_admin(agent, by)
    if not second_factor.take_from(agent):
        return False
    security_log.record(Kind.SECOND_FACTOR_TAKEN, actor=by, agent=agent.pk)
    return True


def _require_another_admin(agent: Agent, by: Agent) -> None:
    """Lock the account, or raise: who does it must be an admin, and somebody else."""
    require_transaction()
    if not (by.is_admin and by.is_active):
        raise NotAnAdmin
    if agent.pk == by.pk:
        raise Yourself
    agent.refresh_from_db(from_queryset=Agent.objects.select_for_update(no_key=True))


def _require_an_admin_besides(agent: Agent) -> None:
    """Raise `LastAdmin` if nobody else could set things up; two who take each other's rights wait for each other."""
    admins = Agent.objects.filter(is_admin=True, is_active=True)
    admins = admins if settings.DEMO_IS_OPEN else admins.filter(is_demo=False)
    standing = set(admins.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    if standing == {agent.pk}:
        raise LastAdmin(agent=isolated(str(agent)))


def _note(agent: Agent, field: str, *, by: Agent) -> None:
    security_log.record(
        Kind.RIGHTS_CHANGED, actor=by, fields=[field], agent=agent.pk,
        admin=agent.is_admin, active=agent.is_active,
    )  # fmt: skip
