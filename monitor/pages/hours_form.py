"""The form of the first decision's hours: a week, and whether what is odd about it is meant."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from django import forms

from monitor.pages.calendars.week_form import WeekForm, week_fields


class HoursForm(WeekForm):
    """When somebody is there to answer. `hours` is what is in force; each day has room for a window more."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    meant = forms.CharField(required=False, max_length=40)

    def __init__(self, *args: Any, hours: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, shown=week_fields(hours), known=hours, spare=1, **kwargs)
        self.doubts: list[str] = []

    def are_meant(self, doubts: list[str]) -> bool:
        """Whether whoever saves has read these doubts, and no others; keeps them for the page."""
        self.doubts = doubts
        return not doubts or self.cleaned_data["meant"] == self.key

    @property
    def key(self) -> str:
        """What tells these doubts from others."""
        return key_of(self.doubts)


def key_of(doubts: list[str]) -> str:
    """Return what tells doubts from others, for whoever says that they have read them."""
    return blake2b("\n".join(doubts).encode(), digest_size=16).hexdigest()
