"""One mailbox, read again and again: at once when its server tells of new mail, else every half minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Value
from django.db.models.functions import Coalesce
from imap_tools.mailbox import BaseMailBox

from helpdesk.database.instant import database_now
from helpdesk.mail.consent import access_tokens
from helpdesk.mail.fetching import folder_visit, history_visit
from helpdesk.mail.fetching.free_disk import DiskNearlyFull, require_free_disk
from helpdesk.mail.servers import imap_folder
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.mail.servers.server_fault import MailServerFailed, in_words
from helpdesk.models import Mailbox
from helpdesk.outbox import copied_database
from helpdesk.refusal import Refused

logger = structlog.get_logger(__name__)

CONVERSATION = 600.0
"""Seconds within which everything of a conversation has to be done; then another one begins."""
IDLE_UNTIL = 300.0
"""Seconds after which a conversation no longer waits for mail, so that there is time left to fetch what comes."""
LOOKS_EVERY = 30.0
"""Seconds from one look to the next, whatever the server tells of by itself."""
LOOKS_BACK_FOR = 15.0
"""Seconds for which the past is read before one looks again for what is new."""
MOST_SAID = 500
"""Characters of what is kept of a failure's words."""
READ_BY = (
    "signs_in_by", "imap_host", "imap_port", "imap_security", "imap_login", "imap_password",
    "folders", "sent_folder",
)  # fmt: skip
"""What a mailbox is read by: another conversation begins where any of it was changed."""
RESTS = (5.0, 15.0, 30.0, 60.0)
"""Seconds after a failure, and after each that follows it."""


class MailboxRound:
    """Reads one mailbox until it is over. `wait(seconds)` sleeps, and tells whether it is over."""

    def __init__(self, mailbox_id: int, *, wait: Callable[[float], bool]) -> None:
        self._mailbox_id = mailbox_id
        self._wait = wait
        self._failures = 0

    def go_on(self) -> None:
        """Read, rest after a failure, and begin again; ends with the mailbox, or when it is over."""
        while not self._wait(0) and (mailbox := self._mailbox()) is not None:
            self._converse(mailbox)
            self._wait(RESTS[min(self._failures, len(RESTS)) - 1] if self._failures else 0)
        connection.close()

    def _mailbox(self) -> Mailbox | None:
        """Return the mailbox as it is set now; a database that is away is waited for.

        None in a database that was copied, until it is released: its mailboxes and consents are the original's.
        """
        while not self._wait(0):
            try:
                if copied_database.look(now=database_now()) is not None:
                    return None
                return (
                    Mailbox.objects.read_by_us().select_related("store").filter(pk=self._mailbox_id).first()
                )
            except (DatabaseError, InterfaceError) as error:
                logger.warning("mail_waits_for_the_database", error=str(error).strip())
                connection.close()
                self._wait(1)
        return None

    def _converse(self, mailbox: Mailbox) -> None:
        try:
            self._read(mailbox)
        except (MailServerFailed, Refused, DiskNearlyFull) as failed:
            self._failures += 1
            note_failure(mailbox, str(failed), now=database_now())
        except (DatabaseError, InterfaceError) as error:
            logger.warning("mail_waits_for_the_database", error=str(error).strip())
            connection.close()
            self._wait(1)

    def _read(self, mailbox: Mailbox) -> None:
        begun = time.monotonic()
        now = database_now()
        server = imap_server_of(mailbox, now=now)
        with (
            in_words(server.host, server.port, server.security, server.login),
            access_tokens.doubted_where_refused(mailbox, now=now),
            reading(server, seconds=CONVERSATION) as line,
        ):
            while time.monotonic() - begun < IDLE_UNTIL and self._is_as_it_was(mailbox):
                self._look(line, mailbox)
                if not self._look_back(line, mailbox):
                    self._rest(line)

    def _is_as_it_was(self, mailbox: Mailbox) -> bool:
        """Whether there is still something to read, in the way in which it was begun."""
        now = None if self._wait(0) else self._mailbox()
        return now is not None and all(getattr(now, name) == getattr(mailbox, name) for name in READ_BY)

    def _look(self, line: BaseMailBox, mailbox: Mailbox) -> None:
        """Keep what is new. Of the folder that is opened last, the server tells us of more."""
        require_free_disk()
        for folder in mailbox.folders_to_read:
            kept = folder_visit.visit(
                line, mailbox, folder, clock=database_now, may_go_on=lambda: not self._wait(0)
            )
            if kept:
                logger.info("mail_fetched", mailbox=mailbox.pk, kept=kept)
        self._failures = 0
        self._note(mailbox)

    def _note(self, mailbox: Mailbox) -> None:
        try:
            folder_visit.require_all(mailbox)
        except MailServerFailed as lacking:
            note_failure(mailbox, str(lacking), now=database_now())
        else:
            note_success(mailbox, now=database_now())

    def _look_back(self, line: BaseMailBox, mailbox: Mailbox) -> bool:
        """Keep some of the past, if it is asked for; what is new comes in between."""
        until = time.monotonic() + LOOKS_BACK_FOR
        return history_visit.visit(
            line,
            mailbox,
            clock=database_now,
            may_go_on=lambda: time.monotonic() < until and not self._wait(0),
        )

    def _rest(self, line: BaseMailBox) -> None:
        """Wait until the server tells of new mail, if it is one that does (RFC 2177), at most for a while."""
        if imap_folder.tells_of_new_mail(line):
            line.idle.wait(timeout=LOOKS_EVERY)
        else:
            self._wait(LOOKS_EVERY)


def note_success(mailbox: Mailbox, *, now: datetime) -> None:
    """Write down that everything that is there was read; the first time, since when."""
    since = Coalesce("fetches_since", Value(now))
    Mailbox.objects.filter(pk=mailbox.pk).update(
        fetches_since=since, read_at=now, failing_since=None, said=""
    )


def note_failure(mailbox: Mailbox, said: str, *, now: datetime) -> None:
    """Write down since when it cannot be read, and why."""
    logger.warning("mailbox_unread", mailbox=mailbox.pk, why=said)
    since = Coalesce("failing_since", Value(now))
    Mailbox.objects.filter(pk=mailbox.pk).update(failing_since=since, said=said[:MOST_SAID])
