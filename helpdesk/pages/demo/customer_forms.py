"""The forms in which somebody writes as a customer of the demo."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from helpdesk.demo.post.customer_letter import CustomerLetter
from helpdesk.demo.post.customers_mail import ReceivedMail
from helpdesk.mail.composing.outgoing_mail import Correspondent
from helpdesk.mail.composing.reply_subject import reply_subject
from helpdesk.pages.ticket.written_text import WrittenText
from helpdesk.tickets.opening.draft import LONGEST_NAME, LONGEST_SUBJECT

LARGEST_FILE: Final = 4 * 1024 * 1024
"""Bytes."""
EXAMPLE: Final = "jon@customers.example"


class CustomerForm(forms.Form):
    """A mail of a customer; its token makes of a doubled send one."""

    name = forms.CharField(max_length=LONGEST_NAME, required=False, label=_("The customer's name"))
    address = forms.EmailField(
        max_length=254,
        label=_("Their e-mail"),
        widget=forms.EmailInput({"dir": "ltr", "autocomplete": "off"}),
    )
    subject = forms.CharField(max_length=LONGEST_SUBJECT, required=False, label=_("Subject"))
    text = WrittenText(rows=6, label=_("Message"))
    automatic = forms.BooleanField(required=False, label=_("A machine wrote it: out of office"))
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, answers: ReceivedMail | None = None) -> None:
        """A form for a first mail, or for an answer to one that was received, filled in as a program would."""
        super().__init__(data, initial={"token": uuid4(), **_filled_in(answers)})
        self.answers = answers
        if answers is None:
            del self.fields["automatic"]

    def letter(self) -> CustomerLetter:
        """Return what was written, once it is valid."""
        given = self.cleaned_data
        return CustomerLetter(
            name=given["token"].hex,
            sender=Correspondent(given["name"], given["address"]),
            subject=given["subject"],
            text=given["text"],
            answers=self.answers,
            automatic=given.get("automatic", False),
        )


def _filled_in(answers: ReceivedMail | None) -> dict[str, str]:
    if answers is None:
        return {"address": EXAMPLE}
    who = answers.receiver
    return {"name": who.name, "address": who.address, "subject": reply_subject(answers.letter.subject)}


class MailFileForm(forms.Form):
    """A mail that somebody has in a file."""

    file = forms.FileField(
        label=_("A mail in a file (.eml)"), widget=forms.FileInput({"accept": ".eml,message/rfc822"})
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            told = _("The file has %(size)s, and a mail may have %(most)s here.")
            sizes = {"size": filesizeformat(file.size), "most": filesizeformat(LARGEST_FILE)}
            raise ValidationError(told, params=sizes)
        return file
