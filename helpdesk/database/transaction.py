"""Transactions: doors open them, services ask for one."""

from __future__ import annotations

from django.db import connection


class NoTransaction(Exception):
    """A service was called outside a transaction; doors open one."""


def require_transaction() -> None:
    """Raise `NoTransaction` unless the door has opened one."""
    if not connection.in_atomic_block:
        raise NoTransaction
