"""The form for the hours of a week: as many windows a day as there are, and room for one more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.pages.frame.viewer import zones
from monitor.promises.first_decisions import Week
from monitor.promises.hours import hours_spelling
from monitor.promises.hours.hours_words import DAYS

ENDS: Final = {"opens": _("opens"), "closes": _("closes")}
_PAIR: Final = re.compile(r"(?P<day>[a-z]{3})_(?:opens|closes)_(?P<number>[2-9])")


class HoursForm(forms.Form):
    """When somebody is there to answer. `hours` is what is in force; a day without times is one without people."""

    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    meant = forms.CharField(required=False, max_length=40)

    def __init__(self, *args: Any, hours: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doubts: list[str] = []
        weekly = hours.get("weekly") or {}
        self.initial.setdefault("timezone", hours.get("timezone"))
        sent = [pair for pair in map(_PAIR.fullmatch, self.data) if pair]
        for day in DAYS:
            windows = weekly.get(day) or []
            rooms = [int(pair["number"]) for pair in sent if pair["day"] == day]
            for number in range(1, max([len(windows) + 1, *rooms]) + 1):
                self._add_window(day, number, windows[number - 1] if number <= len(windows) else None)

    def _add_window(self, day: str, number: int, window: list[str] | None) -> None:
        for index, (end, word) in enumerate(ENDS.items()):
            facts = {"day": DAYS[day], "number": number, "end": word}
            name = (_("%(day)s, window %(number)d, %(end)s") if number > 1 else _("%(day)s, %(end)s")) % facts
            widget = forms.TimeInput({"type": "time", "aria-label": name}, format="%H:%M")
            initial = window[index].replace(hours_spelling.MIDNIGHT, "00:00") if window else None
            field = forms.TimeField(required=False, widget=widget, initial=initial)
            self.fields[_field(day, end, number)] = field

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for day, name in DAYS.items():
            windows = []
            for number in self._numbers(day):
                opens, closes = (given.get(_field(day, end, number)) for end in ENDS)
                if (opens is None) != (closes is None):
                    self.add_error(_field(day, "opens", number), _("%s needs both times, or none.") % name)
                elif opens is not None:
                    windows.append((f"{opens:%H:%M}", f"{closes:%H:%M}"))
            self._refuse_slips(day, windows)
        return given

    def _refuse_slips(self, day: str, windows: list[tuple[str, str]]) -> None:
        """Refuse what can only be a slip: a window without length, two that overlap."""
        facts = {"day": DAYS[day]}
        for opens, closes in windows:
            if opens == closes != "00:00":
                told = _("%(day)s opens and closes at %(time)s. For the whole day, write 00:00 to 00:00.")
                self.add_error(_field(day, "opens", 1), told % (facts | {"time": opens}))
        in_order = sorted((opens, _written(closes)) for opens, closes in windows)
        for (opens, closes), (following, _end) in pairwise(in_order):
            if closes <= opens or following < closes:
                told = _("%(day)s: the windows from %(first)s and from %(second)s overlap.")
                self.add_error(
                    _field(day, "opens", 1), told % (facts | {"first": opens, "second": following})
                )

    def weekly(self) -> Week:
        """The windows as the calendar reads them; what closes at midnight, or just before it, closes at 24:00."""
        given = self.cleaned_data
        week: dict[str, list[list[str]]] = {}
        for day in DAYS:
            ends = [[given.get(_field(day, end, number)) for end in ENDS] for number in self._numbers(day)]
            whole = [(opens, closes) for opens, closes in ends if opens is not None]
            windows = sorted([f"{opens:%H:%M}", _written(f"{closes:%H:%M}")] for opens, closes in whole)
            if windows:
                week[day] = windows
        return week

    def are_meant(self, doubts: list[str]) -> bool:
        """Whether whoever saves has read these doubts, and no others; keeps them for the page."""
        self.doubts = doubts
        return not doubts or self.cleaned_data["meant"] == self.key

    @property
    def key(self) -> str:
        """What tells these doubts from others."""
        return blake2b("\n".join(self.doubts).encode(), digest_size=16).hexdigest()

    def days(self) -> Iterator[tuple[Promise | str, list[tuple[Any, Any]]]]:
        """Each day's name and the fields of its windows, for the page."""
        for day, name in DAYS.items():
            yield (
                name,
                [(self[_field(day, "opens", n)], self[_field(day, "closes", n)]) for n in self._numbers(day)],
            )

    def _numbers(self, day: str) -> range:
        return range(1, sum(name.startswith(f"{day}_opens") for name in self.fields) + 1)


def _field(day: str, end: str, number: int) -> str:
    return f"{day}_{end}" if number == 1 else f"{day}_{end}_{number}"


def _written(closes: str) -> str:
    return hours_spelling.MIDNIGHT if closes in {"00:00", *hours_spelling.ALMOST_MIDNIGHT} else closes
