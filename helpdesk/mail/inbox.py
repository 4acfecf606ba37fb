"""The inbox: what comes is kept as it is, before anybody reads it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Mailbox, MailboxHistory, RawMail, RawMailBytes, Store


class FoundIn(NamedTuple):
    """Where a mail was fetched: in which mailbox, and whether among what that sent, not where mail comes.

    What belongs to a `history` is told as such, as of when its server received it.
    """

    mailbox: Mailbox
    was_sent: bool = False
    history: MailboxHistory | None = None
    arrived_at: datetime | None = None


def keep(raw: bytes, *, store: Store, now: datetime, found_in: FoundIn | None = None) -> tuple[RawMail, bool]:
    """Keep a mail, and tell whether it is new: the same bytes are one mail of their store, whoever brings them.

    One that lies where mail comes and also among what was sent is two, for it is both.
    """
    require_transaction()
    found = found_in._asdict() if found_in else {}
    mail, is_new = RawMail.objects.get_or_create(
        store=store,
        digest=hashlib.sha256(raw).digest(),
        was_sent=found.pop("was_sent", False),
        defaults={"size": len(raw), "received_at": now, **found},
    )
    if is_new:
        RawMailBytes.objects.create(mail=mail, raw=raw)
    return mail, is_new
