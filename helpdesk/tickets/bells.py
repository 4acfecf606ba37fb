"""After the commit: telling whoever wants to look again that tickets have changed, and may miss it."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class BellPull:
    """The tickets that one transaction, or a savepoint of it, has changed; rung for once it is committed."""

    def __init__(self) -> None:
        self.ticket_ids: set[int] = set()

    def ring(self) -> None:
        for path in settings.TICKET_BELLS:
            try:
                import_string(path)(sorted(self.ticket_ids))
            except Exception:  # whatever it is, the work is committed and must not look as if it had failed
                logger.exception("bell %s failed for %d tickets", path, len(self.ticket_ids))


def ring_after_commit(ticket_ids: Iterable[int]) -> None:
    """Let every bell of `settings.TICKET_BELLS` ring for these tickets once the transaction is committed.

    A bell is called once per transaction, with all its ids, ascending. What happens in a savepoint that others
    have not been part of rings by itself, so that it can be rolled back with it. A bell may be lost.
    """
    if settings.TICKET_BELLS:
        _pull_here().ticket_ids.update(ticket_ids)


def _pull_here() -> BellPull:
    """Return what this savepoint has registered already, or register it."""
    here = set(connection.savepoint_ids)
    for savepoints, registered, *_ in connection.run_on_commit:
        pull = getattr(registered, "__self__", None)
        if isinstance(pull, BellPull) and savepoints == here:
            return pull
    pull = BellPull()
    transaction.on_commit(pull.ring, robust=True)
    return pull
