"""The banner that says: mail does not come in, or answers do not leave."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from helpdesk.mail.consent import consent_failures
from helpdesk.models import Agent, Mailbox, MailboxConsent, MailedReply, Queue
from helpdesk.models.mail.mailbox import MailboxQuerySet
from helpdesk.models.mail.mailed_reply import MailedReplyQuerySet
from helpdesk.pages.frame.environment import current
from helpdesk.pages.frame.viewer import now_of

UNREAD_FOR = timedelta(minutes=5)
LEAVING_FOR = timedelta(minutes=10)
"""How long it is nothing to speak of."""
UNREAD_SINCE = Coalesce("read_at", "failing_since", "created_at")


def banner(request: HttpRequest) -> SafeString:
    """Say which mailboxes of one's queues have not been read since when, and how many answers are leaving for long."""
    now = now_of(request)
    if not isinstance(request.user, Agent) or not is_anything_late(now=now):
        return SafeString()
    place = (request.user, current(request))
    unread, leaving = unread_mailboxes(*place, now=now), leaving_for_long(*place, now=now)
    if not unread and not leaving["number"]:
        return SafeString()
    return render_to_string(
        "helpdesk/parts/mail_banner.html",
        {"unread": unread, "leaving": leaving, "now": now, "agent": request.user},
    )


def is_anything_late(*, now: datetime) -> bool:
    """Say, by one statement for each page, whether there is anything to tell anybody."""
    mailboxes, replies = _unread(now).values("pk"), _leaving(now).values("pk")
    return mailboxes.union(replies, all=True).exists()


def unread_mailboxes(agent: Agent, environment: str, *, now: datetime) -> list[Mailbox]:
    """Return those of the agent's queues that nobody could read for a while, or can until somebody consents.

    Each has its `unread_since`, and says why.
    """
    ours = _unread(now).in_environment(environment).filter(queue__in=_queues(agent))
    found = list(ours.select_related("consent__given_by").order_by(UNREAD_SINCE.asc(), "address"))
    for mailbox in found:
        if consent := _refused_consent(mailbox):
            mailbox.said = str(consent_failures.refused(mailbox, consent))
    return found


def _refused_consent(mailbox: Mailbox) -> MailboxConsent | None:
    consent: MailboxConsent | None = getattr(mailbox, "consent", None)
    return consent if consent and consent.refused_at else None


def leaving_for_long(agent: Agent, environment: str, *, now: datetime) -> dict[str, Any]:
    """Return the `number` of answers in the agent's queues that no server has accepted for a while, and since when."""
    ours = _leaving(now).filter(
        message__ticket__queue__in=_queues(agent), message__ticket__store__environment=environment
    )
    return ours.aggregate(number=Count("pk"), since=Min("leaving_since"))


def _unread(now: datetime) -> MailboxQuerySet:
    since = Coalesce("read_at", "failing_since", "created_at")
    for_a_while = Q(unread_since__lte=now - UNREAD_FOR)
    until_consent = Q(consent__refused_at__isnull=False)
    return Mailbox.objects.read_by_us().annotate(unread_since=since).filter(for_a_while | until_consent)


def _leaving(now: datetime) -> MailedReplyQuerySet:
    return MailedReply.objects.leaving().filter(leaving_since__lte=now - LEAVING_FOR)


def _queues(agent: Agent) -> Any:
    return Queue.objects.visible_to(agent).values("pk")
