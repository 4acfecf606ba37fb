"""Replies in a database that was put back or copied: what waited there already may have left elsewhere."""

from __future__ import annotations

from datetime import datetime

from helpdesk.conversation import held_replies
from helpdesk.conversation.mailed_replies import REPLY_MAIL
from helpdesk.database.transaction import require_transaction
from helpdesk.mail.leaving.reply_outcome import note_refused
from helpdesk.models import HeldReply, MailedReply
from helpdesk.outbox import copied_database


def release(*, give_up: bool, now: datetime) -> int:
    """Let everything leave again, or all but what waited when the database was copied; return how much that was.

    With what waits in the outbox go replies that wait behind another one of their ticket, and those that nobody had
    taken back yet: these wait for their authors.
    """
    require_transaction()
    since = copied_database.held_since()
    if since is not None and give_up:
        sent_before = HeldReply.objects.filter(sent_at__lte=since)
        held_replies.give_back(sent_before, why=copied_database.HELD_BACK, now=now)
        _refuse_those_behind(said_until=since, now=now)
    return copied_database.release(give_up=give_up, now=now)


def _refuse_those_behind(*, said_until: datetime, now: datetime) -> None:
    """Refuse what is not in the outbox yet, the latest first: so none of them is put there by the one before it."""
    waiting = copied_database.held_back().filter(address__channel=REPLY_MAIL).values("address__key")
    behind = MailedReply.objects.leaving().filter(leaving_since__lte=said_until).exclude(pk__in=waiting)
    for reply in behind.select_related("message__ticket").order_by("-pk"):
        note_refused(reply, words=copied_database.HELD_BACK, now=now)
