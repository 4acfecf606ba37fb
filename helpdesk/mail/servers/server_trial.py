"""Trying a mailbox both ways: whether it can be read, and whether mail could leave. Nothing is marked, nothing sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from helpdesk.mail.consent import access_tokens
from helpdesk.mail.consent.mail_providers import login_of
from helpdesk.mail.servers import imap_folder
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.mail.servers.server_fault import MailServerFailed, in_words
from helpdesk.mail.servers.smtp_server import smtp_server_of
from helpdesk.models import Mailbox
from helpdesk.outbox import limits, mail_server
from helpdesk.refusal import Refused


@dataclass(frozen=True, slots=True)
class WayTrial:
    """What came of trying one way: what is wrong in words, or how many mails lie in each folder that is read."""

    wrong: str = ""
    mails: dict[str, int] = field(default_factory=dict)


def try_reading(mailbox: Mailbox, *, now: datetime) -> WayTrial | None:
    """Log in to where the mailbox is read, and look at its folders; None where it is brought to us."""
    if not mailbox.imap_host:
        return None
    try:
        return WayTrial(mails=_look_in(mailbox, now=now))
    except (MailServerFailed, Refused) as failed:
        return WayTrial(wrong=str(failed))


def try_sending(mailbox: Mailbox, *, now: datetime) -> WayTrial | None:
    """Come to where a mail could be handed over, and hand over none; None where nothing may leave."""
    if not mailbox.smtp_host:
        return None
    try:
        _come_to_send(mailbox, now=now)
    except (MailServerFailed, Refused) as failed:
        return WayTrial(wrong=str(failed))
    return WayTrial()


def _come_to_send(mailbox: Mailbox, *, now: datetime) -> None:
    with (
        in_words(mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security, login_of(mailbox, "smtp")),
        access_tokens.doubted_where_refused(mailbox, now=now),
    ):
        mail_server.greet(smtp_server_of(mailbox, now=now))


def _look_in(mailbox: Mailbox, *, now: datetime) -> dict[str, int]:
    server = imap_server_of(mailbox, now=now)
    with (
        in_words(server.host, server.port, server.security, server.login),
        access_tokens.doubted_where_refused(mailbox, now=now),
        reading(server, seconds=limits.DEADLINE) as line,
    ):
        return {folder: imap_folder.look_into(line, folder) for folder in reversed(mailbox.folders_to_read)}
