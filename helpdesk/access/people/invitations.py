"""Inviting agents by a link, and letting them in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from helpdesk.access import security_log
from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import one_line
from helpdesk.models import Agent, Invitation, Membership, Queue, Role
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.refusal import Conflict, Refused, UnknownValue
from helpdesk.tickets.membership import require_overseer

VALID_FOR = timedelta(days=7)
LONGEST_NAME = 200


class BadEmail(Refused):
    """Not an e-mail address."""

    code = "bad-email"
    place = "/email"
    sentence = _("This is not an e-mail address.")


class UnknownInvitation(Refused):
    """No open invitation has this token: it is made up, over a week old, revoked, or its maker may no longer invite."""

    code = "unknown-invitation"
    sentence = _("This invitation does not exist, or has run out. Ask for a new one.")


class InvitationUsed(Conflict):
    """The invitation has been accepted before."""

    code = "invitation-used"
    sentence = _("This invitation has been used already.")


class NameMissing(Refused):
    """An agent without a name, or with one of over 200 characters."""

    code = "name-missing"
    place = "/name"
    sentence = _("Say your name, in up to 200 characters.")


class WeakPassword(Refused):
    """The password is one that can be guessed."""

    code = "weak-password"
    place = "/password"
    sentence = _("Choose another password: %(why)s")


def invite(*, email: str, queue: Queue, role: str, by: Agent, now: datetime) -> tuple[Invitation, str]:
    """Let somebody join a queue; returns the invitation and the raw token of its link, to be had only once.

    An earlier one to the same address is revoked: one link is good at a time. Raises `NotAnOverseer`, `BadEmail`,
    `UnknownValue`.
    """
    require_transaction()
    require_overseer(by, queue_id=queue.pk)
    if role not in Role.values:
        raise UnknownValue(pointer="/role", value=role)
    whom, until, token = _checked_email(email), now + VALID_FOR, secrets.token_urlsafe(32)
    for earlier in Invitation.objects.unanswered().filter(email=whom):
        revoke(earlier, by=by, now=now)
    invitation = Invitation.objects.create(
        digest=_digest(token),
        email=whom,
        queue=queue,
        role=role,
        invited_by=by,
        created_at=now,
        expires_at=until,
    )
    _record(Kind.INVITATION_MADE, invitation, by)
    return invitation, token


def revoke(invitation: Invitation, *, by: Agent, now: datetime) -> bool:
    """Make the link worthless; false where it was already accepted or revoked."""
    require_transaction()
    revoked = Invitation.objects.unanswered().filter(pk=invitation.pk).update(revoked_at=now)
    if revoked:
        _record(Kind.INVITATION_REVOKED, invitation, by)
    return bool(revoked)


def accept(*, token: str, name: str, password: str, now: datetime) -> Agent:
    """Let the invited in: as a new agent, or, where the e-mail has an account, into one more queue.

    An account that exists keeps its name and password. Raises `UnknownInvitation`, `InvitationUsed`,
    `NameMissing`, `WeakPassword`.
    """
    require_transaction()
    invitation = _locked(token, now=now)
    agents = Agent.objects.filter(email=invitation.email)
    agent = agents.first() or _make_agent(invitation.email, name=one_line(name), password=password)
    _seat(agent, invitation)
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    _record(Kind.INVITATION_ACCEPTED, invitation, agent)
    return agent


def _seat(agent: Agent, invitation: Invitation) -> None:
    """Give the place in the queue; a member who is invited as overseer becomes one, and nobody becomes less."""
    place, made = Membership.objects.get_or_create(
        agent=agent, queue_id=invitation.queue_id, defaults={"role": invitation.role}
    )
    if not made and invitation.role == Role.OVERSEER:
        place.role = Role.OVERSEER
        place.save(update_fields=["role"])


def find_open(token: str, *, now: datetime) -> Invitation:
    """Return the invitation behind a link, to show who is invited to what; raises as `accept` does."""
    invitation = (
        Invitation.objects.select_related("queue", "invited_by").filter(digest=_digest(token)).first()
    )
    return _still_open(invitation, now=now)


def _locked(token: str, *, now: datetime) -> Invitation:
    invitation = (
        Invitation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("invited_by")
        .filter(digest=_digest(token))
        .first()
    )
    return _still_open(invitation, now=now)


def _still_open(invitation: Invitation | None, *, now: datetime) -> Invitation:
    if invitation is None or invitation.expires_at <= now or invitation.revoked_at is not None:
        raise UnknownInvitation
    if invitation.accepted_at is not None:
        raise InvitationUsed
    if not _may_still_invite(invitation.invited_by, invitation.queue_id):
        raise UnknownInvitation
    return invitation


def _may_still_invite(maker: Agent, queue_id: int) -> bool:
    """Whether who made a link could make it now: it dies with their place."""
    return maker.is_active and Queue.objects.overseen_by(maker).filter(pk=queue_id).exists()


def _record(kind: Kind, invitation: Invitation, by: Agent) -> None:
    facts: dict[str, Any] = {
        "invitation": invitation.pk,
        "queue": invitation.queue_id,
        "role": invitation.role,
    }
    security_log.record(kind, actor=by, **facts)


def _make_agent(email: str, *, name: str, password: str) -> Agent:
    if not 0 < len(name) <= LONGEST_NAME:
        raise NameMissing
    try:
        validate_password(password, user=Agent(email=email, name=name))
    except ValidationError as error:
        raise WeakPassword(why=" ".join(error.messages)) from error
    return Agent.objects.create_user(email, password, name=name)


def _checked_email(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadEmail from error
    return email.lower()


def _digest(token: str) -> bytes:
    return sha256(token.encode(errors="replace")).digest()
