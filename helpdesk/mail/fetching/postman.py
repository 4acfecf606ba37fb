"""The postman: a process that reads every mailbox, each in a thread of its own, so that none holds up another.

A second one does no harm: what both fetch is kept once.
"""

from __future__ import annotations

from threading import Event, Thread

import structlog
from django.db import DatabaseError, InterfaceError, connection

from helpdesk.mail.fetching.mailbox_round import MailboxRound
from helpdesk.models import Mailbox

logger = structlog.get_logger(__name__)

LOOKS_EVERY = 5.0
"""Seconds from one look for new mailboxes to the next."""


class Postman:
    """Has a round for each mailbox that Attend fetches from, until `over` is set."""

    def __init__(self, *, over: Event) -> None:
        self._over = over
        self._rounds: dict[int, Thread] = {}

    def keep(self) -> None:
        """Begin rounds for mailboxes that are new, and anew for those whose round ended."""
        while not self._over.is_set():
            for mailbox_id in self._mailbox_ids():
                if not (known := self._rounds.get(mailbox_id)) or not known.is_alive():
                    self._rounds[mailbox_id] = self._begin(mailbox_id)
            self._over.wait(LOOKS_EVERY)
        connection.close()

    def _mailbox_ids(self) -> list[int]:
        try:
            return list(Mailbox.objects.read_by_us().values_list("pk", flat=True))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("mail_waits_for_the_database", error=str(error).strip())
            connection.close()
            return []

    def _begin(self, mailbox_id: int) -> Thread:
        """Begin a round; its thread dies with us, whatever its server is at: what was kept is kept."""
        its_round = MailboxRound(mailbox_id, wait=self._over.wait)
        thread = Thread(target=its_round.go_on, name=f"mailbox-{mailbox_id}", daemon=True)
        thread.start()
        return thread
