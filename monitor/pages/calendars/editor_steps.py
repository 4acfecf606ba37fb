"""What the editor's buttons add to what is typed: a window, a date, a place, a country's holidays, a file's days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from helpdesk.input.visible_text import isolated, one_line, storable
from monitor.pages.calendars.day_form import HOLIDAY, SPECIAL
from monitor.pages.calendars.editor import MOST_PLACES, place_count
from monitor.pages.calendars.place_form import place_fields, rows_of, written_rows
from monitor.pages.calendars.week_form import field_name
from monitor.promises.hours import calendar_file, public_holidays
from monitor.promises.hours.calendar_file import FileDays
from monitor.promises.hours.day_notes import LONGEST
from monitor.promises.hours.hours_words import DAYS

YEARS_OF_A_FILE: Final = 3
"""This year and those after it: so far a yearly event is written down."""
_SAID: Final = 5
_WORKING_WEEK: Final = ("mon", "tue", "wed", "thu", "fri")

Typed = dict[str, str]


@dataclass(frozen=True, slots=True)
class EditorStep:
    """A button: what it is to do, at which place, and with what."""

    kind: str
    place: int
    rest: str


def read_step(text: str, typed: Mapping[str, str]) -> EditorStep | None:
    """Read a button's value, like "window 0 mon"; None where it is none, or of a place that is not there."""
    kind, _gap, rest = text.partition(" ")
    number, _gap, rest = rest.partition(" ")
    known = number.isdecimal() and len(number) < 4 and int(number) < place_count(typed)
    return EditorStep(kind, int(number), rest) if known and kind in STEPS else None


def take(
    step: EditorStep, typed: Typed, file: UploadedFile[bytes] | None, now: datetime
) -> tuple[Typed, list[str]]:
    """Return what is typed then, and what is to be said of it."""
    return STEPS[step.kind](step, typed, file, now)


def _window(step: EditorStep, typed: Typed, *_rest: object) -> tuple[Typed, list[str]]:
    """Give a day room for one more window."""
    if step.rest not in DAYS:
        return typed, []
    rooms = [n for n in range(1, 99) if f"p{step.place}-{field_name(step.rest, 'opens', n)}" in typed]
    added = max(rooms, default=0) + 1
    names = [f"p{step.place}-{field_name(step.rest, end, added)}" for end in ("opens", "closes")]
    return typed | dict.fromkeys(names, ""), []


def _copy(step: EditorStep, typed: Typed, *_rest: object) -> tuple[Typed, list[str]]:
    """Let Tuesday to Friday have Monday's times."""
    begins = f"p{step.place}-"
    days = tuple(f"{begins}{day}_" for day in _WORKING_WEEK)
    monday = {name: value for name, value in typed.items() if name.startswith(days[0])}
    others = {name: value for name, value in typed.items() if not name.startswith(days)}
    copied = {name.replace(days[0], day): value for day in days for name, value in monday.items()}
    return others | copied, [_("Tuesday to Friday have Monday’s times now. Nothing is saved yet.")]


def _date(step: EditorStep, typed: Typed, *_rest: object) -> tuple[Typed, list[str]]:
    """Add an empty row for a date."""
    kind = SPECIAL if step.rest == SPECIAL else HOLIDAY
    return _with_rows(step, typed, [_row("", kind=kind)])[0], []


def _place(step: EditorStep, typed: Typed, *_rest: object) -> tuple[Typed, list[str]]:
    """Add a place with the week of the last one, to be changed."""
    count = place_count(typed)
    if count >= MOST_PLACES:
        return typed, [_("More than twelve places cannot be joined.")]
    zone = {"timezone": typed.get(f"p{count - 1}-timezone", "")}
    return typed | place_fields(count, zone) | {"places": str(count + 1)}, []


def _regions(step: EditorStep, typed: Typed, *_rest: object) -> tuple[Typed, list[str]]:
    """Show the regions of the country that is chosen."""
    return typed | {f"p{step.place}-pick-region": ""}, []


def _holidays(step: EditorStep, typed: Typed, _file: object, now: datetime) -> tuple[Typed, list[str]]:
    """Add the holidays of a country or region and year; what is closed already stays as it is named."""
    country, region, year = (
        typed.get(f"p{step.place}-pick-{name}") or "" for name in ("country", "region", "year")
    )
    if not country or year not in map(str, range(now.year, now.year + 4)):
        return typed, [_("Choose a country and a year.")]
    region = region if region in dict(public_holidays.regions(country)) else ""
    return with_holidays(typed, step.place, country, region, int(year))


def with_holidays(typed: Typed, place: int, country: str, region: str, year: int) -> tuple[Typed, list[str]]:
    """Add a year's holidays to a place, and say how many there were."""
    try:
        found = public_holidays.public_holidays(country, region, year, language=get_language() or "en")
    except public_holidays.UnknownPlace:
        return typed, [_("No holidays of this country or region are known.")]
    source = public_holidays.source(country, region)
    rows = [_row(day, name=name, source=source) for day, name in found.items()]
    after, added = _with_rows(EditorStep("holidays", place, ""), typed, rows)
    return after, [_told(added, len(rows), str(year))]


def _file_days(
    step: EditorStep, typed: Typed, file: UploadedFile[bytes] | None, now: datetime
) -> tuple[Typed, list[str]]:
    """Add the closed days of a calendar's file."""
    if file is None:
        return typed, [
            _("Choose a file first: a calendar as other programs export it, with .ics at its end.")
        ]
    since, until = date(now.year, 1, 1), date(now.year + YEARS_OF_A_FILE - 1, 12, 31)
    try:
        found = calendar_file.read_days(file.read(calendar_file.LARGEST + 1), since=since, until=until)
    except calendar_file.BadCalendarFile as bad:
        return typed, [str(bad)]
    name = one_line(storable(file.name or ""))[:LONGEST]
    rows = [_row(day, name=told, source=name) for day, told in found.days.items()]
    after, added = _with_rows(step, typed, rows)
    return after, [_told(added, len(rows), isolated(name)), *_left_out(found, until)]


def _left_out(found: FileDays, until: date) -> list[str]:
    """Say what of a file closes nothing, and why."""
    lines = [*_named_lines(found), *_counted_lines(found)]
    facts = {"year": until.year}
    return [
        told % (facts | {"number": number, "names": _few(names)}) for number, told, names in lines if number
    ]


def _named_lines(found: FileDays) -> list[tuple[int, str, list[str]]]:
    timed = ngettext(
        "%(number)d event has a time of day and closes nothing: %(names)s",
        "%(number)d events have a time of day and close nothing: %(names)s",
        len(found.timed),
    )
    unread = ngettext(
        "%(number)d event cannot be read, or repeats otherwise than by year: %(names)s",
        "%(number)d events cannot be read, or repeat otherwise than by year: %(names)s",
        len(found.unread),
    )
    return [(len(found.timed), timed, found.timed), (len(found.unread), unread, found.unread)]


def _counted_lines(found: FileDays) -> list[tuple[int, str, list[str]]]:
    cancelled = found.left_out["cancelled"]
    told_of_them = ngettext("%(number)d event is cancelled.", "%(number)d events are cancelled.", cancelled)
    other = found.left_out["over"] + found.left_out["later"]
    outside = ngettext(
        "%(number)d event is over, or after %(year)d.",
        "%(number)d events are over, or after %(year)d.",
        other,
    )
    return [(cancelled, told_of_them, []), (other, outside, [])]


def _few(names: list[str]) -> str:
    return ", ".join(map(isolated, names[:_SAID])) + (" …" if len(names) > _SAID else "")


def _told(added: int, found: int, what: str) -> str:
    told = ngettext(
        "%(what)s: %(added)d date was added, of %(found)d that are there. Nothing is saved yet.",
        "%(what)s: %(added)d dates were added, of %(found)d that are there. Nothing is saved yet.",
        added,
    )
    return told % {"what": what, "added": added, "found": found}


def _with_rows(step: EditorStep, typed: Typed, rows: Iterable[dict[str, str]]) -> tuple[Typed, int]:
    """Add rows whose date does not stand there yet, and return how many those are."""
    before = list(rows_of(step.place, typed))
    there = {row["day"] for row in before}
    new = [row for row in rows if not row["day"] or row["day"] not in there]
    begins = f"p{step.place}-days-"
    others = {name: value for name, value in typed.items() if not name.startswith(begins)}
    return others | written_rows(step.place, [*before, *new]), len(new)


def _row(day: date | str, *, kind: str = HOLIDAY, name: str = "", source: str = "") -> dict[str, str]:
    return {"day": str(day), "kind": kind, "windows": "", "name": name[:LONGEST], "source": source}


STEPS: Final[
    Mapping[str, Callable[[EditorStep, Typed, UploadedFile[bytes] | None, datetime], tuple[Typed, list[str]]]]
] = {
    "window": _window,
    "copy": _copy,
    "date": _date,
    "place": _place,
    "regions": _regions,
    "holidays": _holidays,
    "file": _file_days,
}
