"""The editor of calendars: what it shows is what is stored, what is typed is kept, and a version is only added."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from monitor.models import Calendar, CalendarVersion, PolicyVersion
from monitor.pages.calendars.editor import written
from monitor.promises import in_force, versions
from tests.make import Make

OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
SPEC = {
    "timezone": "Europe/Berlin",
    "weekly": OFFICE | {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "sat": [["22:00", "06:00"]]},
    "holidays": ["2026-12-25", "2026-12-26"],
    "date_overrides": {"2026-12-24": [["09:00", "12:00"]], "2026-12-31": []},
    "notes": {"2026-12-25": {"name": "Weihnachten", "source": "holidays 0.109 DE-BY"}},
}


@pytest.fixture
def boss(make: Make, client: Client) -> Agent:
    agent = make.agent("admin", timezone="Europe/Berlin")
    client.force_login(agent)
    return agent


@pytest.fixture
def calendar(boss: Agent) -> Calendar:
    made = Calendar.objects.create(name="Office")
    versions.publish_calendar(calendar=made, spec=SPEC, now=database_now(), by=boss)
    return made


def plain(page: Any) -> str:
    return re.sub(r"\s+", " ", strip_tags(page.content.decode()))


def fields(spec: dict[str, Any] = SPEC, seen: int = 1, **more: str) -> dict[str, str]:
    return written(spec, seen=seen) | more


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, plain(page)
    return found[1].replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")


def looked_at(client: Client, calendar: Calendar | None, sent: dict[str, Any]) -> Any:
    address = reverse("edit-calendar", args=[calendar.pk]) if calendar else reverse("new-calendar")
    return client.post(address, sent)


def publish(client: Client, page: Any, **more: str) -> Any:
    sent = {"draft": hidden(page, "draft"), "why": "We moved.", **more}
    return client.post(reverse("calendar-publication"), sent, follow=True)


def in_use(calendar: Calendar) -> dict[str, Any]:
    version = in_force.hours_in_force(calendar, database_now())
    assert version is not None
    spec: dict[str, Any] = version.spec
    return spec


def test_publishing_what_is_shown_changes_nothing_but_the_number(
    client: Client, boss: Agent, calendar: Calendar
) -> None:
    shown = client.get(reverse("edit-calendar", args=[calendar.pk])).content.decode()
    assert 'name="p0-mon_opens_2" value="13:00"' in shown
    assert "Weihnachten" in shown

    said = publish(client, looked_at(client, calendar, fields()))

    assert "Published. Open tickets are being recounted." in plain(said)
    newest = calendar.versions.get(version=2)
    assert (newest.spec, newest.why, newest.created_by) == (SPEC, "We moved.", boss)
    assert not PolicyVersion.objects.filter(calendar=calendar).exists(), "no promise is moved to it"


def test_a_reason_is_asked_for(client: Client, calendar: Calendar) -> None:
    page = looked_at(client, calendar, fields())

    again = publish(client, page, why="")

    assert again.status_code == 422
    assert "This field is required." in plain(again)
    assert calendar.versions.count() == 1
    assert json.loads(hidden(again, "draft"))["spec"] == SPEC


def test_what_is_doubted_is_asked_for_before_it_is_published(client: Client, calendar: Calendar) -> None:
    page = looked_at(client, calendar, fields() | {"p0-sun_opens": "17:00", "p0-sun_closes": "09:00"})
    assert "Sunday 17:00 to Monday 09:00 (16 hours)" in plain(page)

    again = publish(client, page)
    assert again.status_code == 422
    assert "Say first that what stands below is meant." in plain(again)
    publish(client, page, meant=hidden(page, "meant"))

    assert in_use(calendar)["weekly"]["sun"] == [["17:00", "09:00"]]


def test_what_was_looked_at_can_be_changed_again(client: Client, calendar: Calendar) -> None:
    page = looked_at(client, calendar, fields() | {"p0-fri_closes": "16:00"})

    back = looked_at(client, calendar, {"draft": hidden(page, "draft")})

    assert 'name="p0-fri_closes" value="16:00"' in back.content.decode()


def test_the_preview_shows_the_days_to_come_and_the_clock_changes(client: Client, calendar: Calendar) -> None:
    today = database_now().date()
    spec = SPEC | {
        "holidays": [str(today + timedelta(days=9))],
        "notes": {str(today + timedelta(days=9)): {"name": "Our day"}},
    }

    said = plain(looked_at(client, calendar, fields(spec)))

    assert "Monday 09:00–17:00, break 12:00–13:00" in said
    assert "closed Our day" in said
    assert "at 02:00 the clocks are put to 03:00. 22:00–06:00 lasts 7 hr and not 8 hr." in said
    assert "at 03:00 the clocks are put to 02:00. 22:00–06:00 lasts 9 hr and not 8 hr." in said


def test_a_year_whose_holidays_are_missing_is_named_before_it_is_published(
    client: Client, calendar: Calendar
) -> None:
    year = database_now().year
    day = f"{year - 1}-12-25"
    spec = SPEC | {"holidays": [day], "notes": {day: {"name": "", "source": "holidays 0.109 DE-BY"}}}

    page = looked_at(client, calendar, fields(spec))

    assert f"for {year} are missing: add them" in plain(page)
    assert publish(client, page).status_code == 200, "it is a hint, and asks for no word"


def test_windows_can_be_added_and_mondays_times_copied_without_losing_anything(
    client: Client, calendar: Calendar
) -> None:
    typed = fields() | {"p0-tue_opens": "lunch", "do": "window 0 wed"}
    page = looked_at(client, calendar, typed).content.decode()
    assert 'name="p0-wed_opens_2"' in page
    assert "lunch" in page
    assert "needs another look" not in page

    page = looked_at(client, calendar, fields() | {"do": "copy 0"}).content.decode()
    assert 'name="p0-thu_opens_2" value="13:00"' in page


def test_holidays_of_a_region_are_added_once_and_where_they_came_from_is_kept(
    client: Client, calendar: Calendar
) -> None:
    year = str(database_now().year + 1)
    pick = {"p0-pick-country": "DE", "p0-pick-region": "BY", "p0-pick-year": year, "do": "holidays 0"}
    page = looked_at(client, calendar, fields() | pick)
    assert "Nothing is saved yet." in plain(page)

    sent = sent_by(page)
    again = looked_at(client, calendar, sent | {"do": "holidays 0"} | pick)
    assert f"{year}: 0 dates were added" in plain(again).replace("\u2068", "").replace("\u2069", "")

    rows = {name: value for name, value in sent.items() if value == f"{year}-01-06"}
    [epiphany] = rows
    publish(
        client, looked_at(client, calendar, sent | {f"{epiphany.removesuffix('-day')}-name": "Three Kings"})
    )

    spec = in_use(calendar)
    assert f"{year}-11-01" in spec["holidays"], "All Saints is a holiday in Bavaria"
    assert spec["notes"][f"{year}-01-06"] == {"name": "Three Kings", "source": "holidays 0.109 DE-BY"}
    assert {"2026-12-25", "2026-12-26"} < set(spec["holidays"])


def test_holidays_of_this_year_are_offered_first_where_there_are_none(client: Client, boss: Agent) -> None:
    [place] = client.get(reverse("new-calendar")).context["editor"].places

    assert place.pick["year"].value() == str(database_now().year)


def test_a_holiday_that_was_taken_out_is_gone(client: Client, calendar: Calendar) -> None:
    sent = fields()
    [row] = [name for name, value in sent.items() if value == "2026-12-26"]

    publish(client, looked_at(client, calendar, sent | {f"{row.removesuffix('-day')}-DELETE": "on"}))

    assert in_use(calendar)["holidays"] == ["2026-12-25"]


def test_a_file_brings_its_closed_days_and_says_what_it_leaves_out(
    client: Client, calendar: Calendar
) -> None:
    year = database_now().year
    text = (
        f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{year}0801\r\nDTEND;VALUE=DATE:{year}0803\r\n"
        f"SUMMARY:Works outing\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:{year}0901T090000Z\r\n"
        "SUMMARY:Stand-up\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    file = SimpleUploadedFile("team.ics", text.encode(), content_type="text/calendar")

    page = looked_at(client, calendar, fields() | {"do": "file 0", "p0-file": file})

    said = plain(page).replace("\u2068", "").replace("\u2069", "")
    assert "team.ics: 6 dates were added, of 6 that are there. Nothing is saved yet." in said
    assert "1 event has a time of day and closes nothing: Stand-up" in said
    publish(client, looked_at(client, calendar, sent_by(page)))
    assert in_use(calendar)["notes"][f"{year + 1}-08-02"] == {"name": "Works outing", "source": "team.ics"}


def test_a_file_that_cannot_be_read_costs_nothing_that_was_typed(client: Client, calendar: Calendar) -> None:
    file = SimpleUploadedFile("cat.ics", b"\x89PNG", content_type="text/calendar")

    page = looked_at(client, calendar, fields() | {"p0-fri_closes": "15:15", "do": "file 0", "p0-file": file})

    assert "This is no calendar’s file" in plain(page).replace("'", "’").replace("&#x27;", "’")
    assert 'name="p0-fri_closes" value="15:15"' in page.content.decode()


def test_another_place_is_joined_and_left_out_again(client: Client, calendar: Calendar) -> None:
    sent = sent_by(looked_at(client, calendar, fields() | {"do": "place 0"}))
    sent |= {"p1-timezone": "Asia/Tokyo", "p1-mon_opens": "10:00", "p1-mon_closes": "18:00"}
    publish(client, looked_at(client, calendar, sent))
    tokyo = {"timezone": "Asia/Tokyo", "weekly": {"mon": [["10:00", "18:00"]]}}
    assert in_use(calendar) == {"any_of": [SPEC, tokyo]}

    publish(client, looked_at(client, calendar, fields(in_use(calendar), seen=2) | {"p0-left_out": "on"}))

    assert in_use(calendar) == tokyo


def test_what_was_published_meanwhile_is_not_overwritten(client: Client, calendar: Calendar) -> None:
    page = looked_at(client, calendar, fields() | {"p0-fri_closes": "16:00"})
    versions.publish_calendar(calendar=calendar, spec={**SPEC, "holidays": []}, now=database_now())

    said = publish(client, page)

    assert "Somebody has published another version meanwhile." in plain(said)
    assert calendar.versions.count() == 2
    back = looked_at(client, calendar, {"draft": hidden(said, "draft")})
    assert "Version 2 was published meanwhile" in plain(back)


def test_a_new_calendar_is_kept_once_it_is_published(client: Client, boss: Agent) -> None:
    spec = {"timezone": "UTC", "weekly": OFFICE}
    page = looked_at(client, None, fields(spec, seen=0, name="Nights"))
    assert not Calendar.objects.filter(name="Nights").exists()

    publish(client, page)

    assert in_use(Calendar.objects.get(name="Nights")) == spec
    assert "There is a calendar of this name already." in plain(
        looked_at(client, None, fields(spec, seen=0, name="nights"))
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"p0-days-0-windows": "9 to 5", "p0-days-0-kind": "special"}, "are no hours: write them like"),
        ({"p0-days-0-windows": "09:00-09:00", "p0-days-0-kind": "special"}, "closed, or all day?"),
        (
            {"p0-days-0-windows": "09:00-23:59", "p0-days-0-kind": "special"},
            "was midnight meant, the end of the day?",
        ),
        ({"p0-days-1-windows": "09:00-12:00", "p0-days-1-kind": "holiday"}, "A holiday is closed."),
        ({"p0-days-1-day": "2026-12-26"}, "2026-12-26 stands there twice."),
        ({"effective_at": "2020-01-01T10:00"}, "cannot take effect before it is published"),
        ({"p0-left_out": "on"}, "One place at least has to stay."),
    ],
)
def test_what_cannot_be_is_said_and_kept(
    client: Client, calendar: Calendar, typed: dict[str, str], told: str
) -> None:
    page = looked_at(client, calendar, fields() | {"p0-fri_closes": "15:15"} | typed)

    assert page.status_code == 422
    assert told in plain(page)
    assert 'name="p0-fri_closes" value="15:15"' in page.content.decode()


def test_supervisors_read_what_admins_change(client: Client, calendar: Calendar, make: Make) -> None:
    client.force_login(make.agent("overseer"))

    listed, one = client.get(reverse("calendars")), client.get(reverse("calendar", args=[calendar.pk]))

    assert "Monday 09:00–17:00, break 12:00–13:00" in plain(listed)
    assert "Weihnachten" in one.content.decode()
    assert reverse("edit-calendar", args=[calendar.pk]) not in one.content.decode()


def sent_by(page: Any) -> dict[str, str]:
    """Return what the page would send."""
    html = page.content.decode()
    tags = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall("<input [^>]*>", html)]
    kept = ("text", "time", "date", "hidden", "datetime-local")
    sent = {tag["name"]: tag.get("value", "") for tag in tags if tag.get("type") in kept and "name" in tag}
    chosen = re.findall(
        r'<select name="([^"]+)"(?:(?!</select>).)*?value="([^"]*)" selected', html, re.DOTALL
    )
    return {name: value for name, value in (sent | dict(chosen)).items() if "csrf" not in name}


def test_a_long_list_of_dates_is_looked_at_and_published(client: Client, calendar: Calendar) -> None:
    days = [
        f"{year}-{month:02}-{day:02}"
        for year in (2027, 2028)
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    page = looked_at(client, calendar, fields(SPEC | {"holidays": days, "date_overrides": {}, "notes": {}}))

    assert page.status_code == 200
    publish(client, page)
    assert in_use(calendar)["holidays"] == days


@pytest.mark.parametrize(
    "odd",
    [
        {"calendar": None, "name": "\ud800"},
        {"effective_at": "0001-01-01T00:00:00+14:00"},
        {"calendar": 10**30},
        {"spec": SPEC | {"notes": {"2026-12-25": {"name": "\x00"}}}},
        {"spec": SPEC | {"notes": {"2026-12-25": {"name": "\ud800"}}}},
    ],
)
def test_a_draft_that_no_page_wrote_is_not_published(
    client: Client, calendar: Calendar, odd: dict[str, Any]
) -> None:
    told = {"kind": "calendar", "calendar": calendar.pk, "name": "Office", "spec": SPEC, **odd}
    answer = client.post(
        reverse("calendar-publication"), {"draft": json.dumps(told), "why": "We moved."}, follow=True
    )

    assert "did not arrive whole" in plain(answer)
    assert CalendarVersion.objects.filter(calendar=calendar).count() == 1
