"""Addresses of mailboxes, of which none is two mailboxes', be it as an own address or as another one."""

from __future__ import annotations

from helpdesk.database.statement import run
from helpdesk.database.transaction import require_transaction

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('addresses of mailboxes', 0))"


def wait_for_others() -> None:
    """Let nobody else give mailboxes addresses until this transaction ends: a row cannot forbid another's list."""
    require_transaction()
    run(_LOCK, [])
