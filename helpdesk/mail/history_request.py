"""Asking for the past of a mailbox: how much there is, and having it read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.jobs import job_request
from helpdesk.mail.consent import access_tokens
from helpdesk.mail.servers import imap_folder
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.mail.servers.server_fault import in_words
from helpdesk.models import Agent, Job, Mailbox, MailboxHistory
from helpdesk.outbox import limits
from helpdesk.refusal import Conflict

KIND: Final = "mailbox_history"
MOST_DAYS: Final = 730


class HistoryUnderWay(Conflict):
    """The past of a mailbox is read once at a time."""

    code = "history-under-way"
    sentence = _("The past of this mailbox is being read already.")


def count(mailbox: Mailbox, *, days: int, now: datetime) -> dict[str, int]:
    """Return how many mails of these days lie in each folder, as its server counts days.

    Raises `MailServerFailed`, `NoKeyOpens` and `ConsentFailed`.
    """
    server = imap_server_of(mailbox, now=now)
    with (
        in_words(server.host, server.port, server.security, server.login),
        access_tokens.doubted_where_refused(mailbox, now=now),
        reading(server, seconds=limits.DEADLINE) as line,
    ):
        found = {}
        for folder in reversed(mailbox.folders_to_read):
            imap_folder.look_into(line, folder)
            found[folder] = len(imap_folder.uids_after(line, 0, since=now - timedelta(days=days)))
        return found


def ask(mailbox: Mailbox, *, days: int, by: Agent | None, now: datetime) -> Job:
    """Have the mails of these days read as history, by the postman and the workers; raises `HistoryUnderWay`."""
    require_transaction()
    locked = Mailbox.objects.select_for_update(no_key=True).get(pk=mailbox.pk)
    if under_way(locked) is not None:
        raise HistoryUnderWay
    arguments = {"mailbox": locked.address, "days": days}
    job = job_request.ask(KIND, now=now, by=by, arguments=arguments)
    MailboxHistory.objects.create(job=job, mailbox=locked, since=now - timedelta(days=days))
    return job


def under_way(mailbox: Mailbox) -> Job | None:
    """Return the job that reads the past of a mailbox, if one does."""
    return Job.objects.unfinished().filter(mailbox_history__mailbox=mailbox).first()
