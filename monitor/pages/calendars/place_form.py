"""One place of a calendar in the editor: its week, its dates, and which holidays or file to add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from monitor.pages.calendars.day_form import DayForm, Days, day_rows
from monitor.pages.calendars.week_form import WeekForm, week_fields
from monitor.promises.hours import public_holidays

COUNTED: Final = "days-TOTAL_FORMS"
ROW: Final = ("day", "kind", "windows", "name", "source")


class PickForm(forms.Form):
    """Which country's holidays to add, of which region and year."""

    country = forms.ChoiceField(label=_("Country"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(
        self, *args: Any, countries: list[tuple[str, str]], years: range, wanted: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial["year"] = self.initial.get("year") or str(wanted)
        regions = public_holidays.regions(str(self["country"].value() or ""))
        offered: dict[str, list[tuple[str, Any]]] = {
            "country": [("", _("choose one")), *countries],
            "region": [("", _("the whole country")), *regions],
            "year": [(str(year), str(year)) for year in years],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the types
            field.choices = choices
        self.has_regions = bool(regions)


class CalendarPlace:
    """The forms of one place, under names that begin with its number; bound where what was typed is to be checked."""

    def __init__(
        self,
        number: int,
        typed: Mapping[str, str],
        *,
        known: Mapping[str, Any],
        check: bool,
        **picking: Any,
    ) -> None:
        self.number, self.prefix = number, f"p{number}"
        data = typed if check else None
        self.week = WeekForm(data, shown=typed, known=known, prefix=self.prefix)
        zone = forms.TextInput({"list": "zones", "dir": "ltr", "autocomplete": "off"})
        self.week.fields["timezone"].widget = zone  # one list for all places: each would weigh 36 kB
        rows = list(rows_of(number, typed))
        self.days: Any = Days(data, initial=rows, prefix=f"{self.prefix}-days")
        begins = {name: typed.get(f"{self.prefix}-pick-{name}") for name in ("country", "region", "year")}
        if not any(row["day"].startswith(str(picking["years"].start)) for row in rows):
            picking["wanted"] = picking["years"].start  # a list of next year alone would leave this one out
        self.pick = PickForm(initial=begins, prefix=f"{self.prefix}-pick", **picking)
        self.is_left_out = bool(typed.get(f"{self.prefix}-left_out"))

    def is_valid(self) -> bool:
        return bool(all([self.week.is_valid(), self.days.is_valid()]))

    def spec(self) -> dict[str, Any]:
        """Return the hours of this place, once they are found good."""
        told: dict[str, Any] = {
            "timezone": self.week.cleaned_data["timezone"],
            "weekly": dict(self.week.weekly()),
        }
        told |= self.days.spec()
        return told

    def years(self) -> Iterator[tuple[str, list[DayForm]]]:
        """The dates by year, those without one that can be read last."""
        rows = sorted(self.days.forms, key=lambda form: form.shown_day or "9999-99-99")
        for year, some in groupby(rows, key=lambda form: form.shown_day[:4]):
            yield year, list(some)


def place_fields(number: int, part: Mapping[str, Any]) -> dict[str, str]:
    """Return one place's hours as its forms would send them."""
    week = {f"p{number}-{name}": value for name, value in week_fields(part).items()}
    return week | written_rows(number, day_rows(part))


def rows_of(number: int, typed: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield the dates that were typed, as they were, but for those that are taken out."""
    told = typed.get(f"p{number}-{COUNTED}") or "0"
    for index in range(min(int(told), Days.absolute_max) if told.isdecimal() and len(told) < 6 else 0):
        begins = f"p{number}-days-{index}-"
        if not typed.get(f"{begins}DELETE"):
            yield {name: typed.get(f"{begins}{name}") or "" for name in ROW}


def written_rows(number: int, rows: list[dict[str, str]]) -> dict[str, str]:
    """Return rows as the form would send them."""
    told = {f"p{number}-{COUNTED}": str(len(rows)), f"p{number}-days-INITIAL_FORMS": "0"}
    for index, row in enumerate(rows):
        told |= {f"p{number}-days-{index}-{name}": value for name, value in row.items()}
    return told
