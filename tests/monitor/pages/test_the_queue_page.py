"""The queue page: groups, words for time left, tabs and filters in the address, and what to say of nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from helpdesk.conversation import answers, replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Environment, Ticket
from helpdesk.tickets import assignment, ticket_status
from monitor.models import Flag, Standing
from monitor.pages.queue_address import read_cursor, write_cursor
from monitor.pages.queue_page import row_of
from monitor.queue import queue_tally
from monitor.queue.queue_order import PAGE_SIZE, QueueCursor
from monitor.queue.turn_groups import group_of
from monitor.watch import sweep
from tests.make import NOW, Make


def shown(client: Client, query: str = "") -> dict[str, list[str]]:
    """Return the references that the page shows, by group."""
    page = client.get(reverse("queue") + query)
    assert page.status_code == 200
    return {
        group.key: [row.standing.ticket.reference for row in group.rows] for group in page.context["groups"]
    }


def asked(make: Make, minutes_ago: int, **fields: Any) -> Ticket:
    now = database_now()
    return make.ticket(now=now, occurred_at=(now - timedelta(minutes=minutes_ago)).isoformat(), **fields)


def answer(ticket: Ticket, by: Agent) -> None:
    """Let it wait for the customer."""
    now = database_now()
    replies.reply_in_public(ticket=ticket, author=by, body="?", then=answers.AfterReply.WAIT, now=now)


def test_rows_stand_in_groups_by_how_soon_they_are_due(client: Client, owner: Agent, make: Make) -> None:
    late, soon = asked(make, 60, priority="urgent"), asked(make, 20, priority="high")
    waits = asked(make, 5)
    with transaction.atomic():
        answer(waits, owner)

    groups = shown(client)
    assert groups == {"late": [late.reference], "soon": [soon.reference], "customer": [waits.reference]}


def test_today_is_today_where_the_agent_is() -> None:
    evening = datetime(2026, 3, 9, 22, 0, tzinfo=UTC)
    due = Standing(turn_at=evening + timedelta(hours=3), status="open")

    with timezone.override(ZoneInfo("UTC")):
        assert group_of(due, now=evening) == "later"
    with timezone.override(ZoneInfo("America/New_York")):
        assert group_of(due, now=evening) == "today"


def test_a_row_is_late_at_its_due_time_and_at_risk_from_its_warning_on() -> None:
    at_risk = NOW - timedelta(minutes=5)
    standing = Standing(turn_at=NOW, status="open")
    standing.promises = [said("resolution", NOW, at_risk)]
    moments = (NOW - timedelta(minutes=6), at_risk, NOW - timedelta(seconds=1), NOW)

    levels = [[one.level for one in row_of(standing, now=at).promises] for at in moments]
    assert levels == [[""], ["risk"], ["risk"], ["late"]]
    assert [group_of(standing, now=at) for at in moments] == ["soon", "soon", "soon", "late"]


def said(metric: str, due_at: datetime, risk_at: datetime) -> dict[str, str]:
    """Say a promise as the queue reads it along."""
    instants = {"due_at": due_at, "risk_at": risk_at, "breach_at": due_at}
    return {"metric": metric, **{name: at.isoformat() for name, at in instants.items()}}


def test_a_row_says_what_gives_its_place_first_and_all_that_is_late_or_at_risk() -> None:
    standing, hour = Standing(status="open"), timedelta(hours=1)
    standing.promises = [
        said("resolution", NOW - hour, NOW - 2 * hour),
        said("ownership", NOW + 5 * hour, NOW + 4 * hour),
        said("update", NOW + 2 * hour, NOW - hour),
        said("first_response", NOW + hour, NOW + hour / 2),
    ]

    shown = [(one.name, one.level) for one in row_of(standing, now=NOW).promises]
    assert shown == [("First response", ""), ("Resolution", "late"), ("Update", "risk")]


def test_time_left_is_said_in_words_and_59_minutes_are_not_0_hours(
    client: Client, owner: Agent, make: Make
) -> None:
    asked(make, 59 + 15, priority="urgent")
    html = client.get(reverse("queue")).content.decode()

    assert "Acknowledgement 59 min late" in html
    assert "waiting 1 hr 14 min" in html
    assert "-59" not in html


def test_the_environment_is_the_viewers(client: Client, owner: Agent, make: Make) -> None:
    make.store()
    trial = make.ticket(now=database_now(), store=make.store("Trial", environment=Environment.TEST))
    assert shown(client) == {}
    client.post(reverse("environment"), {"environment": "test"})
    assert shown(client) == {"today": [trial.reference]} or shown(client) == {"later": [trial.reference]}


def test_the_outsider_sees_no_row_whatever_the_address_says(client: Client, make: Make) -> None:
    ticket = asked(make, 60)
    client.force_login(make.agent("outsider"))
    for query in (
        "",
        "?tab=unassigned",
        f"?queue={ticket.queue_id}",
        f"?store={ticket.store_id}",
        "?part=rows",
    ):
        assert shown(client, query) == {}


def test_tabs_and_filters_live_in_the_address(client: Client, owner: Agent, make: Make) -> None:
    urgent, plain = asked(make, 60, priority="urgent"), asked(make, 1)

    assert shown(client, "?place=late") == {"late": [urgent.reference]}
    assert shown(client, "?priority=urgent&tab=unassigned") == {"late": [urgent.reference]}
    assert shown(client, "?tab=mine") == {}
    assert sum(shown(client, f"?queue={plain.queue_id}&store={plain.store_id}").values(), []) == [
        urgent.reference,
        plain.reference,
    ]
    assert "selected" in client.get(reverse("queue") + "?place=late").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?tab=x",
        "?place=x",
        "?queue=x",
        "?store=²",
        "?priority=-1",
        "?after=x",
        "?after=,9,x,1",
        "?after=,1,,",
    ],
)
def test_what_the_address_says_wrongly_it_does_not_say(
    client: Client, owner: Agent, make: Make, query: str
) -> None:
    late = asked(make, 60, priority="urgent")
    assert shown(client, query) == {"late": [late.reference]}


@pytest.mark.parametrize("due", [None, NOW])
def test_a_place_in_the_list_survives_the_address(due: datetime | None) -> None:
    cursor = QueueCursor(due, 2, NOW - timedelta(microseconds=1), 7)
    assert read_cursor(write_cursor(cursor)) == cursor


@pytest.mark.parametrize(
    "text", ["", "x", ",,,", "2026-03-09,1,2026-03-09T15:00:00Z,1", "9999-99-99T00:00Z,1,2026-03-09T15:00:00Z,1",
             ",1,2026-03-09T15:00:00,1", ",²,2026-03-09T15:00:00Z,1", ",1,2026-03-09T15:00:00Z,-1"]
)  # fmt: skip
def test_a_place_that_cannot_be_read_is_the_beginning(text: str) -> None:
    assert read_cursor(text) is None


def test_more_leads_on_without_gap_or_repeat(client: Client, owner: Agent, make: Make) -> None:
    everybody = {asked(make, 60 + number).reference for number in range(PAGE_SIZE + 3)}
    first = client.get(reverse("queue"))
    rest = shown(client, "?" + first.context["more"])

    begun = [row.standing.ticket.reference for group in first.context["groups"] for row in group.rows]
    assert len(begun) == PAGE_SIZE
    assert {*begun, *sum(rest.values(), [])} == everybody


def test_nothing_is_said_in_three_ways(client: Client, owner: Agent, make: Make) -> None:
    def said(query: str = "") -> str:
        return client.get(reverse("queue") + query).content.decode()

    assert "No tickets yet" in said()
    ticket = asked(make, 1)
    assert "Nothing matches" in said("?place=late")
    assert "Clear the filters" in said("?place=late")
    assert "Nothing is with you" in said("?tab=mine")
    assert "The next promise among all tickets is" in said("?tab=mine")
    urgent = asked(make, 75, priority="urgent")
    assert "The most urgent of all tickets is" in said("?tab=mine")
    with transaction.atomic():
        for one in (ticket, urgent):
            assignment.claim(ticket=one, by=make.agent("colleague"), now=database_now())
    assert "Every ticket has somebody" in said("?tab=unassigned")
    with transaction.atomic():
        for one in (ticket, urgent):
            ticket_status.resolve(ticket=one, by=owner, now=database_now())
    assert "All done" in said()
    assert "The next promise" not in said()


def test_the_admin_is_led_to_what_is_to_be_set_up(client: Client, make: Make) -> None:
    client.force_login(make.agent("admin"))
    assert reverse("checklist") in client.get(reverse("queue")).content.decode()


def test_a_page_takes_nine_queries_however_many_rows_it_has(
    client: Client, owner: Agent, make: Make, settings: Settings
) -> None:
    settings.PAGE_BANNERS = ["monitor.pages.late_banner.banner"]
    for number in range(PAGE_SIZE + 1):
        asked(make, number % 4)
    client.get(reverse("queue"))

    for query in ("", "?part=rows"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("queue") + query).status_code == 200
        assert len(queries) <= 9, [each["sql"][:80] for each in queries]


def counted(client: Client, query: str = "") -> tuple[dict[str, str], dict[str, str]]:
    """Return what the page counts of its tabs and of its groups."""
    page = client.get(reverse("queue") + query)
    tabs = {tab.name: tab.count for tab in page.context["tabs"]}
    return tabs, {group.key: group.count for group in page.context["groups"]}


def test_tabs_and_groups_say_how_many_they_are_and_no_further_than_is_cheap(
    client: Client, owner: Agent, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, *_ = (asked(make, 60, priority="urgent") for _ in range(4))
    waits = asked(make, 1)
    with transaction.atomic():
        assignment.claim(ticket=late, by=owner, now=database_now())
        answer(waits, owner)
    make.ticket(now=database_now(), queue=make.queue("Elsewhere"))

    tabs = {"mine": "2", "unassigned": "3", "snoozed": "0", "all": "5"}
    assert counted(client) == (tabs, {"late": "4", "customer": "1"})
    assert counted(client, "?tab=mine")[1] == {"late": "1", "customer": "1"}
    assert counted(client, f"?queue={late.queue_id}")[0]["all"] == "5"
    assert counted(client, "?priority=urgent") == (
        dict.fromkeys(("mine", "unassigned", "snoozed", "all"), ""),
        {"late": ""},
    )

    monkeypatch.setattr(queue_tally, "MOST", 3)
    assert counted(client) == (
        {"mine": "2", "unassigned": "2+", "snoozed": "0", "all": "2+"},
        {"late": "2+", "customer": "1"},
    )


def test_a_row_shows_what_the_customer_said_last_on_one_line(
    client: Client, owner: Agent, make: Make
) -> None:
    ticket = asked(make, 9, body="First words", order={"id": "A-17"})
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="And\nwhere\tis it? " * 99, now=database_now())
        replies.receive_customer_message(ticket=ticket, body="I am away", automatic=True, now=database_now())
        replies.add_note(ticket=ticket, author=owner, body="A note of ours", now=database_now())

    html = client.get(reverse("queue")).content.decode()
    assert "And where is it? And where" in html
    assert len(html) < 20_000
    assert not any(words in html for words in ("First words", "I am away", "A note of ours"))
    assert "A-17" in html


def test_a_fresh_question_has_its_own_place_beside_a_promise_that_is_long_broken(
    client: Client, owner: Agent, make: Make
) -> None:
    """Of what was promised one thing is broken for days: the row says so, and stands where the question puts it."""
    now = database_now()
    asked_at = now - timedelta(days=9)
    both = make.ticket(now=asked_at, priority="urgent", subject="Still broken")
    with transaction.atomic():
        replies.reply_in_public(ticket=both, author=owner, body="Soon.", now=asked_at, imported=True)
    assert shown(client) == {"late": [both.reference]}

    with transaction.atomic():
        replies.receive_customer_message(ticket=both, body="And now?", now=now)
    [group] = client.get(reverse("queue")).context["groups"]

    assert group.key != "late"
    [row] = group.rows
    assert (row.first.name, row.first.level) == ("Next response", "")
    assert ("Resolution", "late") in [(one.name, one.level) for one in row.others]


def test_a_row_says_whose_turn_it_is_and_who_looks_after_its_flag(
    client: Client, owner: Agent, make: Make
) -> None:
    late, waits = asked(make, 60, priority="urgent"), asked(make, 1)
    with transaction.atomic():
        answer(waits, owner)
    sweep.sweep(now=database_now(), limit=10, noticed_by="test")
    flagged = client.get(reverse("queue")).content.decode()
    Flag.objects.filter(ticket=late).update(acknowledged_at=database_now(), acknowledged_by=owner)
    in_hand = client.get(reverse("queue")).content.decode()

    assert (flagged.count("your turn"), flagged.count("their turn")) == (1, 1)
    assert ("flagged" in flagged, "flag in hand" in flagged) == (True, False)
    assert ("flagged" in in_hand, "flag in hand" in in_hand) == (False, True)


def test_rows_alone_are_rows_alone(client: Client, owner: Agent, make: Make) -> None:
    ticket = asked(make, 60)
    html = client.get(reverse("queue") + "?part=rows&tab=all").content.decode()
    assert html.startswith('<div id="rows"')
    assert ticket.reference in html
    assert "part=rows" in html
