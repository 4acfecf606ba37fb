"""The board's parts make the whole, its links show everybody the same, and nothing false is said of a quiet hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Membership, Ticket
from helpdesk.tickets import assignment, merging, ticket_status
from monitor.models import Calendar, Clock, Policy
from monitor.promises import versions
from monitor.promises.defaults import AROUND_THE_CLOCK
from monitor.reports.board.board_view import DAYS
from monitor.reports.board.waits_panel import FEW
from tests import figures
from tests.make import Make
from tests.monitor.pages.test_the_board import (
    answer,
    begun,
    first_responses,
    in_the_evening,
    plain,
    read_csv,
    today,
)

__all__ = ["begun"]


def asked(make: Make, at: datetime, **fields: Any) -> Ticket:
    return make.ticket(now=at, occurred_at=at.isoformat(), **fields)


def one_of_each(make: Make, at: datetime) -> None:
    """Ten who asked on one morning, of whom no two fared alike."""
    owner, later = make.agent("owner"), at + timedelta(minutes=10)
    met, late, silent, gone, thanks, double = (asked(make, at) for _ in range(6))
    answer(met, owner, later)
    answer(late, owner, at + timedelta(hours=5))
    with transaction.atomic():
        ticket_status.resolve(ticket=silent, by=owner, now=later)
        ticket_status.close(ticket=gone, by=None, by_customer=True, now=later)
        ticket_status.mark_no_reply_needed(ticket=thanks, by=owner, now=later)
        merging.merge(ticket=double, into=late, by=owner, now=later)
        early = asked(make, at)
        replies.reply_in_public(
            ticket=early, author=owner, body="Yes.", sent_at=at - timedelta(hours=5), now=later
        )
    asked(make, at)
    asked(make, database_now())
    nothing = dict.fromkeys(("target", "due_at", "risk_at", "breach_at", "policy_version"))
    Clock.objects.filter(ticket=asked(make, at)).update(**nothing, rings_at=None)


def test_the_parts_of_a_day_make_the_whole(client: Client, owner: Agent, make: Make) -> None:
    one_of_each(make, in_the_evening() - timedelta(hours=9))

    page = client.get(reverse("board"))

    slices = first_responses(client).slices
    assert {name: number.count for name, number in slices.items()} == dict.fromkeys(slices, 1) | {"late": 2}
    last = today(page)
    assert sum(number.count for number in last.parts.values()) == last.asked.count == 10
    assert (
        "1 nothing was promised, 1 withdrawn by the customer, 1 merged, 1 no reply needed, 1 answer dated"
        in (plain(page).replace(" ,", ","))
    )
    row = read_csv(client, "board-days")[-1]
    parts = ("answered", "waiting", "never_answered", "withdrawn", "merged", "no_reply_needed", "misdated")
    assert sum(int(row[part]) for part in parts) == int(row["asked"]) == 10


def test_an_answer_dated_before_its_question_is_counted_apart_and_makes_nobody_fast(
    client: Client, owner: Agent, make: Make
) -> None:
    at = in_the_evening() - timedelta(hours=9)
    for _ in range(FEW):
        ticket = asked(make, at)
        with transaction.atomic():
            replies.reply_in_public(
                ticket=ticket, author=owner, body="Yes.", sent_at=at - timedelta(hours=5), now=at
            )
    for _ in range(FEW):
        answer(asked(make, at), owner, at + timedelta(minutes=40))

    page = client.get(reverse("board"))

    last = today(page)
    assert (last.parts["misdated"].count, last.parts["answered"].count) == (FEW, FEW)
    assert "waited at most 40 min" in plain(page)
    assert f"{FEW} answer dated before the question" in plain(page)
    assert {row["first_response_outcome"] for row in read_csv(client, "board-tickets")} == {"misdated", "met"}
    listed = client.get(f"{reverse('tickets')}?{last.parts['misdated'].query}")
    assert len(listed.context["tickets"]) == FEW


def test_who_was_never_answered_waits_for_ever_and_the_board_says_how_many(
    client: Client, owner: Agent, make: Make
) -> None:
    at = in_the_evening() - timedelta(hours=9)
    for _ in range(FEW):
        ticket = asked(make, at)
        with transaction.atomic():
            ticket_status.resolve(ticket=ticket, by=owner, now=at)

    page = client.get(reverse("board"))

    said = plain(page)
    assert f"waited in vain ({FEW} never got an answer)" in said
    assert "more than 0 sec" not in said
    assert page.context["chart"].p50.points[0].y == page.context["chart"].never_y
    row = read_csv(client, "board-days")[-1]
    assert (row["half_within"], row["never_answered"]) == ("never", str(FEW))


def test_what_is_compared_says_how_many_waits_it_is_made_of(client: Client, owner: Agent, make: Make) -> None:
    at = in_the_evening() - timedelta(hours=9)
    for day in (at, at - timedelta(days=DAYS)):
        for _ in range(FEW):
            answer(asked(make, day), owner, day + timedelta(minutes=40))
    figures.fold()

    said = " ".join(plain(client.get(reverse("board"), {"compared": "1"})).split())

    assert f"On as many days before: 40 min and 40 min. ({FEW} waits)" in said


ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Jerusalem")


def test_a_link_shows_everybody_the_same_tickets(client: Client, owner: Agent, make: Make) -> None:
    now = database_now()
    for hours in range(0, 48, 5):
        asked(make, now - timedelta(hours=hours))
    links = {day.asked.query for day in client.get(reverse("board")).context["waits"].pieces[-3:]}
    assert all("zone=UTC" in link for link in links)
    seen: dict[str, set[tuple[int, ...]]] = {}
    for zone in ZONES:
        Agent.objects.filter(pk=owner.pk).update(timezone=zone)
        for link in (*links, f"asked={now.date()}"):
            page = client.get(f"{reverse('tickets')}?{link}")
            seen.setdefault(link, set()).add(tuple(ticket.pk for ticket in page.context["tickets"]))
            assert "(UTC)" in page.content.decode()

    assert {len(each) for each in seen.values()} == {1}


@pytest.mark.parametrize("zone", ZONES)
def test_numbers_by_day_name_the_zone_whose_days_they_are(
    client: Client, owner: Agent, make: Make, zone: str
) -> None:
    asked(make, database_now())
    figures.begin(zone)
    rows = read_csv(client, "board-days")
    assert {row["zone"] for row in rows} == {zone}
    assert f"days by the clock of {zone}".replace("_", " ") in plain(client.get(reverse("board")))
    assert len(rows) == DAYS


def verdict(client: Client) -> str:
    return plain(client.get(reverse("board"), {"part": "now"}))


def test_all_is_well_only_where_something_is_there_and_somebody_has_it(
    client: Client, owner: Agent, make: Make
) -> None:
    make.store()
    assert "All is well" not in verdict(client)
    assert "No ticket is open" in verdict(client)

    ticket = make.ticket(now=database_now())
    assert "All is well" not in verdict(client)
    assert "Nothing is late or at risk; 1 ticket has been acknowledged by nobody" in verdict(client)

    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=owner, now=database_now())
    assert "All is well: nothing is late or at risk" in verdict(client)


def test_a_queue_in_which_nobody_works_is_red_on_the_board(client: Client, owner: Agent, make: Make) -> None:
    client.force_login(make.agent("admin"))
    make.ticket(now=database_now())
    assert "Nobody works in" not in verdict(client)

    Membership.objects.exclude(agent=owner).delete()
    Agent.objects.filter(pk=owner.pk).update(is_active=False)

    html = client.get(reverse("board"), {"part": "now"}).content.decode()
    assert "Nobody works in <bdi>Support</bdi>: its tickets are seen by admins alone" in html
    make.queue("Nobody's, and never used")
    assert html.count("Nobody works in") == 1


def publish_target(hours: dict[str, Any], basis: str = "business") -> None:
    """Promise a first response within four hours to whoever asks from now on, counted so."""
    calendar, policy = Calendar.objects.get(), Policy.objects.get(name="Everybody")
    now = database_now()
    versions.publish_calendar(calendar=calendar, spec=hours, now=now)
    rules = {"targets": {"first_response": {"seconds": 4 * 3600, "basis": basis}}}
    versions.publish_policy(
        policy=policy, rules=rules, position=1000, calendar=calendar, now=now, scope="new"
    )


OPEN_ON_WEEKDAYS = {
    "timezone": "UTC",
    "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
}


@pytest.mark.parametrize(
    ("hours", "basis", "said", "drawn"),
    [
        (AROUND_THE_CLOCK, "business", "the target, 4 hr, around the clock", True),
        (OPEN_ON_WEEKDAYS, "business", "the target, 4 hr of open time", False),
        (OPEN_ON_WEEKDAYS, "wall", "the target, 4 hr, nights and weekends included", True),
    ],
)
def test_a_target_is_said_with_what_its_time_is_counted_in(
    client: Client, owner: Agent, make: Make, hours: dict[str, Any], basis: str, said: str, drawn: bool
) -> None:
    publish_target(hours, basis)
    make.ticket(now=database_now() + timedelta(seconds=1))

    page = client.get(reverse("board"))

    assert said in plain(page)
    assert (page.context["chart"].target_y is not None) is drawn
