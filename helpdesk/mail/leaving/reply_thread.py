"""The mails of a conversation by their ids: what a reply is called, what it answers, and what came before."""

from __future__ import annotations

from typing import Final, NamedTuple

from helpdesk.mail.composing.thread_headers import message_id
from helpdesk.mail.leaving.mail_keys import mail_keys
from helpdesk.mail.leaving.said_before import said_before
from helpdesk.models import Author, Mailbox, MailId, Message

_OTHERS: Final = (Author.CUSTOMER, Author.THIRD_PARTY)


class ReplyThread(NamedTuple):
    """Ids with their angle brackets; `answered` is empty where nothing came by mail."""

    message_id: str
    answered: str
    before: list[str]


def thread_of(message: Message, *, mailbox: Mailbox) -> ReplyThread:
    """Return a reply's place in its conversation: it answers what the other side wrote last, else our last mail.

    It gets its id here, for good, before it leaves: an answer may be faster than whatever is noted afterwards. Raises
    `Unsendable` for a mailbox without a domain.
    """
    own = _own_id(message, mailbox)
    known = list(
        MailId.objects.filter(message__in=said_before(message))
        .order_by("message__sent_at", "message_id", "id")
        .values_list("value", "message__author")
    )
    theirs = [value for value, author in known if author in _OTHERS]
    before = [f"<{value}>" for value, _author in known]
    return ReplyThread(own, f"<{theirs[-1]}>" if theirs else "".join(before[-1:]), before)


def _own_id(message: Message, mailbox: Mailbox) -> str:
    known = MailId.objects.filter(message=message).order_by("id").first()
    if known is not None:
        return f"<{known.value}>"
    made = message_id(message.pk, key=mail_keys()[0], mailbox=mailbox.address)
    own = {"ticket_id": message.ticket_id, "message": message}
    MailId.objects.get_or_create(store_id=message.store_id, value=made[1:-1], defaults=own)
    return made
