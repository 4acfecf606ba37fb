"""The forms by which versions are published: read strictly, and doubted before they are believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext_lazy as _

from helpdesk.database.instant import database_now
from helpdesk.input.doubled_names import DoubledName, refuse_doubled_names
from helpdesk.input.typed_instant import refuse_unsayable
from helpdesk.input.visible_text import storable
from monitor.models import CalendarVersion, PolicyVersion
from monitor.promises import doubted_drafts, publication, versions
from monitor.promises.dated_form import DatedForm
from monitor.promises.hours import hours_spelling

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when they run
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


UNREADABLE = (RecursionError, ValueError)
"""What Python says of JSON that is nested too deeply, or has a number of thousands of digits."""


class LegibleJson(forms.JSONField):
    """JSON as people write it, line by line; of a name that stands twice nobody could say which is meant."""

    widget = forms.Textarea(attrs={"rows": 24, "cols": 90})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
            refuse_doubled_names(value if isinstance(value, str) else "null")
        except DoubledName as doubled:
            raise ValidationError(str(doubled)) from doubled
        except UNREADABLE as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not _is_storable(found):
            raise ValidationError(_("Half of a character or a NUL stands in it; neither can be kept."))
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show again what was typed, however little of it can be read."""
        try:
            found = super().bound_data(data, initial)
        except UNREADABLE:
            return InvalidJSONInput(data)
        return found if _is_storable(found) else InvalidJSONInput(data)


def _is_storable(value: Any) -> bool:
    """Tell whether a table can hold every text in it."""
    return all(storable(text) == text for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from value
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)


class MeantField(forms.Field):
    """Whether what is doubted is meant: hidden until something is, and true of those doubts alone."""

    widget: Any = forms.MultipleHiddenInput

    def ask(self, key: str) -> None:
        choice = (key, _("Yes, this is meant: publish it"))
        self.widget = forms.CheckboxSelectMultiple(choices=[choice])


class VersionForm(DatedForm, ModelForm):
    """What every version needs; `now` is read once, so that what was found good is published as it was found."""

    effective_at = forms.SplitDateTimeField(
        required=False,
        validators=[refuse_unsayable],
        label=_("Takes effect at"),
        help_text=_("Leave it empty for: now."),
        widget=AdminSplitDateTime(),
    )
    meant = MeantField(required=False, label="")
    doubted: ClassVar[str]
    """The field beside which doubts are said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now: datetime = database_now()

    def clean(self) -> dict[str, Any]:
        """Say what may not be meant, once the rest is right, and go on when it was."""
        if not self.errors and (doubts := self.find_doubts(self.cleaned_data["effective_at"] or self.now)):
            key = doubted_drafts.key_of(doubts)
            if key not in (self.cleaned_data.get("meant") or ()):
                self.fields["meant"].ask(key)  # type: ignore[attr-defined]  # declared above
                self.add_error(self.doubted, [ValidationError(doubt) for doubt in doubts])
        return self.cleaned_data

    def find_doubts(self, at: datetime) -> list[str]:
        raise NotImplementedError


class PolicyVersionForm(VersionForm):
    doubted = "rules"

    class Meta:
        model = PolicyVersion
        fields: ClassVar = ["policy", "position", "scope", "calendar", "effective_at", "rules", "retired"]
        field_classes: ClassVar = {"rules": LegibleJson}

    def clean_rules(self) -> Any:
        rules = self.cleaned_data["rules"]
        try:
            versions.check_rules(rules)
        except versions.BadVersion as bad:
            raise ValidationError(str(bad)) from bad
        return rules

    def clean(self) -> dict[str, Any]:
        """Refuse a calendar that has no hours yet."""
        calendar = self.cleaned_data.get("calendar")
        if calendar is not None and not calendar.versions.exists():
            self.add_error("calendar", _("This calendar has no version yet: give it its hours first."))
        return super().clean()

    def find_doubts(self, at: datetime) -> list[str]:
        said = ("policy", "position", "scope", "calendar", "rules", "retired")
        version = PolicyVersion(**{name: self.cleaned_data[name] for name in said})
        return publication.doubts_about_policy(version, at=at)


class CalendarVersionForm(VersionForm):
    doubted = "spec"

    class Meta:
        model = CalendarVersion
        fields: ClassVar = ["calendar", "effective_at", "spec"]
        field_classes: ClassVar = {"spec": LegibleJson}
        help_texts: ClassVar = {
            "spec": _(
                "23:59 and 23:59:59 as a closing time mean midnight, 24:00. A window that closes when or before it "
                "opens lasts into the next day, and belongs to the day on which it opens, for holidays too."
            )
        }

    def clean_spec(self) -> Any:
        spec = hours_spelling.until_midnight(self.cleaned_data["spec"])
        try:
            versions.check_hours(spec, now=self.now, may_never_open=True)
        except versions.BadVersion as bad:
            raise ValidationError(str(bad)) from bad
        return spec

    def find_doubts(self, at: datetime) -> list[str]:
        calendar, spec = self.cleaned_data["calendar"], self.cleaned_data["spec"]
        return publication.doubts_about_calendar(calendar, spec, at=at)
