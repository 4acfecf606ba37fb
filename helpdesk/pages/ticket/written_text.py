"""What somebody writes into a form of a ticket: kept as it will be stored, and sent once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import calm, is_visible
from helpdesk.tickets.opening.draft import LONGEST_BODY

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class SentOnce(forms.Form):
    """A form that has a token: by it a doubled send is known as one."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    def renew_token(self) -> None:
        """Let what is typed now be something else than what was sent with the token before."""
        given = QueryDict(mutable=True)
        given.update(self.data)
        given[self.add_prefix("token")] = str(uuid4())
        self.data = given


class WrittenText(forms.CharField):
    """A text with something to see in it, which has the length that the browser counted: a line's end is one."""

    def __init__(self, *, rows: int, label: str | _StrPromise | None = None) -> None:
        super().__init__(
            max_length=LONGEST_BODY,
            strip=False,
            label=label,
            widget=forms.Textarea({"rows": rows, "dir": "auto"}),
            error_messages={"required": _("Write something first.")},
        )

    def to_python(self, value: Any) -> str:
        return calm(str(super().to_python(value)).replace("\r\n", "\n"))

    def validate(self, value: Any) -> None:
        if not is_visible(value):
            raise ValidationError(self.error_messages["required"], code="required")
