"""Asking somebody outside: whom, what, and which messages and files go along."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.recipients import MailRecipients, Recipient, recipients
from helpdesk.mail.addressing.typed_addresses import LONGEST_TYPED, typed_recipients
from helpdesk.pages.ticket.written_text import WrittenText
from helpdesk.refusal import Refused


class ChosenNumbers(forms.MultipleChoiceField):
    """The numbers of what was ticked on the page; whether they are this ticket's is asked where they are used."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]  # they are numbers, and not texts
        return [int(each) for each in super().to_python(value) if each.isdecimal() and len(each) < 19]

    def validate(self, value: Any) -> None:
        """Any number may be ticked."""


class InquiryForm(forms.Form):
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
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="inquiry", initial={"token": uuid4()})

    def clean_to(self) -> MailRecipients:
        """Read who is asked: the first is, others get a copy."""
        try:
            return recipients(*_first_and_others(typed_recipients(self.cleaned_data["to"])))
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None

    def renew_token(self) -> None:
        """Let what is typed now be another letter than the one that was sent with it before."""
        given = QueryDict(mutable=True)
        given.update(self.data)
        given[self.add_prefix("token")] = str(uuid4())
        self.data = given

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
