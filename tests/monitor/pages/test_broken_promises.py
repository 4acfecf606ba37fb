"""Broken promises on pages: naming causes, excusing, freezing, and who may."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.database.instant import database_now
from helpdesk.models import Membership, Ticket
from monitor.models import BreachCause, Excusal, Freeze, ListedCause
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.make import NOW, Make
from tests.monitor.excusals.broken import excused_tickets, first_response, freeze, late_by

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def begun() -> None:
    ensure_defaults()
    figures.begin()


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return late_by(make, HOUR, subject="Where is my lamp?")


def promise(ticket: Ticket) -> str:
    return f"{ticket.pk}.first_response.{first_response(ticket).start_seq}"


def enter(client: Client, make: Make, name: str) -> Client:
    client.force_login(make.agent(name))
    return client


def say(client: Client, ticket: Ticket, act: str, **told: object) -> int:
    said = {"promise": promise(ticket), "act": act, **told}
    return client.post(f"/broken/?ticket={ticket.reference}", said).status_code


def test_an_agent_names_a_cause_of_the_list_or_in_own_words(
    client: Client, make: Make, ticket: Ticket
) -> None:
    cause = ListedCause.objects.create(name="No stock", created_by=make.agent("overseer"))
    enter(client, make, "owner")

    assert say(client, ticket, "cause", cause=cause.pk) == 302
    assert BreachCause.objects.get().cause == cause
    assert say(client, ticket, "cause", words="  The\nprinter broke ") == 302
    assert (BreachCause.objects.get().cause, BreachCause.objects.get().words) == (None, "The printer broke")
    assert say(client, ticket, "cause", words="Both", cause=cause.pk) == 422
    assert say(client, ticket, "no-cause") == 302
    assert not BreachCause.objects.exists()


def test_only_whoever_oversees_the_queue_excuses(client: Client, make: Make, ticket: Ticket) -> None:
    assert say(enter(client, make, "owner"), ticket, "excuse", reason="Storm") == 302
    assert not Excusal.objects.exists()

    assert say(enter(client, make, "overseer"), ticket, "excuse", reason="") == 422
    assert say(client, ticket, "excuse", reason="Storm") == 302
    assert Excusal.objects.standing().get().reason == "Storm"
    assert "Storm" in client.get(f"/broken/?ticket={ticket.reference}").content.decode()
    assert "Storm" in client.get(f"/tickets/{ticket.reference}/").content.decode()

    assert say(client, ticket, "take-back") == 302
    assert not Excusal.objects.standing().exists()


def test_a_ticket_that_one_does_not_see_is_not_there(client: Client, make: Make, ticket: Ticket) -> None:
    enter(client, make, "outsider")

    assert client.get(f"/broken/?ticket={ticket.reference}").status_code == 404
    said = {"promise": promise(ticket), "act": "cause", "words": "Mine"}
    assert client.post("/broken/", said).status_code == 404
    assert not BreachCause.objects.exists()


def test_what_is_not_broken_cannot_be_excused(client: Client, make: Make) -> None:
    waits = make.ticket(now=database_now())

    assert say(enter(client, make, "overseer"), waits, "excuse", reason="Storm") == 422
    assert not Excusal.objects.exists()


def test_each_number_leads_to_its_tickets(client: Client, make: Make, ticket: Ticket) -> None:
    other = late_by(make, HOUR, subject="Where is my chair?")
    enter(client, make, "admin")
    say(client, ticket, "excuse", reason="Storm")
    say(client, other, "cause", words="Nobody looked")

    for query, shown in (
        ("slice=broken&excused=yes", ticket),
        ("slice=broken&excused=no", other),
        ("slice=broken&cause=0", other),
        ("slice=broken&cause=none", ticket),
    ):
        for page in ("/tickets/", "/broken/"):
            text = client.get(f"{page}?metric=first_response&asked=2026-03-09&{query}").content.decode()
            assert [one for one in (ticket, other) if one.subject in text] == [shown], (page, query)


def test_a_bad_day_is_one_click_away(client: Client, make: Make) -> None:
    at = database_now() - timedelta(days=1)
    late_by(make, HOUR, subject="Asked yesterday", now=at)
    late_by(make, HOUR, subject="Asked five days ago", now=at - timedelta(days=4))
    enter(client, make, "admin")

    ways = client.get("/broken/?slice=broken&metric=first_response").context["days"]
    assert [one.words for one in ways if one.chosen] == ["14 days"]
    shown = {one.words: client.get(f"/broken/?{one.query}").content.decode() for one in ways}

    assert {words: ("Asked yesterday" in page, "Asked five" in page) for words, page in shown.items()} == {
        "Today": (False, False), "Yesterday": (True, False), "7 days": (True, True), "14 days": (True, True),
    }  # fmt: skip


def test_a_day_is_one_of_every_promise_where_none_was_named(client: Client, make: Make) -> None:
    enter(client, make, "admin")
    for one in client.get("/broken/").context["days"]:
        assert "any promise: late or never answered" in client.get(f"/broken/?{one.query}").content.decode()


def test_all_of_a_ticket_is_shown_whatever_day_it_was(client: Client, make: Make, ticket: Ticket) -> None:
    enter(client, make, "admin")
    assert not client.get(f"/broken/?ticket={ticket.reference}").context["days"]


def test_a_freeze_is_looked_at_declared_ended_and_taken_back(
    client: Client, make: Make, ticket: Ticket
) -> None:
    enter(client, make, "overseer")
    told = {
        "name": "Outage",
        "reason": "No power",
        "starts_at": "2026-03-09T15:00",
        "metrics": "first_response",
    }
    queue = {"queues": make.queue().pk}

    assert client.post("/freezes/", told).status_code == 422  # an overseer says of which queues
    looked = client.post("/freezes/", told | queue)
    assert "It would excuse 1 late answer" in looked.content.decode()
    assert not Freeze.objects.exists()
    backwards = client.post("/freezes/", told | queue | {"ends_at": "2026-03-09T14:00"})
    assert (backwards.status_code, Freeze.objects.count()) == (422, 0)

    assert client.post("/freezes/", told | queue | {"declare": "1"}).status_code == 302
    figures.fold()
    assert excused_tickets() == {ticket.pk}
    number = Freeze.objects.get().pk
    assert ticket.subject in client.get(f"/broken/?freeze={number}&asked=2026-03-09").content.decode()

    assert client.post(f"/freezes/{number}/end/").status_code == 302
    assert client.post(f"/freezes/{number}/removal/").status_code == 302
    figures.fold()
    assert excused_tickets() == set()
    assert "taken back" in client.get("/freezes/").content.decode()


def test_what_a_freeze_would_excuse_is_listed_before_it_is_declared(
    client: Client, make: Make, ticket: Ticket
) -> None:
    """And what it would not: what came too late all the same, and what another freeze excuses."""
    returns = make.queue("Returns")
    make.member(make.agent(), queue=returns)
    too_late, already = late_by(make, 2 * HOUR), late_by(make, HOUR, queue=returns)
    freeze(make, NOW, NOW + 1.5 * HOUR, queues=[returns])
    told = {"name": "Outage", "reason": "No power", "metrics": "first_response"}
    span = {"starts_at": "2026-03-09T15:00", "ends_at": "2026-03-09T16:30"}

    looked = enter(client, make, "admin").post("/freezes/", told | span)

    said = looked.content.decode()
    assert re.search(r'<a href="#would-excuse">\s*It would excuse 1 late answer</a>', said)
    assert re.search(r'<a href="#lie-in-it">\s*of 3 that came late and lie in it.</a>', said)
    excused, _head, staying = said.partition('id="staying"')
    assert ticket.subject in excused.partition('id="would-excuse"')[2]
    assert f"/tickets/{too_late.reference}/" in staying
    assert re.search(rf"{already.reference}</a>.*\s*<span class=\"tag\">excused by a freeze", staying)


def test_freezes_say_how_many_promises_that_one_sees_they_excuse_in_as_few_statements_as_one(
    client: Client, make: Make, ticket: Ticket, django_assert_num_queries: Any
) -> None:
    elsewhere = make.queue("Elsewhere")
    Membership.objects.create(agent=make.agent("owner"), queue=elsewhere)
    other = late_by(make, HOUR, queue=elsewhere)
    freeze(make, NOW, None)
    freeze(make, NOW, None)
    figures.fold()
    assert excused_tickets() == {ticket.pk, other.pk}

    enter(client, make, "admin").get("/freezes/")
    with CaptureQueriesContext(connection) as of_two:
        said = client.get("/freezes/").content.decode()
    assert said.count("excuses 4 promises") == 2, "both promises of both tickets"
    freeze(make, NOW, None)
    with django_assert_num_queries(len(of_two)):
        client.get("/freezes/")

    assert enter(client, make, "overseer").get("/freezes/").content.decode().count("excuses 2 promises") == 2


def test_a_reason_of_which_nothing_is_seen_is_none(client: Client, make: Make, ticket: Ticket) -> None:
    enter(client, make, "overseer")

    assert say(client, ticket, "excuse", reason="\u200b\u2060") == 422
    assert not Excusal.objects.exists()


def test_a_cause_is_kept_by_overseers(client: Client, make: Make) -> None:
    assert enter(client, make, "owner").post("/broken/causes/", {"name": "Storm"}).status_code == 403
    enter(client, make, "overseer")
    assert client.post("/broken/causes/", {"name": "Storm"}).status_code == 302
    assert client.post("/broken/causes/", {"name": "storm"}).status_code == 422
    cause = ListedCause.objects.get()

    client.post(f"/broken/causes/{cause.pk}/retirement/")
    assert not ListedCause.objects.offered().exists()
    client.post(f"/broken/causes/{cause.pk}/retirement/", {"back": "1"})
    assert ListedCause.objects.offered().exists()


def test_the_board_shows_raw_and_adjusted_side_by_side(client: Client, make: Make, ticket: Ticket) -> None:
    other = late_by(make, HOUR)
    enter(client, make, "admin")
    say(client, ticket, "excuse", reason="Storm")
    say(client, other, "cause", words="Nobody looked")
    days = "/board/?from=2026-03-09&to=2026-03-09"

    for folded in (False, True):
        if folded:
            figures.fold()
        page = client.get(days).content.decode()
        assert "<strong>0 %</strong> of 2 promised first responses" in page
        assert "Adjusted, without the 1 that are excused: 0 %." in page
        assert "in own words" in page
        assert "no cause is named" in page
        assert "slice=broken&amp;cause=0" in page
