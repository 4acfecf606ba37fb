"""Calendars and the doors of the helpdesk take the same names for time zones: those of places."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.input import zone_name
from monitor.clock.book.calendar import BadCalendar, BusinessCalendar
from monitor.models import Calendar, CalendarVersion
from tests.make import Make

WEEKLY = {"mon": [["09:00", "17:00"]]}
NOWHERE = [
    "Factory", "localtime", "posixrules", "Etc/Unknown", "posix/Europe/Berlin", "right/Europe/Berlin",
    "Europe", "tzdata.zi", "", " UTC", "europe/berlin", "../UTC", "Mars/Base",
]  # fmt: skip


def is_read(name: str) -> bool:
    try:
        BusinessCalendar.parse({"timezone": name, "weekly": WEEKLY})
    except BadCalendar:
        return False
    return True


@pytest.mark.parametrize("name", NOWHERE)
def test_what_is_no_place_is_no_zone_anywhere(name: str) -> None:
    assert (is_read(name), zone_name.read(name), name in zone_name.known()) == (False, None, False)


def test_every_place_is_a_zone_everywhere() -> None:
    names = sorted(available_timezones() - {"Factory", "localtime"})

    assert [name for name in names if not (is_read(name) and zone_name.read(name))] == []
    assert {"UTC", "Europe/Berlin", "US/Eastern", "Etc/GMT+5"} <= set(names)


@pytest.mark.parametrize("name", ["Factory", "Mars/Base"])
def test_the_administration_says_so_in_words_of_ours(
    make: Make, client: Client, promises: None, name: str
) -> None:
    client.force_login(make.agent("admin"))
    calendar = Calendar.objects.get()
    spec = f'{{"timezone": "{name}", "weekly": {{"mon": [["09:00", "17:00"]]}}}}'

    page = client.post(
        reverse("admin:monitor_calendarversion_add"), {"calendar": calendar.pk, "spec": spec}
    ).content.decode()

    assert f"timezone: &quot;{name}&quot; is no time zone of the IANA database" in page
    assert CalendarVersion.objects.count() == 1
