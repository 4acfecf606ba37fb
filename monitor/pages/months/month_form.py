"""The form by which a month is closed: a note, and, where something speaks against it, that it is meant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import one_line
from monitor.models.months.reported_month import NOTE_LENGTH
from monitor.reports.months.month_report import MonthDoubts


class MonthForm(forms.Form):
    """What is said when a month is closed."""

    note = forms.CharField(
        label=_("Note"),
        help_text=_("Such as for which meeting. It stays beside the number as long as that does."),
        max_length=NOTE_LENGTH,
        required=False,
    )
    sure = forms.BooleanField(
        label=_("Close it all the same"),
        error_messages={"required": _("Something speaks against closing it now: tick that you mean it.")},
    )

    def __init__(self, *args: Any, doubts: MonthDoubts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not doubts.are_any:
            del self.fields["sure"]

    def clean_note(self) -> str:
        return one_line(self.cleaned_data["note"])
