"""Writing on a ticket: a public reply or a note. Whatever is refused, the typed text stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self
from uuid import uuid4

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.mailed_replies import is_only_watched
from helpdesk.mail.addressing.typed_addresses import NoAddress, typed_recipients
from helpdesk.models import Draft, Message, Status, Ticket
from helpdesk.pages.drafts.draft_form import initial_of
from helpdesk.pages.ticket.correspondents.reply_copies import (
    CopiesField,
    ReplyCopies,
    leaves_by_mail,
    offered_copies,
)
from helpdesk.pages.ticket.files_to_send import FormWithFiles
from helpdesk.pages.ticket.written_text import WrittenText


@dataclass(frozen=True, slots=True)
class SendingStopped:
    """Why nothing was sent yet: the messages that its author had not seen, and which button they had pressed."""

    messages: Sequence[Message]
    then: str


class Composer(FormWithFiles):
    """What was typed, for whom, and up to where its author had read."""

    mode = forms.ChoiceField(choices=[("public", _("Public reply")), ("note", _("Internal note"))])
    then = forms.ChoiceField(
        choices=[("wait", ""), ("resolve", ""), ("open", ""), ("keep_open", ""), ("note", "")]
    )
    holding = forms.BooleanField(required=False)
    cc = CopiesField()
    body = WrittenText(rows=8)
    seen_seq = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    token = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def empty(cls, ticket: Ticket, *, is_only_watched: bool) -> Self:
        """Return one for a new page: nothing typed, and a token by which a doubled send is known as one."""
        mode = "public" if may_be_answered(ticket) and not is_only_watched else "note"
        copies = offered_copies(ticket) if mode == "public" else ""
        return cls(initial={"mode": mode, "cc": copies, "seen_seq": ticket.last_seq, "token": uuid4()})

    @classmethod
    def of_draft(cls, ticket: Ticket, draft: Draft, *, may_answer: bool) -> Self:
        """Return one with what was being written, read up to the newest event: the page shows all of it."""
        given = initial_of(draft, cls) | {
            "seen_seq": ticket.last_seq,
            "action": draft.fields.get("action", []),
        }
        composer = cls(initial=given if may_answer else given | {"mode": "note"})
        composer.show_files_of(draft)
        return composer

    @classmethod
    def again(cls, ticket: Ticket, data: dict[str, Any], problem: str = "") -> Self:
        """Return what was typed, now read up to the newest event, with what stood in its way."""
        composer = cls({**data, "seen_seq": ticket.last_seq})
        if problem and composer.is_valid():
            composer.add_error(None, problem)
        return composer

    def clean(self) -> dict[str, Any]:
        """Read who gets a copy; a note has none, whatever was typed there."""
        given = super().clean() or self.cleaned_data
        try:
            given["copies"] = [] if self.is_note else typed_recipients(given.get("cc", ""))
        except NoAddress as refused:
            self.add_error("cc", str(refused))
        return given

    stopped: SendingStopped | None = None
    """What was said while it was being written, where sending stopped for that."""

    picker: Mapping[str, Any] = MappingProxyType({})
    told = ""
    """What can be chosen from to be put in, and what is said of what was, where that was asked for."""

    @property
    def actions(self) -> list[str]:
        """What is to be done to the ticket besides, as far as its author has left it ticked."""
        given = self.data if self.is_bound else self.initial
        return given.getlist("action") if isinstance(given, QueryDict) else list(given.get("action", ()))

    @property
    def is_note(self) -> bool:
        """Whether either the choice or the button says note: in doubt the customer does not see it."""
        return "note" in (self.cleaned_data.get("mode"), self.cleaned_data.get("then"))


def typed_in(request: HttpRequest) -> dict[str, Any]:
    """Return what a form of a composer brought, of the actions all that were left ticked."""
    return {**request.POST.dict(), "action": request.POST.getlist("action")}


def may_be_answered(ticket: Ticket) -> bool:
    """Whether a public reply is possible: a resolved ticket goes on by it, what else has ended does not."""
    return ticket.is_live or ticket.status == Status.RESOLVED


def composer_context(
    ticket: Ticket, composer: Composer | None = None, *, draft: Draft | None = None
) -> dict[str, Any]:
    """Return this composer, else that of a draft or an empty one, with what its template asks."""
    is_watched = is_only_watched(ticket)
    if composer is None and draft is not None:
        composer = Composer.of_draft(ticket, draft, may_answer=may_be_answered(ticket) and not is_watched)
    composer = composer or Composer.empty(ticket, is_only_watched=is_watched)
    return {
        "composer": composer,
        "copies": ReplyCopies.of(ticket, composer["cc"].value() or ""),
        "leaves_by_mail": leaves_by_mail(ticket),
        "may_be_answered": may_be_answered(ticket),
        "is_only_watched": is_watched,
    }
