"""What is said of the broken promises that are ticked: a cause, or that they are excused, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.input.id_text import read_number
from monitor.excusals.breach_labels import PromiseKey
from monitor.models import METRIC_LABELS, ListedCause
from monitor.models.excusals.cause import LONGEST_WORDS
from monitor.models.excusals.excusal import LONGEST_REASON

MOST_AT_ONCE = 200


class BrokenForm(forms.Form):
    """A cause of the list or in own words; a reason, from whoever may excuse."""

    cause = forms.ModelChoiceField(
        label=_("Cause"),
        queryset=ListedCause.objects.none(),
        required=False,
        empty_label=_("choose one"),
        widget=forms.Select({"data-key": "b", "data-does": _("Of those that are ticked")}),
    )
    words = forms.CharField(
        label=_("or in your own words"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why it is excused"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cause = self.fields["cause"]
        assert isinstance(cause, forms.ModelChoiceField)  # noqa: S101  # for the types
        cause.queryset = ListedCause.objects.offered().by_name()


def told_key(key: PromiseKey) -> str:
    """Return how a form names a promise."""
    return ".".join(map(str, key))


def read_keys(told: list[str]) -> list[PromiseKey]:
    """Read which promises are ticked, at most so many; what names none is left out."""
    return [key for text in told[:MOST_AT_ONCE] if (key := _read_key(text))]


def _read_key(text: str) -> PromiseKey | None:
    parts = text.split(".")
    if len(parts) != 3 or parts[1] not in METRIC_LABELS:
        return None
    ticket, seq = read_number(parts[0]), read_number(parts[2])
    return None if ticket is None or seq is None or seq > 2**31 - 1 else (ticket, parts[1], seq)
