"""Asking somebody outside: whom, what, and which messages and files go along."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.recipients import MailRecipients, Recipient, recipients
from helpdesk.input.id_text import read_number
from helpdesk.mail.addressing.typed_addresses import LONGEST_TYPED, typed_recipients
from helpdesk.models import Draft
from helpdesk.pages.drafts.draft_form import initial_of
from helpdesk.pages.ticket.files_to_send import FormWithFiles
from helpdesk.pages.ticket.written_text import SentOnce, WrittenText
from helpdesk.refusal import Refused


class ChosenNumbers(forms.MultipleChoiceField):
    """The numbers of what was ticked on the page; whether they are this ticket's is asked where they are used."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]  # they are numbers, and not texts
        return [number for each in super().to_python(value) if (number := read_number(each)) is not None]

    def validate(self, value: Any) -> None:
        """Any number may be ticked."""


class InquiryForm(FormWithFiles, SentOnce):
    """Whom somebody asks outside, and what goes along. A doubled send is known by its token."""

    to = forms.CharField(
        max_length=LONGEST_TYPED,
        label=_("Whom you ask"),
        help_text=_("An address, such as “DHL <help@dhl.example>”. The customer is not told."),
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off", "inputmode": "email"}),
        error_messages={"required": _("Say whom you want to ask.")},
    )
    body = WrittenText(rows=4, label=_("What you ask"))
    chosen_messages = ChosenNumbers(required=False)
    chosen_files = ChosenNumbers(required=False)

    def __init__(self, data: Any = None, *, draft: Draft | None = None) -> None:
        initial = initial_of(draft, type(self)) if draft else {"token": uuid4()}
        super().__init__(data, prefix="inquiry", initial=initial)
        if draft:
            self.show_files_of(draft)

    def clean_to(self) -> MailRecipients:
        """Read who is asked: the first is, others get a copy."""
        try:
            return recipients(*_first_and_others(typed_recipients(self.cleaned_data["to"])))
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None

    @property
    def ticked_messages(self) -> list[str]:
        """Which stay ticked when the form comes back."""
        return self["chosen_messages"].value() or []

    @property
    def ticked_files(self) -> list[str]:
        """Which stay ticked when the form comes back."""
        return self["chosen_files"].value() or []


def _first_and_others(people: list[Recipient]) -> tuple[Recipient, list[Recipient]]:
    if not people:
        raise forms.ValidationError(_("Say whom you want to ask."))
    return people[0], people[1:]
