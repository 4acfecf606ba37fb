"""Asking somebody outside, a courier or a supplier: in a thread of their own, unseen by the customer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Greatest

from helpdesk.attachments.message_files import refuse_too_much
from helpdesk.conversation.recipients import MailRecipients, Recipient
from helpdesk.conversation.third_party_answers import write_to_third_party
from helpdesk.models import Agent, Attachment, Inquiry, Message, Ticket
from helpdesk.refusal import UnknownValue

_Row = TypeVar("_Row", Message, Attachment)


def ask_outside(
    *,
    ticket: Ticket,
    author: Agent,
    body: str,
    to: MailRecipients,
    now: datetime,
    messages: Sequence[int] = (),
    files: Sequence[int] = (),
    external_id: str | None = None,
) -> Message:
    """Ask somebody outside by mail, with the messages and files of the ticket that were chosen, by their numbers.

    It touches no clock of the customer's. A repeat with the same external id returns the letter that is there.
    Raises `UnknownValue` for what is not of this ticket, `FilesTooLarge`, and what `write_to_third_party` raises.
    """
    along = (_chosen_messages(ticket, messages), _chosen_files(ticket, files))
    letter = write_to_third_party(
        ticket=ticket, author=author, body=body, to=to, now=now, external_id=external_id
    )
    _keep(letter, next(iter(to)), *along)
    return letter


def _keep(letter: Message, asked: Recipient, messages: list[Message], files: list[Attachment]) -> None:
    """Keep with a letter who is asked and what goes along; what is sent again is kept already."""
    whom = {"ticket": letter.ticket, "name": asked.name or asked.address, "address_key": asked.key}
    inquiry, is_new = Inquiry.objects.get_or_create(
        letter=letter, defaults={**whom, "asked_at": letter.sent_at}
    )
    if is_new:
        inquiry.enclosed.set(messages)
        inquiry.enclosed_files.set(files)


def _chosen_messages(ticket: Ticket, numbers: Sequence[int]) -> list[Message]:
    return _chosen(Message.objects.filter(ticket=ticket), numbers, pointer="/messages")


def _chosen_files(ticket: Ticket, numbers: Sequence[int]) -> list[Attachment]:
    kept = Attachment.objects.kept().filter(message__ticket=ticket)
    files = _chosen(kept, numbers, pointer="/files")
    refuse_too_much(files)
    return files


def _chosen(rows: QuerySet[_Row], numbers: Sequence[int], *, pointer: str) -> list[_Row]:
    """Return the rows of these numbers in their order; raises `UnknownValue` for one that is not among them."""
    wanted = list(dict.fromkeys(numbers))
    found = rows.in_bulk(wanted)
    for number in wanted:
        if number not in found:
            raise UnknownValue(pointer=pointer, value=number)
    return [found[number] for number in wanted]


def note_answered(
    *, ticket: Ticket, letters: Collection[Message], address_key: str, answered_at: datetime
) -> None:
    """Note that who was asked has answered: they name our letter, or write from the address that was asked since.

    Whoever names it answers it, however slow their clock.
    """
    since = Q(ticket=ticket, address_key=address_key, asked_at__lte=answered_at)
    asked = Inquiry.objects.waiting().filter(Q(letter__in=letters) | since)
    asked.update(answered_at=Greatest("asked_at", Value(answered_at)))
