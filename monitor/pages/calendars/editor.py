"""The editor of a calendar: what is typed, as it was, and what may be added to it without losing any of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.input.typed_instant import refuse_unsayable
from helpdesk.input.visible_line import refuse_invisible
from helpdesk.input.visible_text import one_line
from helpdesk.models.alike_names import namesake
from monitor.models import Calendar
from monitor.pages.calendars.place_form import CalendarPlace, place_fields
from monitor.promises.dated_form import DatedForm
from monitor.promises.draft import CalendarDraft
from monitor.promises.hours import public_holidays
from monitor.promises.hours.hours_spelling import parts_of
from monitor.promises.hours.missing_holidays import FROM_MONTH

MOST_PLACES: Final = 12
LOCAL: Final = "%Y-%m-%dT%H:%M"


class BeginningForm(DatedForm, forms.Form):
    """From when on the hours count, and the name of a calendar that is new."""

    name = forms.CharField(label=_("Name"), max_length=200)
    effective_at = forms.DateTimeField(
        label=_("Takes effect at"),
        validators=[refuse_unsayable],
        required=False,
        help_text=_("Leave it empty for: once it is published."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=LOCAL),
        input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"],
    )

    def __init__(self, *args: Any, calendar: Calendar | None, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        if calendar:
            del self.fields["name"]

    def clean_name(self) -> str:
        """Refuse a name that nobody could tell from another calendar's."""
        name = one_line(str(self.cleaned_data["name"]))
        refuse_invisible(name)
        if namesake(Calendar.objects.all(), name):
            raise ValidationError(_("There is a calendar of this name already."))
        return name


class CalendarEditor:
    """All forms of the page. They are made of what was `typed`, and complain only where they are to `check` it."""

    def __init__(
        self,
        typed: Mapping[str, str],
        *,
        calendar: Calendar | None,
        known: Mapping[str, Any],
        now: datetime,
        check: bool = False,
    ) -> None:
        self.typed, self.calendar, self.check = typed, calendar, check
        initial = {name: typed.get(name) for name in ("name", "effective_at")}
        self.beginning = BeginningForm(typed if check else None, initial=initial, calendar=calendar, now=now)
        self.seen = typed.get("seen") or ""
        picking = {
            "countries": self._countries,
            "years": range(now.year, now.year + 4),
            "wanted": wanted_year(now),
        }
        parts = dict(enumerate(parts_of(known)))
        self.places = [
            CalendarPlace(number, typed, known=parts.get(number, {}), check=check, **picking)
            for number in range(place_count(typed))
        ]

    def is_valid(self) -> bool:
        """Whether all that was typed can be read, and is one thing alone."""
        return bool(all([self.beginning.is_valid(), *(place.is_valid() for place in self.kept), self.kept]))

    @property
    def kept(self) -> list[CalendarPlace]:
        """The places that are not left out."""
        return [place for place in self.places if not place.is_left_out]

    @property
    def draft(self) -> CalendarDraft:
        """Return what was typed as a version to be, once it is found good."""
        parts = [place.spec() for place in self.kept]
        return CalendarDraft(
            calendar=self.calendar.pk if self.calendar else None,
            name=self.calendar.name if self.calendar else self.beginning.cleaned_data["name"],
            spec=parts[0] if len(parts) == 1 else {"any_of": parts},
            effective_at=self.beginning.cleaned_data["effective_at"],
            seen=int(self.seen) if self.seen.isdecimal() and len(self.seen) < 9 else None,
        )

    @cached_property
    def _countries(self) -> list[tuple[str, str]]:
        return public_holidays.countries(cldr_locale(get_language()))


def wanted_year(now: datetime) -> int:
    """Return the year whose holidays somebody looks for now."""
    return now.year + (now.month >= FROM_MONTH)


def place_count(typed: Mapping[str, str]) -> int:
    """Return how many places were typed: one at least."""
    told = typed.get("places") or "1"
    return max(1, min(int(told), MOST_PLACES)) if told.isdecimal() and len(told) < 4 else 1


def written(spec: Mapping[str, Any], *, seen: int, **beginning: str) -> dict[str, str]:
    """Return hours as the editor would send them; `seen` is the newest version's number."""
    parts: Iterable[Mapping[str, Any]] = parts_of(spec) or [{}]
    told = {
        name: value for number, part in enumerate(parts) for name, value in place_fields(number, part).items()
    }
    return told | {"places": str(len(list(parts))), "seen": str(seen)} | beginning
