"""What is new in a folder is kept, mail by mail, each with how far we are: who dies loses and doubles nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from imap_tools.mailbox import BaseMailBox

from helpdesk.mail import inbox
from helpdesk.mail.consent.mail_providers import imap_account
from helpdesk.mail.inbox import FoundIn
from helpdesk.mail.servers import imap_folder
from helpdesk.mail.servers.imap_folder import FetchedMail, FolderNumbers, MailRefused
from helpdesk.mail.servers.server_fault import MailServerFailed, ServerFault, said_in
from helpdesk.models import Mailbox, MailboxFolder

MOST_REFUSED = 20
"""Mails of a folder without which one goes on; a server that refuses more of them is out of order."""
REREAD = timedelta(days=30)
"""How far back a folder is looked at again whose numbers began anew; what was kept before is known by its bytes."""


def visit(
    line: BaseMailBox,
    mailbox: Mailbox,
    folder: str,
    *,
    clock: Callable[[], datetime],
    may_go_on: Callable[[], bool],
) -> int:
    """Keep what is new in a folder; return how much. Of a folder that was never looked at nothing is new.

    `may_go_on` is asked before each mail. Raises what talking to the server raises.
    """
    numbers = imap_folder.numbers_of(line, folder)
    place = _place(mailbox, folder, numbers, now=clock())
    kept = 0
    for uid in [*place.refused, *imap_folder.uids_after(line, place.last_uid, since=place.reread_since)]:
        if not may_go_on():
            break
        try:
            fetched = imap_folder.fetch(line, uid, at_most=settings.MAIL_MAX_SIZE)
        except MailRefused as refusal:
            _leave(uid, place, refusal)
        else:
            kept += _keep(fetched, uid, place, mailbox, now=clock())
    return kept


def require_all(mailbox: Mailbox) -> None:
    """Raise `MailServerFailed` where the server keeps mails of a folder to itself."""
    places = MailboxFolder.objects.filter(mailbox=mailbox, name__in=mailbox.folders_to_read)
    place = places.exclude(refused=[]).order_by("pk").first()
    if place is not None:
        facts = {"folder": place.name, "number": len(place.refused), "said": place.refusal}
        raise MailServerFailed(ServerFault.MAIL_REFUSED, host=mailbox.imap_host, **facts)


def _place(mailbox: Mailbox, folder: str, numbers: FolderNumbers, *, now: datetime) -> MailboxFolder:
    """Return how far the folder was read. Where its numbers began anew that is nowhere, but for old mail.

    In another account all is old that came before the one of before was last read: it is another's mail, or is here.
    """
    account = imap_account(mailbox)
    beginning = {"uid_validity": numbers.validity, "last_uid": numbers.next_uid - 1, "account": account}
    place, _ = MailboxFolder.objects.get_or_create(mailbox=mailbox, name=folder, defaults=beginning)
    if (place.account, place.uid_validity) != (account, numbers.validity):
        reread = max(mailbox.fetches_since or now, now - REREAD)
        since = reread if place.account == account else mailbox.read_at or now
        renewed = {**beginning, "last_uid": 0, "reread_since": since, "refused": []}
        MailboxFolder.objects.filter(pk=place.pk, uid_validity=place.uid_validity).update(**renewed)
        place.refresh_from_db()
    return place


def _keep(
    fetched: FetchedMail | None, uid: int, place: MailboxFolder, mailbox: Mailbox, *, now: datetime
) -> bool:
    """Keep a mail and how far we are, together; another who reads the folder may have been before us."""
    with transaction.atomic():
        held = _held(uid, place)
        if held is None:
            return False
        held.refused = [other for other in held.refused if other != uid]
        held.save(update_fields=["last_uid", "refused"])
        if fetched is None or _is_older(fetched, place.reread_since):
            return False
        found_in = FoundIn(mailbox, was_sent=place.name == mailbox.sent_folder)
        _, is_new = inbox.keep(fetched.raw, store=mailbox.store, now=now, found_in=found_in)
        return is_new


def _leave(uid: int, place: MailboxFolder, refusal: MailRefused) -> None:
    """Go on without a mail that the server does not give out, and ask for it again; raise where there are too many."""
    with transaction.atomic():
        held = _held(uid, place)
        if held is None:
            return
        held.refused = [*(other for other in held.refused if other != uid), uid]
        if len(held.refused) > MOST_REFUSED:
            raise refusal
        held.refusal = said_in(refusal)
        held.save(update_fields=["last_uid", "refused", "refusal"])


def _held(uid: int, place: MailboxFolder) -> MailboxFolder | None:
    """Lock how far the folder was read, with this mail; None where another has read it, or its numbers began anew."""
    held = MailboxFolder.objects.select_for_update().get(pk=place.pk)
    is_other = (held.account, held.uid_validity) != (place.account, place.uid_validity)
    if is_other or (held.last_uid >= uid and uid not in held.refused):
        return None
    held.last_uid = max(held.last_uid, uid)
    return held


def _is_older(fetched: FetchedMail, since: datetime | None) -> bool:
    """Whether it came before the instant, as far as a server tells it, which is by seconds."""
    arrived = fetched.arrived_at
    return since is not None and arrived is not None and arrived < since.replace(microsecond=0)
