"""To whom an answer goes, by the mail that it answers: its sender, and whoever else was written to."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from helpdesk.conversation.recipients import MOST_RECIPIENTS, MailRecipients, Recipient, each_once
from helpdesk.mail.composing.address_text import is_sendable
from helpdesk.mail.reading.automatic import is_machine_address


@dataclass(frozen=True, slots=True)
class AnsweredMail:
    """Whom a mail was from and to; of one of ours nobody stands as its sender."""

    sender: Recipient | None = None
    to: tuple[Recipient, ...] = ()
    cc: tuple[Recipient, ...] = ()

    def __iter__(self) -> Iterator[Recipient]:
        yield from (*([self.sender] if self.sender else []), *self.to, *self.cc)


def answering_all(mail: AnsweredMail, *, to: Recipient, ours: Container[str]) -> MailRecipients:
    """Return `to`, and on Cc whoever else the mail names, in its order and once, the first so many.

    Nobody is on Cc who is one of us, a machine, or has no address that can be sent to.
    """
    first, *others = each_once((to, *(each for each in mail if _may_have_a_copy(each, ours=ours))))
    return MailRecipients((first,), tuple(others[: MOST_RECIPIENTS - 1]))


def _may_have_a_copy(person: Recipient, *, ours: Container[str]) -> bool:
    return (
        person.address not in ours and not is_machine_address(person.address) and is_sendable(person.address)
    )


def answering_outside(
    mail: AnsweredMail, *, customer: Recipient, ours: Container[str]
) -> MailRecipients | None:
    """Return to whom an answer to a third party goes: never to the customer. None where nobody is to be answered."""
    if mail.sender is None:
        return None
    found = answering_all(mail, to=mail.sender, ours=ours)
    return MailRecipients(found.to, tuple(each for each in found.cc if each.key != customer.key))
