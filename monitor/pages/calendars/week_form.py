"""The form for the hours of a week: as many windows a day as there are, room for more, and a break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.pages.frame.viewer import zones
from monitor.promises.first_decisions import Week
from monitor.promises.hours import breaks, hours_spelling
from monitor.promises.hours.hours_words import DAYS

ENDS: Final = {"opens": _("opens"), "closes": _("closes")}
BREAK: Final = {"break_from": _("break begins"), "break_to": _("break ends")}
CLOSED, ALL_DAY, DAY_LONG, UNTIL_MIDNIGHT, EARLIER = "closed", "all_day", "day_long", "midnight", "earlier"
_PAIR: Final = re.compile(r"(?P<day>[a-z]{3})_(?:opens|closes)_(?P<number>[2-9]|[1-9]\d)")
_NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class DayFields:
    """What the page shows of a day: its name, the fields of each window, and those of a break."""

    key: str
    name: Promise | str
    windows: list[tuple[BoundField, BoundField, BoundField | None]]
    begins: BoundField
    ends: BoundField

    @property
    def errors(self) -> list[str]:
        return [str(error) for bound in (self.begins, self.ends) for error in bound.errors]


def week_fields(hours: Mapping[str, Any]) -> dict[str, str]:
    """Return one place's hours as the form would send them."""
    told = {"timezone": str(hours.get("timezone") or "")}
    for day, windows in (hours.get("weekly") or {}).items():
        for number, (opens, closes) in enumerate(windows, start=1):
            told[field_name(day, "opens", number)] = opens
            told[field_name(day, "closes", number)] = closes.replace(hours_spelling.MIDNIGHT, "00:00")
            if meant := _meaning(opens, closes):
                told[field_name(day, "means", number)] = meant
    return told


def field_name(day: str, end: str, number: int) -> str:
    """Return the name of a field of a day's n-th window."""
    return f"{day}_{end}" if number == 1 else f"{day}_{end}_{number}"


class WeekForm(forms.Form):
    """When somebody is there to answer. `shown` is what the fields begin with; a day without times has no people.

    `known` are hours that are stored: what is odd about them is not refused.
    """

    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    def __init__(
        self,
        *args: Any,
        shown: Mapping[str, Any] = _NOTHING,
        known: Mapping[str, Any] = _NOTHING,
        spare: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.shown = known, self.data or shown
        self.initial.setdefault("timezone", self._shown("timezone"))
        for day in DAYS:
            for number in range(1, self._rooms(day, spare) + 1):
                self._add_window(day, number)
            for end, word in BREAK.items():
                self._add_time(f"{day}_{end}", _("%(day)s, %(end)s") % {"day": DAYS[day], "end": word})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for day, name in DAYS.items():
            for number in self._numbers(day):
                opens, closes = (given.get(field_name(day, end, number)) for end in ENDS)
                if (opens is None) != (closes is None):
                    self.add_error(
                        field_name(day, "opens", number), _("%s needs both times, or none.") % name
                    )
            self._ask_what_is_meant(day)
            self._refuse_slips(day)
        return given

    def weekly(self) -> Week:
        """The windows as the calendar reads them; what closes at midnight, or just before it, closes at 24:00."""
        return {day: windows for day in DAYS if (windows := self._windows(day))}

    def days(self) -> Iterator[DayFields]:
        """What the page shows of each day."""
        for day, name in DAYS.items():
            windows = [self._bound(day, number) for number in self._numbers(day)]
            yield DayFields(day, name, windows, self[f"{day}_break_from"], self[f"{day}_break_to"])

    def _rooms(self, day: str, spare: int) -> int:
        """Return how many windows a day has room for: those that are shown, and `spare` more."""
        sent = (_PAIR.fullmatch(name.removeprefix(self.add_prefix(""))) for name in self.shown)
        numbers = [int(pair["number"]) for pair in sent if pair and pair["day"] == day]
        first = 1 if self._shown(f"{day}_opens") else 0
        asked = max([first, *numbers])
        return max(asked if self.is_bound else asked + spare, 1)

    def _shown(self, name: str) -> str:
        return str(self.shown.get(self.add_prefix(name)) or "")

    def _add_window(self, day: str, number: int) -> None:
        for end, word in ENDS.items():
            facts = {"day": DAYS[day], "number": number, "end": word}
            name = (_("%(day)s, window %(number)d, %(end)s") if number > 1 else _("%(day)s, %(end)s")) % facts
            self._add_time(field_name(day, end, number), name)
        opens, closes = (self._shown(field_name(day, end, number))[:5] for end in ENDS)
        if choices := _choices(opens, closes):
            told = _("%(day)s, %(opens)s to %(closes)s") % {
                "day": DAYS[day],
                "opens": opens,
                "closes": closes,
            }
            means = field_name(day, "means", number)
            widget = forms.Select({"aria-label": told})
            self.fields[means] = forms.ChoiceField(choices=choices, required=False, widget=widget)
            self.initial.setdefault(means, self._shown(means))

    def _add_time(self, name: str, label: str) -> None:
        widget = forms.TimeInput({"type": "time", "aria-label": label}, format="%H:%M")
        self.fields[name] = forms.TimeField(required=False, widget=widget)
        self.initial.setdefault(name, self._shown(name))

    def _ask_what_is_meant(self, day: str) -> None:
        """Refuse what can be read in two ways until one of them was chosen."""
        for number in self._numbers(day):
            means = field_name(day, "means", number)
            meant = self.cleaned_data.get(means)
            if means not in self.fields or meant not in {"", EARLIER}:
                continue
            opens, closes = (self._shown(field_name(day, end, number))[:5] for end in ENDS)
            facts = {"day": DAYS[day], "time": closes}
            if opens == closes:
                told = _("%(day)s opens and closes at %(time)s. Is it closed, or open all day? Choose one.")
            elif meant == EARLIER:
                told = _("%(day)s: then write another time. %(time)s is read as midnight here.")
            else:
                told = _("%(day)s closes at %(time)s. Was midnight meant, the end of the day? Choose one.")
            self.add_error(field_name(day, "opens", number), told % facts)

    def _refuse_slips(self, day: str) -> None:
        """Refuse what can only be a slip: windows that overlap, a break where nobody is there."""
        typed = self._typed(day)
        stored = (self.known.get("weekly") or {}).get(day) or ()
        known = [[opens, _written(closes)] for opens, closes in stored]
        for (opens, closes), (following, _end) in pairwise(typed if typed != sorted(known) else ()):
            if closes <= opens or following < closes:
                told = _("%(day)s: the windows from %(first)s and from %(second)s overlap.")
                facts = {"day": DAYS[day], "first": opens, "second": following}
                self.add_error(f"{day}_opens", told % facts)
        self._refuse_a_break_outside(day, typed)

    def _refuse_a_break_outside(self, day: str, typed: list[list[str]]) -> None:
        begins, ends = self._break(day)
        if (begins is None) != (ends is None):
            self.add_error(f"{day}_break_from", _("%s: a break needs both times, or none.") % DAYS[day])
        elif begins is not None:
            try:
                breaks.cut_out(typed, begins, str(ends))
            except breaks.NoBreak:
                told = _("%(day)s: the break from %(begins)s to %(ends)s lies within none of its windows.")
                facts = {"day": DAYS[day], "begins": begins, "ends": ends}
                self.add_error(f"{day}_break_from", told % facts)

    def _windows(self, day: str) -> list[list[str]]:
        begins, ends = self._break(day)
        typed = self._typed(day)
        return breaks.cut_out(typed, begins, ends) if begins and ends else typed

    def _typed(self, day: str) -> list[list[str]]:
        """Return the windows of a day as they are meant, before its break."""
        found = []
        for number in self._numbers(day):
            opens, closes = (self.cleaned_data.get(field_name(day, end, number)) for end in ENDS)
            meant = self.cleaned_data.get(field_name(day, "means", number))
            if opens is not None and closes is not None and meant != CLOSED:
                whole = ["00:00", hours_spelling.MIDNIGHT]
                found.append(whole if meant == ALL_DAY else [f"{opens:%H:%M}", _written(f"{closes:%H:%M}")])
        return sorted(found)

    def _break(self, day: str) -> tuple[str | None, str | None]:
        begins, ends = (self.cleaned_data.get(f"{day}_{end}") for end in BREAK)
        return _clock(begins), _clock(ends)

    def _bound(self, day: str, number: int) -> tuple[BoundField, BoundField, BoundField | None]:
        means = field_name(day, "means", number)
        opens, closes = (self[field_name(day, end, number)] for end in ENDS)
        return opens, closes, self[means] if means in self.fields else None

    def _numbers(self, day: str) -> range:
        return range(1, sum(name.startswith(f"{day}_opens") for name in self.fields) + 1)


def _choices(opens: str, closes: str) -> list[tuple[str, Promise | str]]:
    """Return the ways in which two times can be read, where there is more than one."""
    if opens and opens == closes:
        longer = _("24 hours, from %(time)s to %(time)s of the next day") % {"time": opens}
        more = [] if opens == "00:00" else [(DAY_LONG, longer)]
        return [
            ("", _("closed, or all day?")),
            (CLOSED, pgettext_lazy("hours", "closed")),
            (ALL_DAY, _("open all day")),
            *more,
        ]
    if opens and closes in hours_spelling.ALMOST_MIDNIGHT:
        yes, no = (UNTIL_MIDNIGHT, _("yes, until midnight")), (EARLIER, _("no, another time"))
        return [("", _("was midnight meant?")), yes, no]
    return []


def _meaning(opens: str, closes: str) -> str:
    """Return the way in which a window that is stored is read."""
    if (opens, closes) in {("00:00", "00:00"), ("00:00", hours_spelling.MIDNIGHT)}:
        return ALL_DAY
    if opens == closes:
        return DAY_LONG
    return UNTIL_MIDNIGHT if closes in hours_spelling.ALMOST_MIDNIGHT else ""


def _clock(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at else None


def _written(closes: str) -> str:
    return hours_spelling.MIDNIGHT if closes in {"00:00", *hours_spelling.ALMOST_MIDNIGHT} else closes
