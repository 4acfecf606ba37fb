"""The language and the time zone that an admin gives to a store or a person: refused where there are none such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from helpdesk.input import zone_name
from helpdesk.tickets.opening.draft import is_locale

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when they run
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class PlaceForm(ModelForm):
    """A form of what has a language and a time zone, where it shows them."""

    def clean_locale(self) -> str:
        locale: str = self.cleaned_data["locale"]
        if not is_locale(locale):
            raise ValidationError(_("This is not a language tag, such as en-GB."))
        return locale

    def clean_timezone(self) -> str:
        zone: str = self.cleaned_data["timezone"]
        if zone not in zone_name.known():
            raise ValidationError(_("This is not a time zone of the IANA database, such as Europe/Berlin."))
        return zone
