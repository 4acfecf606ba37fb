"""The form of the first decision's hours: a week, and whether what is odd about it is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from monitor.pages.calendars.week_form import WeekForm, week_fields
from monitor.promises import doubted_drafts


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
        return doubted_drafts.are_meant(doubts, meant=self.cleaned_data["meant"])

    @property
    def key(self) -> str:
        """What tells these doubts from others."""
        return doubted_drafts.key_of(self.doubts)
