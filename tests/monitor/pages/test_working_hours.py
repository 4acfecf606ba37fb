"""The hours of the week: the page shows what is in force, writes what it shows, and leaves everything else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from monitor.models import Calendar, CalendarVersion, Clock, Confirmation, Policy, PolicyVersion
from monitor.promises import in_force, versions
from tests.make import Make
from tests.monitor import recounted

DAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = {day: [["09:00", "17:00"]] for day in DAYS}
VIP = {"match": {"tier": ["vip"]}, "targets": {"first_response": {"seconds": 900}}}


@pytest.fixture
def boss(make: Make, client: Client) -> Agent:
    agent = make.agent("admin", timezone="Asia/Tokyo")
    client.force_login(agent)
    return agent


def form(client: Client, address: str = "") -> dict[str, str]:
    """Return what the page would send if somebody pressed *Save* at once."""
    page = client.get(reverse("hours") + address)
    assert page.status_code == 200
    html = page.content.decode()
    inputs = [
        re.findall(r'(name|value)="([^"]*)"', tag) for tag in re.findall("<input [^>]*name=[^>]*>", html)
    ]
    sent = {dict(found)["name"]: dict(found).get("value", "") for found in inputs}
    [zone] = re.findall(
        r'<option value="([^"]*)" selected>', html.split('name="timezone"')[1].split("</select>")[0]
    )
    chosen = re.findall(r'<select name="(\w+_means\w*)".*?value="(\w+)" selected', html, re.DOTALL)
    written = {name: value for name, value in sent.items() if "csrf" not in name}
    return {**written, **dict(chosen), "timezone": zone}


def save(client: Client, **changed: str) -> str:
    """Change some fields of the page as it is shown, press *Save*, and return what is said."""
    page = client.post(reverse("hours"), {**form(client), **changed}, follow=True)
    return plain(page)


def plain(page: Any) -> str:
    return re.sub(r"\s+", " ", strip_tags(page.content.decode()))


def key(page: Any) -> str:
    found = re.search(r'name="meant" value="([^"]+)"', page.content.decode())
    assert found, plain(page)
    return found[1]


def set_up(client: Client) -> Calendar:
    save(client, **{f"{day}_{end}": "" for day in ("sat", "sun") for end in ("opens", "closes")},
         **{f"{day}_opens": "09:00" for day in DAYS}, **{f"{day}_closes": "17:00" for day in DAYS},
         timezone="Europe/Berlin")  # fmt: skip
    return Calendar.objects.get(name="Working hours")


def hours(calendar: Calendar) -> dict[str, Any]:
    version = in_force.hours_in_force(calendar, database_now())
    assert version is not None
    spec: dict[str, Any] = version.spec
    return spec


def test_the_hours_and_the_zone_in_force_are_shown(client: Client, boss: Agent) -> None:
    shown = form(client)
    assert (shown["timezone"], shown["sat_opens"], shown["sat_closes"]) == ("UTC", "00:00", "00:00")

    calendar = set_up(client)

    assert hours(calendar) == {"timezone": "Europe/Berlin", "weekly": OFFICE, "holidays": []}
    shown = form(client)
    assert (shown["timezone"], shown["mon_opens"], shown["mon_closes"]) == ("Europe/Berlin", "09:00", "17:00")
    assert shown["sat_opens"] == ""


def test_only_what_is_shown_is_written(client: Client, boss: Agent) -> None:
    calendar = set_up(client)
    always = Calendar.objects.get(name="24×7")
    vip = Policy.objects.create(name="VIP")
    versions.publish_policy(policy=vip, rules=VIP, position=1, calendar=always, now=database_now(), by=boss)
    rest = {"holidays": ["2026-12-25"], "date_overrides": {"2026-12-24": [["09:00", "12:00"]]}}
    split = {**OFFICE, "mon": [["09:00", "12:00"], ["13:00", "17:00"]]}
    spec = {"timezone": "Europe/Berlin", "weekly": split, **rest}
    versions.publish_calendar(calendar=calendar, spec=spec, now=database_now(), by=boss)
    policies = PolicyVersion.objects.count()

    said = save(client, fri_closes="16:00")

    assert hours(calendar) == {**spec, "weekly": {**split, "fri": [["09:00", "16:00"]]}}
    assert "Clocks that run count in these hours too from now on" in said
    assert PolicyVersion.objects.count() == policies
    assert vip.versions.get().calendar == always
    assert Calendar.objects.count() == 2
    page = plain(client.get(reverse("hours")))
    assert "In it count: Chat, Everybody." in page
    assert "These count elsewhere, and stay there: VIP (24×7)." in page
    assert "Holidays: 2026-12-25. Days with hours of their own: 2026-12-24." in page


def test_a_promise_that_somebody_made_around_the_clock_stays_there(client: Client, boss: Agent) -> None:
    always = Calendar.objects.get(name="24×7")
    vip = Policy.objects.create(name="VIP")
    versions.publish_policy(policy=vip, rules=VIP, position=1, calendar=always, now=database_now(), by=boss)
    assert "in them will count: Chat, Everybody." in plain(client.get(reverse("hours")))

    calendar = set_up(client)

    counting = {one.policy.name: one.calendar for one in in_force.policies_in_force(database_now())}
    assert counting == {"VIP": always, "Chat": calendar, "Everybody": calendar}
    assert hours(always) == CalendarVersion.objects.get(calendar=always).spec


def test_clocks_that_run_do_what_the_page_says(client: Client, boss: Agent, make: Make) -> None:
    ticket = make.ticket(now=database_now())
    before = Clock.objects.get(ticket=ticket, metric="resolution").due_at
    calendar = set_up(client)
    recounted.go_on_to_the_end(now=database_now())
    assert Clock.objects.get(ticket=ticket, metric="resolution").due_at == before

    later = make.ticket(now=database_now())
    due = Clock.objects.get(ticket=later, metric="resolution").due_at
    save(client, fri_opens="", fri_closes="")
    recounted.go_on_to_the_end(now=database_now())
    moved = Clock.objects.get(ticket=later, metric="resolution").due_at
    assert moved is not None
    assert due is not None
    assert moved > due
    assert calendar.versions.count() == 2


def test_saving_what_is_shown_publishes_nothing_and_is_a_confirmation(client: Client, boss: Agent) -> None:
    said = save(client)

    assert "Confirmed: they were so already." in said
    assert CalendarVersion.objects.count() == 1
    assert Confirmation.objects.get().by == boss


def test_three_windows_a_day_are_shown_and_there_is_room_for_a_fourth(client: Client, boss: Agent) -> None:
    calendar = set_up(client)
    three = [["08:00", "10:00"], ["11:00", "12:00"], ["13:00", "15:00"]]
    spec = {"timezone": "Europe/Berlin", "weekly": {"mon": three}}
    versions.publish_calendar(calendar=calendar, spec=spec, now=database_now(), by=boss)

    assert "tue_opens_2" not in form(client), "a day without a window has room for one"
    save(client, mon_opens_4="16:00", mon_closes_4="17:00")

    assert hours(calendar)["weekly"]["mon"] == [*three, ["16:00", "17:00"]]


def test_hours_of_several_places_are_not_flattened(client: Client, boss: Agent) -> None:
    spec = {"any_of": [{"timezone": "UTC", "weekly": OFFICE}, {"timezone": "Asia/Tokyo", "weekly": OFFICE}]}
    versions.publish_calendar(calendar=Calendar.objects.get(), spec=spec, now=database_now(), by=boss)

    page = client.post(reverse("hours"), {"timezone": "UTC", "mon_opens": "09:00", "mon_closes": "10:00"})

    assert "several places together" in plain(page)
    assert CalendarVersion.objects.count() == 2


def test_what_somebody_else_has_published_meanwhile_is_not_overwritten(client: Client, boss: Agent) -> None:
    calendar = set_up(client)
    shown = form(client)
    spec = {"timezone": "Europe/Berlin", "weekly": {"mon": [["10:00", "11:00"]]}}
    versions.publish_calendar(calendar=calendar, spec=spec, now=database_now(), by=boss)

    page = client.post(reverse("hours"), {**shown, "fri_closes": "16:00"})

    assert "Somebody has changed these hours meanwhile" in plain(page)
    assert hours(calendar) == spec


def test_planned_hours_are_shown_as_planned_and_stay(client: Client, boss: Agent) -> None:
    calendar = set_up(client)
    tomorrow = database_now() + timedelta(days=1)
    spec = {"timezone": "Europe/Berlin", "weekly": {"mon": [["10:00", "11:00"]]}}
    planned = versions.publish_calendar(
        calendar=calendar, spec=spec, now=database_now(), effective_at=tomorrow, by=boss
    )

    assert form(client)["mon_opens"] == "09:00"
    assert "Planned: version 2 takes the place of these hours from" in plain(client.get(reverse("hours")))
    save(client, fri_closes="16:00")

    assert hours(calendar)["weekly"]["fri"] == [["09:00", "16:00"]]
    assert in_force.hours_in_force(calendar, tomorrow) == planned


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"mon_opens": "17:00", "mon_closes": "09:00"}, "Monday 17:00 to Tuesday 09:00 (16 hours)"),
        ({"sun_opens": "22:00", "sun_closes": "05:30"}, "Sunday 22:00 to Monday 05:30 (7.5 hours)"),
    ],
)
def test_a_window_that_may_be_a_slip_is_said_in_words_before_it_is_saved(
    client: Client, boss: Agent, typed: dict[str, str], told: str
) -> None:
    calendar = set_up(client)
    sent = {**form(client), **typed}

    asked = client.post(reverse("hours"), sent)

    assert asked.status_code == 422
    assert told in plain(asked)
    assert calendar.versions.count() == 1
    assert client.post(reverse("hours"), {**sent, "meant": "on"}).status_code == 422
    assert client.post(reverse("hours"), {**sent, "meant": key(asked)}).status_code == 302
    assert calendar.versions.count() == 2
    assert "Confirmed" in save(client), "what is in force is not asked for again"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"sun_opens": "09:00", "sun_closes": "09:00"}, "Sunday opens and closes at 09:00. Is it closed,"),
        ({"sat_opens": "00:00", "sat_closes": "00:00"}, "Saturday opens and closes at 00:00. Is it closed,"),
        ({"fri_closes": "23:59"}, "Friday closes at 23:59. Was midnight meant, the end of the day?"),
        ({"fri_closes": "23:59", "fri_means": "earlier"}, "Friday: then write another time."),
        ({"mon_break_from": "18:00", "mon_break_to": "19:00"}, "Monday: the break from 18:00 to 19:00 lies"),
        ({"mon_break_from": "12:00"}, "Monday: a break needs both times, or none."),
        (
            {"mon_opens_2": "16:00", "mon_closes_2": "18:00"},
            "Monday: the windows from 09:00 and from 16:00 overlap.",
        ),
        ({"mon_opens_2": "12:00"}, "Monday needs both times, or none."),
        ({"timezone": "Mars/Olympus"}, "not one of the available choices"),
    ],
)
def test_what_can_only_be_a_slip_is_refused(
    client: Client, boss: Agent, typed: dict[str, str], told: str
) -> None:
    calendar = set_up(client)

    assert told in save(client, **typed)
    assert calendar.versions.count() == 1


@pytest.mark.parametrize("closes", ["23:59", "23:59:59", "00:00"])
def test_a_minute_before_midnight_means_midnight_and_the_page_says_so(
    client: Client, boss: Agent, closes: str
) -> None:
    calendar = set_up(client)
    said = plain(client.get(reverse("hours")))
    assert "00:00, 23:59 and 23:59:59 as a closing time mean midnight" in said
    assert "belongs to the day on which it opens: a holiday on that day cancels all of it" in said

    save(client, fri_closes=closes, fri_means="midnight")

    assert hours(calendar)["weekly"]["fri"] == [["09:00", "24:00"]]
    assert form(client)["fri_closes"] == "00:00"


@pytest.mark.parametrize(
    ("meant", "windows"),
    [
        ("closed", None),
        ("all_day", [["00:00", "24:00"]]),
        ("day_long", [["09:00", "09:00"]]),
    ],
)
def test_a_window_without_length_is_what_was_chosen(
    client: Client, boss: Agent, meant: str, windows: list[list[str]] | None
) -> None:
    calendar = set_up(client)
    sent = {**form(client), "sun_opens": "09:00", "sun_closes": "09:00", "sun_means": meant}

    asked = client.post(reverse("hours"), sent)
    if asked.status_code == 422:
        asked = client.post(reverse("hours"), {**sent, "meant": key(asked)})

    assert hours(calendar)["weekly"].get("sun") == windows
    assert "Confirmed: they were so already." in save(client), "what is stored is not asked for again"


def test_a_break_is_cut_out_of_the_window_that_is_open_then(client: Client, boss: Agent) -> None:
    calendar = set_up(client)

    save(client, mon_break_from="12:00", mon_break_to="13:00")

    assert hours(calendar)["weekly"]["mon"] == [["09:00", "12:00"], ["13:00", "17:00"]]
    assert "Monday 09:00–17:00, break 12:00–13:00" in plain(client.get(reverse("checklist")))


def test_hours_that_never_open_are_asked_for_twice(client: Client, boss: Agent) -> None:
    calendar = set_up(client)
    nothing = {name: "" for name in form(client) if "opens" in name or "closes" in name}
    asked = client.post(reverse("hours"), {**form(client), **nothing})

    assert "never opens: nothing that counts in these hours is ever due" in plain(asked)
    assert calendar.versions.count() == 1
    meant = client.post(reverse("hours"), {**form(client), **nothing, "meant": key(asked)})
    assert meant.status_code == 302


def test_what_is_usual_is_one_press_away(client: Client, boss: Agent) -> None:
    shown = form(client, "?begin=usual")
    assert (shown["timezone"], shown["mon_opens"], shown["sat_opens"]) == ("Asia/Tokyo", "09:00", "")
