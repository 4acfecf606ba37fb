"""Who gets a copy of the reply that is being written: typed, named on its buttons, and newcomers marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.recipients import (
    MOST_RECIPIENTS,
    Recipient,
    customer_as_recipient,
    newcomers,
    recipients,
)
from helpdesk.mail.addressing.ticket_answer import copies_of_answer
from helpdesk.mail.addressing.typed_addresses import LONGEST_TYPED, as_typed, typed_recipients
from helpdesk.models import Ticket
from helpdesk.refusal import Refused


class CopiesField(forms.CharField):
    """Addresses of those who get a copy, as they are typed."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=LONGEST_TYPED, label=_("Cc"))


def leaves_by_mail(ticket: Ticket) -> bool:
    """Tell whether an answer to the customer leaves by mail."""
    answered_by_mail: bool = ticket.is_answered_by_mail  # type: ignore[attr-defined]  # annotated by `visible_ticket`
    return answered_by_mail and bool(ticket.customer.email)


def offered_copies(ticket: Ticket) -> str:
    """Return whom an answer is offered to go to besides, as somebody would type it."""
    return as_typed(copies_of_answer(ticket)) if leaves_by_mail(ticket) else ""


@dataclass(frozen=True, slots=True)
class ReplyCopies:
    """How many get a copy, who of them is new on the ticket, and what stands in the way of it."""

    number: int = 0
    newcomers: Sequence[Recipient] = ()
    problem: str = ""

    @property
    def is_full(self) -> bool:
        """Whether nobody else can get one: of a mail to more people, so many are offered."""
        return self.number + 1 == MOST_RECIPIENTS

    @classmethod
    def of(cls, ticket: Ticket, typed: str, *, to: Recipient | None = None) -> Self:
        """Return it of what was typed, valid or not, for a message to the customer or to somebody else."""
        to = to or customer_as_recipient(ticket.customer)
        try:
            copies = recipients(to, typed_recipients(typed)).cc
        except Refused as refused:
            return cls(problem=str(refused))
        return cls(len(copies), newcomers(copies, ticket=ticket))
