"""What a number counts, and what its address lists, are the same clocks."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, StoreTopic, Ticket
from helpdesk.pages.lists import ticket_list
from helpdesk.tickets import ticket_status
from monitor.clock.metrics import Metric
from monitor.models import Clock
from monitor.pages.list_filters import read_selection
from monitor.promises import defaults
from monitor.reports import wait_ages
from monitor.reports.clock_selection import METRICS, SLICES, ClockSelection, DaySpan, InstantSpan
from monitor.reports.selection_words import METRIC_WORDS
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

KOLKATA = ZoneInfo("Asia/Kolkata")
MONDAY = datetime(2026, 11, 2, 20, 10, tzinfo=UTC)
"""In Kolkata it is Tuesday then, at 1:40."""


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    defaults.ensure_defaults()
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def asked(make: Make, at: datetime = MONDAY, **fields: Any) -> Ticket:
    return make.ticket(now=at, occurred_at=at.isoformat(), **fields)


def answer(ticket: Ticket, agent: Agent, at: datetime) -> None:
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=agent, body="Here it is.", now=at)


def ask_again(ticket: Ticket, at: datetime) -> None:
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="And?", now=at)


def listed(client: Client, selection: ClockSelection) -> set[str]:
    page = client.get(f"{reverse('tickets')}?{selection.query()}")
    assert page.status_code == 200
    return {ticket.reference for ticket in page.context["tickets"]}


def counted(selection: ClockSelection) -> set[str]:
    found = selection.clocks(Ticket.objects.all(), now=database_now())
    return set(found.values_list("ticket__reference", flat=True))


def agrees(client: Client, selection: ClockSelection) -> set[str]:
    """Return what is selected, once the list says the same."""
    found = counted(selection)
    assert listed(client, selection) == found, selection.query()
    return found


def a_mixed_desk(make: Make, owner: Agent) -> dict[str, Ticket]:
    tickets = {name: asked(make) for name in ("soon", "late", "silent", "waits", "twice")}
    answer(tickets["soon"], owner, MONDAY + timedelta(minutes=20))
    answer(tickets["late"], owner, MONDAY + timedelta(days=2))
    with transaction.atomic():
        ticket_status.resolve(ticket=tickets["silent"], by=owner, now=MONDAY + timedelta(hours=1))
    for hours in (1, 3):
        answer(tickets["twice"], owner, MONDAY + timedelta(hours=hours))
        ask_again(tickets["twice"], MONDAY + timedelta(hours=hours + 1))
    return tickets


@pytest.mark.parametrize("metric", METRICS)
def test_each_slice_of_each_metric_lists_what_it_counts(
    client: Client, owner: Agent, make: Make, metric: str
) -> None:
    a_mixed_desk(make, owner)
    day = DaySpan.of(MONDAY.date())
    whole = agrees(client, ClockSelection(metric=metric, asked=day))
    for slice_ in SLICES:
        assert agrees(client, ClockSelection(metric=metric, asked=day, slice_=slice_)) <= whole


def test_a_share_leads_to_what_it_is_of(client: Client, owner: Agent, make: Make) -> None:
    tickets = a_mixed_desk(make, owner)
    day = DaySpan.of(MONDAY.date())

    broken = agrees(client, ClockSelection(asked=day, slice_="broken"))
    decided = agrees(client, ClockSelection(asked=day, slice_="decided"))

    assert broken == {tickets[name].reference for name in ("late", "silent", "waits")}
    assert decided == broken | {tickets[name].reference for name in ("soon", "twice")}


def test_days_hours_and_weekdays_are_those_of_the_zone(client: Client, owner: Agent, make: Make) -> None:
    one = {asked(make).reference}
    asked(make, MONDAY + timedelta(hours=3))
    tuesday = MONDAY.date() + timedelta(days=1)
    here: dict[str, Any] = {"zone": KOLKATA, "asked": DaySpan(tuesday - timedelta(days=1), tuesday)}

    assert agrees(client, ClockSelection(**here, hour=1, weekday=2)) == one
    assert agrees(client, ClockSelection(**here, hour=20)) == set()
    assert agrees(client, ClockSelection(**here, weekday=1)) == set()
    assert agrees(client, ClockSelection(asked=DaySpan.of(MONDAY.date()), weekday=1, hour=20)) == one
    assert len(agrees(client, ClockSelection(asked=DaySpan(tuesday, None), zone=KOLKATA))) == 2
    assert agrees(client, ClockSelection(asked=DaySpan(None, MONDAY.date()), zone=KOLKATA)) == set()


def test_a_ticket_is_selected_by_what_it_is(client: Client, owner: Agent, make: Make) -> None:
    store = make.store()
    topic = StoreTopic.objects.create(store=store, name="Parcels")
    told = asked(make, store=store, channel="phone", priority="high")
    Ticket.objects.filter(pk=told.pk).update(topic=topic, tier="vip", language="he")
    plain = asked(make, store=store)
    Ticket.objects.filter(pk=plain.pk).update(language="")
    day = DaySpan.of(MONDAY.date())
    values: dict[str, tuple[str | int, str | int]] = {
        "topic_id": (topic.pk, 0), "tier": ("vip", ""), "language": ("he", ""),
        "channel": ("phone", plain.channel), "priority": ("high", "normal"),
    }  # fmt: skip

    for name, (of_told, of_plain) in values.items():
        assert agrees(client, ClockSelection(asked=day, values={name: of_told})) == {told.reference}, name
        assert agrees(client, ClockSelection(asked=day, values={name: of_plain})) == {plain.reference}, name
    of_store = ClockSelection(asked=day, values={"store_id": store.pk}, queue_id=told.queue_id)
    assert agrees(client, of_store) == {told.reference, plain.reference}


def test_what_ended_on_a_day_is_listed_by_that_day(client: Client, owner: Agent, make: Make) -> None:
    tickets = a_mixed_desk(make, owner)
    later = DaySpan.of((MONDAY + timedelta(days=2)).date())

    assert agrees(client, ClockSelection(ended=later)) == {tickets["late"].reference}
    resolved = ClockSelection(metric=Metric.RESOLUTION.value, ended=DaySpan.of(MONDAY.date()))
    assert "resolved=2026-11-02&zone=UTC" in resolved.query()
    assert agrees(client, resolved) == {tickets["silent"].reference}


def test_what_falls_due_is_listed_until_the_end_of_its_time(client: Client, owner: Agent, make: Make) -> None:
    ticket = asked(make, database_now())
    due = Clock.objects.get(ticket=ticket, metric=Metric.FIRST_RESPONSE).breach_at
    assert due is not None
    quarter = timedelta(minutes=15)

    assert agrees(client, ClockSelection(due=InstantSpan(due - quarter, due))) == {ticket.reference}
    assert agrees(client, ClockSelection(due=InstantSpan(due, due + quarter))) == set()
    assert agrees(client, ClockSelection(due=InstantSpan(None, due))) == {ticket.reference}
    assert agrees(client, ClockSelection(due=InstantSpan(None, due - quarter))) == set()
    answer(ticket, owner, database_now())
    assert agrees(client, ClockSelection(due=InstantSpan(due - quarter, due))) == set()


@pytest.mark.parametrize(
    "selection",
    [
        ClockSelection(),
        ClockSelection(metric="responses", asked=DaySpan(date(2026, 11, 1), None), slice_="late"),
        ClockSelection(metric="resolution", ended=DaySpan(None, date(2026, 11, 9)), zone=KOLKATA),
        ClockSelection(ended=DaySpan(date(2026, 11, 1), date(2026, 11, 9)), zone=KOLKATA),
        ClockSelection(asked=DaySpan.of(date(2026, 11, 1)), hour=0, weekday=7),
        ClockSelection(due=InstantSpan(MONDAY, MONDAY + timedelta(microseconds=1))),
    ],
)
def test_an_address_is_read_as_what_it_was_written_from(selection: ClockSelection) -> None:
    assert read_selection(QueryDict(selection.query())) == selection


@pytest.mark.parametrize(
    "query",
    [
        "asked=2026-11-09..x", "asked=..", "asked=2026-11-32", "hour=24", "hour=-1", "weekday=0", "weekday=²",
        "metric=x", "slice=x", "zone=x&hour=1", "due=x", "due=2026-11-01T00:00:00Z", "due=..",
        "due=2026-11-01..2026-11-02", "answered=x", "resolved=x", "waiting=x",
        "resolved=2026-11-02&answered=2026-11-02", "resolved=2026-11-02&metric=first_response",
        "channel=" + "x" * 3000, "topic=x",
    ],
)  # fmt: skip
def test_what_names_nothing_lists_nothing(client: Client, owner: Agent, make: Make, query: str) -> None:
    asked(make)
    page = client.get(f"{reverse('tickets')}?{query}")
    assert (page.status_code, list(page.context["tickets"])) == (200, [])


def test_a_list_of_waits_says_how_many_tickets_and_how_many_waits(
    client: Client, owner: Agent, make: Make
) -> None:
    a_mixed_desk(make, owner)
    selection = ClockSelection(metric="responses", asked=DaySpan.of(MONDAY.date()))

    page = client.get(f"{reverse('tickets')}?{selection.query(figure=12)}").content.decode()

    assert "5 tickets, 6 waits" in page
    assert "The board said 12 at the time; 6 now." in page
    same = client.get(f"{reverse('tickets')}?{selection.query(figure=6)}").content.decode()
    assert "The board said" not in same


def test_bands_of_age_hold_everybody_who_waits_once(client: Client, owner: Agent, make: Make) -> None:
    now, bands = database_now(), wait_ages.BANDS
    tickets = [asked(make, now - band.least - timedelta(minutes=1)) for band in bands.values()]
    answer(asked(make, now - timedelta(hours=5)), owner, now)

    for ticket, band in zip(tickets, bands, strict=True):
        page = client.get(reverse("tickets"), {"waiting": band})
        assert [each.reference for each in page.context["tickets"]] == [ticket.reference], band
    assert set(wait_ages.WORDS) == set(bands)


def test_everything_that_can_be_selected_has_a_name() -> None:
    assert set(METRIC_WORDS) == set(METRICS)
    assert not [name for name in METRICS if re.search(r"[^a-z_]", name)]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (ClockSelection(asked=DaySpan.of(MONDAY.date())), ["d", "c", "b", "a"]),
        (ClockSelection(metric="next_response", asked=DaySpan(MONDAY.date(), None)), ["a", "c"]),
        (ClockSelection(metric="responses", asked=DaySpan(MONDAY.date(), None)), ["a", "c", "d", "b"]),
        (ClockSelection(ended=DaySpan.of(MONDAY.date())), ["c", "a"]),
        (ClockSelection(due=InstantSpan(MONDAY, MONDAY + timedelta(days=9))), ["b", "d"]),
    ],
)  # fmt: skip
def test_page_after_page_shows_each_ticket_once_where_its_first_clock_is(
    client: Client, owner: Agent, make: Make, monkeypatch: pytest.MonkeyPatch, selection: ClockSelection,
    expected: list[str],
) -> None:  # fmt: skip
    tickets = {name: asked(make, MONDAY + timedelta(minutes=at)) for at, name in enumerate("abcd")}
    for hours, name in ((1, "a"), (2, "c"), (5, "a")):
        answer(tickets[name], owner, MONDAY + timedelta(hours=hours))
        ask_again(tickets[name], MONDAY + timedelta(hours=hours, minutes=30))
    named = {ticket.reference: name for name, ticket in tickets.items()}

    for size in (1, 2, 50):
        monkeypatch.setattr(ticket_list, "PAGE_SIZE", size)
        found, onward = [], selection.query()
        while onward:
            page = client.get(f"{reverse('tickets')}?{onward}")
            found += [named[ticket.reference] for ticket in page.context["tickets"]]
            onward = page.context["older"]
        assert found == expected, size
