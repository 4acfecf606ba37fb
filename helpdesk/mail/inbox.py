"""The inbox: what comes is kept as it is, before anybody reads it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Mailbox, RawMail, RawMailBytes, Store


def keep(
    raw: bytes, *, store: Store, now: datetime, mailbox: Mailbox | None = None, was_sent: bool = False
) -> tuple[RawMail, bool]:
    """Keep a mail, and tell whether it is new: the same bytes are one mail of their store, whoever brings them.

    `was_sent` says that it lay in the mailbox's folder of what was sent, and not where mail comes.
    """
    require_transaction()
    mail, is_new = RawMail.objects.get_or_create(
        store=store,
        digest=hashlib.sha256(raw).digest(),
        was_sent=was_sent,
        defaults={"size": len(raw), "received_at": now, "mailbox": mailbox},
    )
    if is_new:
        RawMailBytes.objects.create(mail=mail, raw=raw)
    return mail, is_new
