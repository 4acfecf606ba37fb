"""Up to when everything that was written can be read: what lets a stream by time be followed without a gap."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from helpdesk.database.statement import run


def settled_until() -> datetime:
    """Return an instant before which no change can appear any more that is not there by now.

    Of rows that `stamp_change` dates. Whoever is still writing has a number, and stamps nothing before their
    transaction began; whoever gets one later stamps nothing before we asked. Read the rows in a statement of its
    own, after this one: what ends in between must be seen.
    """
    [(until,)] = run(SETTLED, ())
    return until  # type: ignore[no-any-return]  # a cursor's rows are untyped


# Who only reads has no number, however long that takes: a backup holds nobody's copy up.
SETTLED: Final = """
    SELECT least(statement_timestamp(), min(xact_start))
      FROM pg_stat_activity
     WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""
