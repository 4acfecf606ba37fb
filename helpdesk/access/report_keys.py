"""Report keys: made, shown once, checked, revoked. One sees what its agent sees at that moment, and acts on nothing."""

from __future__ import annotations

import secrets
from datetime import datetime
from hmac import compare_digest
from typing import Final, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.access import security_log
from helpdesk.access.api_keys import digest
from helpdesk.database.instant import database_now
from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent, Queue, ReportKey
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.refusal import Conflict, Refused

MOST: Final = 10
"""So many keys of one agent are valid at a time."""
WORD: Final = "atr"
_NOBODY: Final = bytes(32)


class OverseesNothing(Refused):
    """Reports are read by whoever oversees a queue, and by admins."""

    code = "oversees-nothing"
    status = 403
    sentence = _("Whose key this is oversees no queue.")


class TooManyReportKeys(Conflict):
    """An agent has as many valid report keys as they may."""

    code = "too-many-report-keys"
    sentence = _("You have as many report keys as you may. Revoke one of them first.")


class ReportAdmission(NamedTuple):
    """A valid key with its agent, and the database's time when it was shown."""

    key: ReportKey
    at: datetime


def issue(agent: Agent, *, environment: str, name: str, now: datetime) -> tuple[ReportKey, str]:
    """Make a key for the agent and return it with its raw text, which cannot be had again.

    Raises `OverseesNothing` and `TooManyReportKeys`.
    """
    require_transaction()
    Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)
    require_overseer(agent)
    if ReportKey.objects.valid().filter(agent=agent).count() >= MOST:
        raise TooManyReportKeys
    public_id, secret = secrets.token_hex(6), secrets.token_hex(32)
    key = ReportKey.objects.create(
        agent=agent,
        environment=environment,
        name=name,
        public_id=public_id,
        digest=digest(secret),
        created_at=now,
    )
    security_log.record(Kind.KEY_ISSUED, actor=agent, what="report_key", key=public_id)
    return key, f"{WORD}_{environment}_{public_id}_{secret}"


def revoke(key: ReportKey, *, by: Agent, now: datetime) -> bool:
    """End the key for ever; false where it was revoked before."""
    require_transaction()
    revoked = ReportKey.objects.valid().filter(pk=key.pk).update(revoked_at=now)
    if revoked:
        security_log.record(
            Kind.KEY_REVOKED, actor=by, what="report_key", agent=key.agent_id, key=key.public_id
        )
    return bool(revoked)


def admit(raw: str) -> ReportAdmission | None:
    """Let in who shows a valid key of somebody who may log in; takes the same time whatever is wrong."""
    _word, environment, public_id, secret = raw.split("_")
    at = database_now()
    keys = ReportKey.objects.valid().select_related("agent").filter(agent__is_active=True)
    if not settings.DEMO_IS_OPEN:
        keys = keys.filter(agent__is_demo=False)
    key = keys.filter(public_id=public_id, environment=environment).first()
    is_right = compare_digest(digest(secret), bytes(key.digest) if key else _NOBODY)
    return ReportAdmission(key, at) if key and is_right else None


def require_overseer(agent: Agent) -> None:
    """Raise `OverseesNothing` where the agent is not, or not any more, one who reads reports."""
    if not (agent.is_admin or Queue.objects.overseen_by(agent).exists()):
        raise OverseesNothing
