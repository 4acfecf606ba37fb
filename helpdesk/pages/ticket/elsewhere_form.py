"""Taking down an answer that was given by phone, in person or in a chat."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.input.typed_instant import refuse_unsayable
from helpdesk.models import Draft, Way
from helpdesk.pages.drafts.draft_form import initial_of
from helpdesk.pages.ticket.files_to_send import FormWithFiles
from helpdesk.pages.ticket.written_text import SentOnce, WrittenText


class ElsewhereForm(FormWithFiles, SentOnce):
    """By which way it was answered, when, what was said, and whether that only held off, or was the end of it."""

    way = forms.ChoiceField(choices=Way.told, label=_("How"))
    answered_at = forms.DateTimeField(
        required=False,
        label=_("When, if not just now"),
        validators=[refuse_unsayable],
        widget=forms.DateTimeInput({"type": "datetime-local"}),
    )
    body = WrittenText(rows=3, label=_("What was said"))
    holding = forms.BooleanField(required=False, label=_("Only a holding reply"))
    resolves = forms.BooleanField(required=False, label=_("That settled it: resolve the ticket"))

    def __init__(self, data: Any = None, *, draft: Draft | None = None) -> None:
        """A form with a token of its own, by which a doubled send is known as one; or what was being written."""
        initial = initial_of(draft, type(self)) if draft else {"token": uuid4()}
        super().__init__(data, prefix="elsewhere", initial=initial)
        if draft:
            self.show_files_of(draft)
