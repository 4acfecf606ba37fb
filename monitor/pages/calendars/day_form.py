"""The forms for dates: holidays, and days with hours of their own, each with its name and where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.input.visible_text import one_line
from monitor.promises.hours import hours_spelling
from monitor.promises.hours.day_notes import LONGEST, DayNote, note_of

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when they run
    DayFormSet = forms.BaseFormSet["DayForm"]
else:
    DayFormSet = forms.BaseFormSet

HOLIDAY, SPECIAL = "holiday", "special"
MOST_DAYS: Final = 2_000
"""Dates of one place: a century of holidays."""
_NEXT_DAY: Final = "+"
"""Before a closing time: of the next day. It need be written only where both times are the same."""
_WINDOW: Final = re.compile(
    r"(?P<opens>([01]?\d|2[0-3]):[0-5]\d)\s*[-–—]\s*(?P<next>\+?)(?P<closes>([01]?\d|2[0-3]):[0-5]\d|24:00)"
)


class DayForm(forms.Form):
    """A date: a holiday, closed, or a day with hours of its own, which may be none."""

    day = forms.DateField(
        label=gettext_lazy("Date"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[(HOLIDAY, gettext_lazy("holiday: closed")), (SPECIAL, gettext_lazy("other hours"))],
    )
    windows = forms.CharField(label=gettext_lazy("Hours"), required=False, max_length=1000)
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=LONGEST)
    source = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.visible_fields():
            bound.field.widget.attrs["aria-label"] = bound.label
        self.fields["windows"].widget.attrs["placeholder"] = "09:00–12:00, 13:00–17:00"

    def clean_name(self) -> str:
        return one_line(str(self.cleaned_data["name"]))

    def clean_windows(self) -> list[list[str]]:
        """Return the windows that were written, or say which of them cannot be read."""
        return read_windows(str(self.cleaned_data["windows"]))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("kind") == HOLIDAY and given.get("windows"):
            self.add_error("windows", _("A holiday is closed. For hours, choose “other hours”."))
        return given

    def has_changed(self) -> bool:
        """Whether anything was typed: a row that was added and left empty is none."""
        return bool({"day", "windows", "name"} & set(self.changed_data))

    @property
    def shown_day(self) -> str:
        """The date as it stands in the field, however little of it can be read."""
        return str(self["day"].value() or "")

    @property
    def shown_source(self) -> str:
        return str(self["source"].value() or "")


class BaseDays(DayFormSet):
    """The dates of one place; none may stand twice as the same kind."""

    def clean(self) -> None:
        seen: set[tuple[date, str]] = set()
        for form in self.kept():
            place = (form.cleaned_data.get("day"), form.cleaned_data.get("kind", ""))
            if place[0] and place in seen:
                form.add_error("day", _("%s stands there twice.") % place[0])
            elif place[0]:
                seen.add((place[0], place[1]))

    def kept(self) -> Iterator[DayForm]:
        """Yield the dates that are not taken out."""
        yield from (form for form in self.forms if not form.cleaned_data.get("DELETE"))

    def spec(self) -> dict[str, Any]:
        """Return the dates as a place's specification has them."""
        rows = sorted((form.cleaned_data for form in self.kept() if form.cleaned_data), key=_by_date)
        holidays = [f"{row['day']}" for row in rows if row["kind"] == HOLIDAY]
        special = {f"{row['day']}": row["windows"] for row in rows if row["kind"] == SPECIAL}
        notes = {f"{row['day']}": DayNote(row["name"], row["source"]).written() for row in rows}
        told = {"holidays": holidays, "date_overrides": special}
        return {name: days for name, days in (told | {"notes": _some(notes)}).items() if days}


Days = forms.formset_factory(
    DayForm, formset=BaseDays, extra=0, can_delete=True, max_num=MOST_DAYS, absolute_max=MOST_DAYS
)


def day_rows(part: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the dates of one place's hours as rows of the form, in their order."""
    holidays = [_row(part, str(day), HOLIDAY) for day in part.get("holidays") or ()]
    overrides = (part.get("date_overrides") or {}).items()
    special = [_row(part, day, SPECIAL, windows_text(windows)) for day, windows in overrides]
    return sorted([*holidays, *special], key=lambda row: (row["day"], row["kind"]))


def windows_text(windows: Any) -> str:
    """Write the windows of a date as `read_windows` reads them."""
    return ", ".join(
        f"{opens}–{_NEXT_DAY if opens == closes != '00:00' else ''}{_end(opens, closes)}"
        for opens, closes in windows
    )


def read_windows(text: str) -> list[list[str]]:
    """Read "09:00–12:00, 13:00–17:00"; nothing is closed. Raises `ValidationError`."""
    return sorted(_read_window(piece.strip()) for piece in re.split("[,;،]", text) if piece.strip())


def _read_window(piece: str) -> list[str]:
    found = _WINDOW.fullmatch(piece)
    if found is None:
        raise ValidationError(_("“%s” are no hours: write them like 09:00–12:00, 13:00–17:00.") % piece)
    opens, closes = found["opens"].zfill(5), found["closes"].zfill(5)
    if closes in hours_spelling.ALMOST_MIDNIGHT:
        raise ValidationError(_("%s: was midnight meant, the end of the day? Then write 24:00.") % piece)
    if opens == closes and not found["next"]:
        told = _("%s: closed, or all day? Leave it empty, or write 00:00–24:00.")
        raise ValidationError(told % piece)
    return [opens, _end(opens, closes)]


def _end(opens: str, closes: str) -> str:
    return hours_spelling.MIDNIGHT if closes in {"00:00", *hours_spelling.ALMOST_MIDNIGHT} else closes


def _row(part: Mapping[str, Any], day: str, kind: str, windows: str = "") -> dict[str, str]:
    return {"day": day, "kind": kind, "windows": windows, **note_of(part, day)._asdict()}


def _by_date(row: Mapping[str, Any]) -> date:
    found: date = row["day"]
    return found


def _some(notes: Mapping[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {day: note for day, note in notes.items() if note}
