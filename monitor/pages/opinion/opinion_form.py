"""The form that a second opinion begins with: an export, which tickets of it, and what counts in it."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from monitor.models import Calendar, ForeignVendor

DAYS: Final = 90
MOST_DAYS: Final = 3650
MOST_ROBOTS: Final = 200
LARGEST_ID: Final = 2**63


class OpinionForm(forms.Form):
    """What counts in an opinion, wherever it comes from."""

    days = forms.IntegerField(
        label=_("Tickets made within so many days"), min_value=1, max_value=MOST_DAYS, initial=DAYS
    )
    calendar = forms.ModelChoiceField(
        label=_("Hours that count as open"),
        queryset=Calendar.objects.order_by("name"),
        required=False,
        empty_label=_("all: nights and weekends too"),
    )
    robots = forms.CharField(
        label=_("Users who are programs"),
        required=False,
        max_length=4000,
        help_text=_("Their numbers there, with blanks between. What they answer is no answer by a person."),
        widget=forms.TextInput({"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_robots(self) -> list[int]:
        words = self.cleaned_data["robots"].replace(",", " ").split()
        if len(words) > MOST_ROBOTS:
            raise ValidationError(_("At most %(most)d users."), params={"most": MOST_ROBOTS})
        for word in words:
            if not (word.isascii() and word.isdecimal() and len(word) < 20 and int(word) < LARGEST_ID):
                raise ValidationError(_("“%(word)s” is no number of a user."), params={"word": word})
        return [int(word) for word in words]


class ExportForm(OpinionForm):
    """An export, and how it is to be read."""

    vendor = forms.ChoiceField(
        label=_("Helpdesk"), choices=ForeignVendor.choices, initial=ForeignVendor.ZENDESK
    )
    file = forms.FileField(
        label=_("Export"),
        help_text=_(
            "Plain, gzip or zip. Of Zendesk its JSON export; of Freshdesk and Gorgias what their API answers for each "
            "ticket with all that was said on it, one a line. Larger ones: manage.py opinion."
        ),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.FILES_MAX_SIZE:
            told = _("The file has %(size)s, and may have %(most)s here: use manage.py opinion.")
            sizes = {"size": filesizeformat(file.size), "most": filesizeformat(settings.FILES_MAX_SIZE)}
            raise ValidationError(told, params=sizes)
        return file
