"""Trying a mailbox both ways: whether it can be read, and whether mail could leave. Nothing is marked, nothing sent."""

from __future__ import annotations

import imaplib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError
from imap_tools.mailbox import BaseMailBox

from helpdesk.input.visible_text import one_line
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.mail.servers.server_fault import MailServerFailed, ServerFault, fault_in, said_in
from helpdesk.models import Mailbox
from helpdesk.outbox import limits, mail_server
from helpdesk.outbox.channel import WayOutDown
from helpdesk.secrets.key_ring import NoKeyOpens


@dataclass(frozen=True, slots=True)
class WayTrial:
    """What came of trying one way: what is wrong in words, or how many mails lie in each folder that is read."""

    wrong: str = ""
    mails: dict[str, int] = field(default_factory=dict)


def try_reading(mailbox: Mailbox) -> WayTrial | None:
    """Log in to where the mailbox is read, and look at its folders; None where it is brought to us."""
    if not mailbox.imap_host:
        return None
    try:
        return WayTrial(mails=_look_in(mailbox))
    except (MailServerFailed, NoKeyOpens) as failed:
        return WayTrial(wrong=str(failed))


def try_sending(mailbox: Mailbox) -> WayTrial | None:
    """Come to where a mail could be handed over, and hand over none; None where nothing may leave."""
    if not mailbox.smtp_host:
        return None
    try:
        with _in_words(mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security, mailbox.smtp_login):
            mail_server.greet(mail_server.server_of_mailbox(mailbox))
    except (MailServerFailed, NoKeyOpens) as failed:
        return WayTrial(wrong=str(failed))
    return WayTrial()


def _look_in(mailbox: Mailbox) -> dict[str, int]:
    server = imap_server_of(mailbox)
    folders = [*mailbox.folders, *([mailbox.sent_folder] if mailbox.sent_folder else [])]
    with (
        _in_words(server.host, server.port, server.security, server.login),
        reading(server, seconds=limits.DEADLINE) as line,
    ):
        return {folder: _count(line, folder) for folder in folders}


def _count(line: BaseMailBox, folder: str) -> int:
    """Return how many mails lie in a folder. It is opened for looking alone (EXAMINE): nothing is marked as seen."""
    try:
        _ok, [number, *_] = line.folder.set(folder, readonly=True)
    except MailboxFolderSelectError:
        there = ", ".join(_names(line))
        raise MailServerFailed(ServerFault.FOLDER_MISSING, folder=folder, folders=there) from None
    return int(number)


def _names(line: BaseMailBox) -> Iterable[str]:
    return (one_line(found.name) for found in line.folder.list() if "\\Noselect" not in found.flags)


@contextmanager
def _in_words(host: str, port: int, security: str, login: str) -> Iterator[None]:
    """Raise what goes wrong as `MailServerFailed`."""
    try:
        yield
    except (OSError, UnicodeError, imaplib.IMAP4.error, ImapToolsError, WayOutDown) as error:
        cause = error.__cause__ or error if isinstance(error, WayOutDown) else error
        if isinstance(cause, NoKeyOpens):
            raise cause from None
        facts = {"host": host, "port": port, "login": login, "said": said_in(cause)}
        raise MailServerFailed(fault_in(cause, security), **facts) from error
