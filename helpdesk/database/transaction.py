"""Transactions: doors open them, services ask for one."""

from __future__ import annotations

from django.db import connection


class NoTransaction(Exception):
    """A service was called outside a transaction; doors open one."""


def require_transaction() -> None:
    """Raise `NoTransaction` unless the door has opened one."""
    if not connection.in_atomic_block:
        raise NoTransaction


def wait_at_most(longest: str) -> None:
    """Let the rest of this transaction wait so long for a lock ("5s"), and then raise `LockNotAvailable`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{longest}'")
