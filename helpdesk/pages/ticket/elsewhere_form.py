"""Taking down an answer that was given by phone, in person or in a chat."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Way


class ElsewhereForm(forms.Form):
    """By which way it was answered, when, what was said, and whether that was the end of it."""

    way = forms.ChoiceField(choices=Way.choices, label=_("How"))
    answered_at = forms.DateTimeField(
        required=False,
        label=_("When, if not just now"),
        widget=forms.DateTimeInput({"type": "datetime-local"}),
    )
    body = forms.CharField(
        max_length=100_000,
        label=_("What was said"),
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )
    resolves = forms.BooleanField(required=False, label=_("That settled it: resolve the ticket"))
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        """A form with a token of its own, by which a doubled send is known as one."""
        super().__init__(data, prefix="elsewhere", initial={"token": uuid4()})
