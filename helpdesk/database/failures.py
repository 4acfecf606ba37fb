"""What PostgreSQL says when it does not do something: which of it passes, and which of it is nobody's fault."""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import errors

_GONE: Final = ("08", "57P")
"""Classes of SQLSTATE: no connection, and a server that goes or is not there yet."""


def is_deadlock(error: BaseException) -> bool:
    """Whether two transactions waited for each other, and this one was given up: it may simply be done again."""
    return isinstance(error.__cause__, errors.DeadlockDetected)


def is_done_by_a_twin(error: BaseException) -> bool:
    """Whether somebody else has just written what must be there once: who does it again is told of theirs."""
    return isinstance(error.__cause__, errors.UniqueViolation)


def is_outage(error: BaseException) -> bool:
    """Whether nobody answers at the database: what was asked of it has no part in that."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError)):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(_GONE)
