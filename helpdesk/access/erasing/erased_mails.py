"""That a mail of somebody who was erased does not bring them back: a mailbox may be restored, and bring it anew."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings

from helpdesk.models import Customer, ErasedMail, MailId

_USE: Final = b"attend: ids of mails that were erased:"


def remember(customer: Customer) -> None:
    """Keep by what the mails on a customer's tickets are known, if they wrote them, and nothing that they say.

    An id alone will not do: there are programs that give all their mails, and so many people's, the same one.
    """
    named = MailId.objects.filter(ticket__customer=customer, message__isnull=False)
    known = named.values_list("value", "message__sent_at")
    key = settings.KEY_RING[0]
    digests = sorted(_digest(value, customer.email_key or "", at, key) for value, at in known)
    rows = [ErasedMail(store_id=customer.store_id, digest=digest) for digest in digests]
    ErasedMail.objects.bulk_create(rows, ignore_conflicts=True)


def is_erased(own_id: str, *, sender_key: str, sent_at: datetime, store_id: int) -> bool:
    """Tell whether a mail was somebody's who has been erased, under whichever of our keys."""
    digests = [_digest(own_id, sender_key, sent_at, key) for key in settings.KEY_RING]
    return ErasedMail.objects.filter(store=store_id, digest__in=digests).exists()


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete what was erased longer ago, and return how many."""
    return ErasedMail.objects.filter(erased_at__lt=now - kept_for).delete()[0]


def _digest(own_id: str, sender_key: str, sent_at: datetime, key: str) -> bytes:
    told = f"{own_id}\n{sender_key}\n{sent_at.astimezone(UTC).isoformat()}"
    return hmac.digest(key.encode(), _USE + told.encode(errors="surrogatepass"), sha256)
