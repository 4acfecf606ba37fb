"""Which mailboxes have not been read for a while and why, and which answers have not left."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce

from helpdesk.mail.consent import consent_failures
from helpdesk.models import Mailbox, MailboxConsent, MailedReply
from helpdesk.models.mail.mailbox import MailboxQuerySet
from helpdesk.models.mail.mailed_reply import MailedReplyQuerySet

UNREAD_FOR = timedelta(minutes=5)
LEAVING_FOR = timedelta(minutes=10)
"""How long it is nothing to speak of."""
UNREAD_SINCE = Coalesce("read_at", "failing_since", "created_at")


def unread(now: datetime) -> MailboxQuerySet:
    """Return the mailboxes that nobody could read for a while, or can until somebody consents.

    Each has its `unread_since`.
    """
    for_a_while = Q(unread_since__lte=now - UNREAD_FOR)
    until_consent = Q(consent__refused_at__isnull=False)
    return (
        Mailbox.objects.read_by_us().annotate(unread_since=UNREAD_SINCE).filter(for_a_while | until_consent)
    )


def why_unread(mailbox: Mailbox) -> str:
    """Say why it cannot be read: in its server's words, or whose consent is over."""
    consent: MailboxConsent | None = getattr(mailbox, "consent", None)
    if consent is None or consent.refused_at is None:
        return mailbox.said
    return str(consent_failures.refused(mailbox, consent))


def leaving_for_long(now: datetime) -> MailedReplyQuerySet:
    """Return the answers that no server has accepted for a while."""
    return MailedReply.objects.leaving().filter(leaving_since__lte=now - LEAVING_FOR)
