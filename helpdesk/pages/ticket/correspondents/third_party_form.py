"""Answering a third party: which of their messages, to whom, and what is written, unseen by the customer."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.drafts.draft_place import DraftPlace
from helpdesk.conversation.recipients import MailRecipients, recipients
from helpdesk.mail.addressing.ticket_answer import recipients_outside
from helpdesk.mail.addressing.typed_addresses import as_typed, typed_recipients
from helpdesk.models import Agent, Author, Draft, DraftKind, Message, Ticket
from helpdesk.pages.drafts.draft_form import initial_of
from helpdesk.pages.ticket.correspondents.reply_copies import CopiesField, ReplyCopies, leaves_by_mail
from helpdesk.pages.ticket.files_to_send import FormWithFiles
from helpdesk.pages.ticket.written_text import SentOnce, WrittenText
from helpdesk.refusal import Refused


class ThirdPartyForm(FormWithFiles, SentOnce):
    """What is typed to whoever wrote the message that is answered, and to others of theirs."""

    body = WrittenText(rows=6, label=_("What you write to them"))
    cc = CopiesField()

    def __init__(
        self, answered: Message, offered: MailRecipients, data: Any = None, *, draft: Draft | None = None
    ) -> None:
        """A form for a third party's message; its token makes of a doubled send one."""
        self.answered, self.to, self.draft = answered, offered.to[0], draft
        offer = {"cc": as_typed(offered.cc), "token": uuid4()}
        super().__init__(data, initial=initial_of(draft, type(self)) if draft else offer)
        if draft:
            self.show_files_of(draft)

    @property
    def to_name(self) -> str:
        return self.to.name or self.to.address

    @property
    def copies(self) -> ReplyCopies:
        """How many get a copy, and who of them is new, of what stands there now."""
        return ReplyCopies.of(self.answered.ticket, self["cc"].value() or "", to=self.to)

    @property
    def recipients(self) -> MailRecipients:
        return recipients(self.to, self.cleaned_data["copies"])

    def clean(self) -> dict[str, Any]:
        """Read who gets a copy."""
        given = super().clean() or self.cleaned_data
        try:
            given["copies"] = typed_recipients(given.get("cc", ""))
        except Refused as refused:
            self.add_error("cc", str(refused))
        return given


def third_party_form(ticket: Ticket, number: int, data: Any, *, writer: Agent) -> ThirdPartyForm | None:
    """Return the form for a ticket's message, if a third party wrote it who can be answered by mail."""
    theirs = Message.objects.filter(ticket=ticket, pk=number, author=Author.THIRD_PARTY)
    message = theirs.first() if leaves_by_mail(ticket) else None
    if message is None:
        return None
    message.ticket = ticket
    offered = recipients_outside(message)
    place = DraftPlace(author=writer, kind=DraftKind.OUTSIDE, ticket=ticket, answers=message)
    return ThirdPartyForm(message, offered, data, draft=place.drafts().first()) if offered else None
