"""What a form sends in order to be kept, not to be sent; and what it is filled with when it is shown again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.drafts.draft_saving import DraftText, PageSaving
from helpdesk.input.id_text import read_number
from helpdesk.input.visible_text import calm
from helpdesk.models import Draft, DraftKind
from helpdesk.refusal import Refused
from helpdesk.tickets.opening.draft import LONGEST_BODY

PREFIXES: Final = {DraftKind.ELSEWHERE: "elsewhere-", DraftKind.INQUIRY: "inquiry-"}
"""What the fields of a form begin with that is not alone on its page."""

LONGEST_FIELDS: Final = 50_000
"""Characters of all fields of a form but its text."""

_NOT_WRITTEN: Final = ("csrfmiddlewaretoken", "seen_seq", "attachments", "files")


class TooLongToKeep(Refused):
    """More was typed than is kept, or than can be sent."""

    code = "too-long-to-keep"
    status = 413
    sentence = _("This is too long to be kept here: it stays in this tab alone.")


class NotAsSaved(Refused):
    """What came is not what a form of ours sends when it is saved."""

    code = "not-as-saved"
    sentence = _("This could not be kept here: it stays in this tab alone.")


class SavingForm(forms.Form):
    """Which page saves, the how manieth time, and what it knows."""

    page = forms.UUIDField()
    nth = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 2)
    after = forms.UUIDField(required=False)
    after_nth = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    token = forms.UUIDField()

    def __init__(self, posted: QueryDict, *, kind: DraftKind) -> None:
        named = {name: posted.get(f"draft-{name}", "") for name in self.base_fields}
        super().__init__(named | {"token": posted.get(f"{prefix_of(kind)}token", "")})

    @property
    def saving(self) -> PageSaving:
        given = {name: value for name, value in self.cleaned_data.items() if name != "token"}
        return PageSaving(**given | {"after_nth": given["after_nth"] or 0})


def prefix_of(kind: str) -> str:
    return PREFIXES.get(DraftKind(kind), "")


def text_of(posted: QueryDict, form: SavingForm, *, kind: DraftKind) -> DraftText:
    """Return what stands in the form. Raises `NotAsSaved` and `TooLongToKeep`."""
    if not form.is_valid():
        raise NotAsSaved
    prefix = prefix_of(kind)
    body = calm(posted.get(f"{prefix}body", "").replace("\r\n", "\n"))
    fields = dict(_fields(posted, prefix))
    if len(body) > 2 * LONGEST_BODY or _size(fields) > LONGEST_FIELDS:
        raise TooLongToKeep
    files = [number for text in posted.getlist("attachments") if (number := read_number(text))]
    return DraftText(body=body, token=form.cleaned_data["token"], fields=fields, files=files)


def _fields(posted: QueryDict, prefix: str) -> Iterator[tuple[str, list[str]]]:
    beside = {f"{prefix}body", f"{prefix}token", *_NOT_WRITTEN}
    for name, values in posted.lists():
        if name not in beside and not name.startswith("draft-"):
            yield name.removeprefix(prefix), [calm(str(value)) for value in values]


def _size(fields: Mapping[str, list[str]]) -> int:
    return sum(len(name) + sum(map(len, values)) for name, values in fields.items())


def initial_of(draft: Draft, form: type[forms.Form]) -> dict[str, Any]:
    """Return what a form is filled with that shows a draft again: as it stood, also where that could not be sent."""
    return dict(_values(draft, form)) | {"body": draft.body, "token": draft.token}


def _values(draft: Draft, form: type[forms.Form]) -> Iterator[tuple[str, Any]]:
    for name, values in draft.fields.items():
        field = form.base_fields.get(name)
        if isinstance(field, forms.MultipleChoiceField):
            yield name, values
        elif isinstance(field, forms.BooleanField):
            yield name, bool(values)
        elif field is not None:
            yield name, values[-1] if values else ""
