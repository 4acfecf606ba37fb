"""The past of a mailbox is kept mail by mail, in the order in which all of it came, whichever folder it lies in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import transaction
from imap_tools.mailbox import BaseMailBox

from helpdesk.mail import inbox
from helpdesk.mail.inbox import FoundIn
from helpdesk.mail.servers import imap_folder
from helpdesk.mail.servers.imap_folder import FetchedMail, MailRefused
from helpdesk.mail.servers.server_fault import said_in
from helpdesk.models import Mailbox, MailboxHistory

logger = structlog.get_logger(__name__)


class PastArrival(NamedTuple):
    """A mail that lies on its server, by when that received it."""

    at: datetime
    folder: str
    uid: int


def visit(
    line: BaseMailBox,
    mailbox: Mailbox,
    *,
    clock: Callable[[], datetime],
    may_go_on: Callable[[], bool],
) -> bool:
    """Keep what is asked for of the past, if anything is, for as long as we may; tell whether there was something.

    `may_go_on` is asked before each mail. Raises what talking to the server raises.
    """
    asked_for = MailboxHistory.objects.to_be_fetched().select_related("mailbox__store")
    history = asked_for.filter(mailbox=mailbox).order_by("pk").first()
    if history is None:
        return False
    left = _left(line, history, now=clock())
    for place, arrival in enumerate(left):
        if not may_go_on():
            return True
        is_open = place > 0 and left[place - 1].folder == arrival.folder
        fetched = _fetch(line, arrival, is_open=is_open)
        _keep(fetched, arrival, history, left=len(left) - place - 1, now=clock())
    MailboxHistory.objects.filter(pk=history.pk).update(fetched_at=clock())
    return True


def _left(line: BaseMailBox, history: MailboxHistory, *, now: datetime) -> Sequence[PastArrival]:
    """Return what is still to be fetched, the oldest first; the first time, note how much that is."""
    since, until = history.reached_at or history.since, history.until or now
    found = (
        arrival
        for folder in history.mailbox.folders_to_read
        for arrival in _arrivals(line, folder, since)
        if since <= arrival.at <= until
    )
    left = sorted(found)
    if history.until is None:
        history.until, history.found = until, len(left)
        history.save(update_fields=["until", "found"])
    return left


def _arrivals(line: BaseMailBox, folder: str, since: datetime) -> Sequence[PastArrival]:
    imap_folder.look_into(line, folder)
    uids = imap_folder.uids_after(line, 0, since=since)
    return [PastArrival(at, folder, uid) for uid, at in imap_folder.arrivals(line, uids)]


def _fetch(line: BaseMailBox, arrival: PastArrival, *, is_open: bool) -> FetchedMail | None:
    if not is_open:
        imap_folder.look_into(line, arrival.folder)
    try:
        return imap_folder.fetch(line, arrival.uid, at_most=settings.MAIL_MAX_SIZE)
    except MailRefused as refusal:  # of the past one lacks
        logger.warning("past_mail_refused", folder=arrival.folder, uid=arrival.uid, why=said_in(refusal))
        return None


def _keep(
    fetched: FetchedMail | None, arrival: PastArrival, history: MailboxHistory, *, left: int, now: datetime
) -> None:
    """Keep a mail and how far we are, together; what is here already stays what it is."""
    mailbox = history.mailbox
    found_in = FoundIn(mailbox, arrival.folder == mailbox.sent_folder, history, arrival.at)
    reached = {"reached_at": arrival.at, "fetched": max(0, (history.found or 0) - left)}
    with transaction.atomic():
        if fetched is not None:
            inbox.keep(fetched.raw, store=mailbox.store, now=now, found_in=found_in)
        MailboxHistory.objects.filter(pk=history.pk).update(**reached)
