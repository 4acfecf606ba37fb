"""What is asked of every version that is to be published: for whom, from when on, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.input.typed_instant import refuse_unsayable
from monitor.models import VersionScope
from monitor.models.calendar import WHY_AT_MOST
from monitor.promises.dated_form import DatedForm

LOCAL = "%Y-%m-%dT%H:%M"
"""How a browser writes a local date and time."""


class TermsForm(DatedForm, forms.Form):
    """For whom a version is, when it takes effect, and why; `now` is the page's."""

    scope = forms.ChoiceField(
        label=_("For"),
        widget=forms.RadioSelect,
        choices=[
            (VersionScope.NEW, _("new tickets: what runs keeps what it was promised")),
            (VersionScope.NEW_AND_OPEN, _("new and open tickets: what runs is due by the new targets too")),
        ],
        initial=VersionScope.NEW,
    )
    effective_at = forms.DateTimeField(
        label=_("Takes effect at"),
        validators=[refuse_unsayable],
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=LOCAL),
        help_text=_("Empty: as soon as it is published."),
    )
    why = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=WHY_AT_MOST,
        help_text=_("Stands beside this version for whoever asks later."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def terms(self) -> dict[str, Any]:
        """Return what was said, as a draft names it."""
        return {name: self.cleaned_data[name] for name in ("scope", "effective_at", "why", "seen")}
