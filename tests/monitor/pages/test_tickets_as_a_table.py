"""One row per ticket: what it is, what every metric says of it, and nothing that is not theirs to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Environment, StoreTopic, Ticket
from helpdesk.tickets import assignment, ticket_attributes, ticket_status
from monitor.clock.metrics import MEASURES, Metric
from monitor.models import Calendar, Clock
from monitor.promises import versions
from monitor.relay import book, clock_state
from monitor.reports import clock_cells, ticket_table
from monitor.reports.rollup.ticket_share import WHOLE_WAITS
from tests.make import Make
from tests.monitor.pages.test_the_board import answer, read_csv

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def asked() -> datetime:
    return database_now() - 2 * DAY


def test_a_row_says_what_a_ticket_is(client: Client, owner: Agent, make: Make, asked: datetime) -> None:
    ticket = make.ticket(
        now=asked,
        customer={"email": "jon@example.com", "locale": "he-IL"},
        external_id="=1+1",
        priority="high",
        channel="email",
        tags=["wismo", "+1"],
    )
    with transaction.atomic():
        topic = StoreTopic.objects.create(store=ticket.store, name="Parcels")
        ticket_attributes.change_topic(ticket=ticket, topic=topic, by=owner, now=asked)
        assignment.claim(ticket=ticket, by=owner, now=asked)

    promised_by = Clock.objects.of(Metric.FIRST_RESPONSE).get().policy_version

    [row] = read_csv(client, "board-tickets")

    assert list(row) == list(ticket_table.HEADS)
    said = {name: row[name] for name in ticket_table.HEADS if not name.startswith(tuple(MEASURES))}
    assert said == {
        "reference": ticket.reference, "external_id": "'=1+1", "store": "Shop", "queue": "Support", "agent": "Owner",
        "status": "open", "priority": "high", "tier": "", "channel": "email", "language": "he", "topic": "Parcels",
        "tags": "wismo, '+1", "policy": str(promised_by), "asked_at": asked.isoformat(),
    }  # fmt: skip


def test_a_number_is_a_wait_that_was_answered(
    client: Client, owner: Agent, make: Make, asked: datetime
) -> None:
    answer(make.ticket(now=asked), owner, asked + 59 * MINUTE)

    [row] = read_csv(client, "board-tickets")

    assert row["first_response_wall_seconds"] == row["first_response_business_seconds"] == "3540.0"
    assert (row["first_response_outcome"], row["first_response_late_at"]) == ("met", "")
    assert row["first_response_due_at"] == (asked + 4 * HOUR).isoformat()
    assert (row["resolution_outcome"], row["next_response_outcome"]) == ("waiting", "")
    assert row["next_response_wall_seconds"] == row["next_response_cycles"] == ""


def test_what_has_no_answer_is_no_number(client: Client, owner: Agent, make: Make, asked: datetime) -> None:
    _waiting, silent, thanks = (make.ticket(now=asked + number * MINUTE) for number in range(3))
    with transaction.atomic():
        ticket_status.resolve(ticket=silent, by=owner, now=asked + HOUR)
        ticket_status.mark_no_reply_needed(ticket=thanks, by=owner, now=asked + HOUR + 2 * MINUTE)

    rows = read_csv(client, "board-tickets")

    outcomes = [row["first_response_outcome"] for row in rows]
    assert outcomes == ["waiting", "unanswered", "no_reply_needed"]
    waits = [row["first_response_wall_seconds"] for row in rows]
    assert waits[0][0] == ">"
    assert float(waits[0][1:]) >= (2 * DAY).total_seconds()
    assert waits[1:] == ["never", ">3600.0"]
    assert [row["first_response_late_at"] for row in rows] == [(asked + 4 * HOUR).isoformat(), "", ""]


def test_what_is_timed_again_and_again_is_told_by_its_last_cycle_and_how_often_it_was_late(
    client: Client, owner: Agent, make: Make, asked: datetime
) -> None:
    ticket = make.ticket(now=asked)
    answer(ticket, owner, asked + MINUTE)
    for hours, took in ((1, 9 * HOUR), (12, 5 * MINUTE)):
        with transaction.atomic():
            replies.receive_customer_message(ticket=ticket, body="And?", now=asked + hours * HOUR)
        answer(ticket, owner, asked + hours * HOUR + took)

    [row] = read_csv(client, "board-tickets")

    assert (row["next_response_cycles"], row["next_response_late_cycles"]) == ("2", "1")
    assert (row["next_response_wall_seconds"], row["next_response_outcome"]) == ("300.0", "met")


def test_only_what_they_may_see_is_in_it(client: Client, make: Make, asked: datetime) -> None:
    make.ticket(now=asked)
    make.ticket(now=asked, store=make.store("Trial", environment=Environment.TEST))
    make.ticket(now=asked - 15 * DAY)
    elsewhere = make.ticket(now=asked + MINUTE, queue=make.queue("Elsewhere"))

    seen = {}
    for name in ("owner", "outsider", "admin"):
        client.force_login(make.agent(name))
        seen[name] = [row["queue"] for row in read_csv(client, "board-tickets")]
    assert seen == {"owner": ["Support"], "outsider": ["Elsewhere"], "admin": ["Support", "Elsewhere"]}

    page = client.get(reverse("board-tickets"), {"queue": str(elsewhere.queue_id), "zone": "UTC"})
    assert page.getvalue().count(b"\r\n") == 2
    today = database_now().date()
    assert page.headers["Content-Disposition"] == (
        f'attachment; filename="tickets_{today - 13 * DAY}_{today}_Elsewhere.csv"'
    )


def test_all_are_in_it_once_and_in_order_however_many_pieces_there_are(
    client: Client, owner: Agent, make: Make, asked: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [make.ticket(now=asked + number // 3 * MINUTE) for number in range(10)]
    monkeypatch.setattr(ticket_table, "TOGETHER", 2)

    assert [row["reference"] for row in read_csv(client, "board-tickets")] == [
        ticket.reference for ticket in tickets
    ]


def test_a_piece_takes_as_many_statements_whatever_the_number(
    client: Client, owner: Agent, make: Make, asked: datetime
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            read_csv(client, "board-tickets")
        return len(queries)

    answer(make.ticket(now=asked), owner, asked + HOUR)
    statements()
    few = statements()
    for _ in range(10):
        answer(make.ticket(now=asked), owner, asked + HOUR)
    assert statements() == few


def test_what_comes_meanwhile_neither_repeats_a_row_nor_drops_one(
    owner: Agent, make: Make, asked: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [make.ticket(now=asked + number * MINUTE) for number in range(4)]
    monkeypatch.setattr(ticket_table, "TOGETHER", 2)
    pieces = ticket_table.TicketPieces(Clock.objects.standing().of(Metric.FIRST_RESPONSE), now=database_now())

    first = next(pieces)
    make.ticket(now=asked - MINUTE)
    Clock.objects.filter(ticket=tickets[0]).delete()
    rest = [row for piece in pieces for row in piece]
    assert [row[0] for row in (*first, *rest)] == [ticket.reference for ticket in tickets]


OFFICE = {
    "timezone": "UTC",
    "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
}
EVENINGS = {"timezone": "UTC", "weekly": {day: [["18:00", "22:00"]] for day in ("mon", "wed", "sat", "sun")}}

Deed = Callable[[Ticket, Agent, datetime], object]

STORIES: dict[str, list[Deed]] = {
    "waits": [],
    "answered": [answer],
    "pending": [
        answer,
        lambda ticket, agent, at: ticket_status.set_status(ticket=ticket, by=agent, status="pending", now=at),
    ],
    "asks again": [
        lambda ticket, agent, at: ticket_status.set_status(ticket=ticket, by=agent, status="on_hold", now=at),
        lambda ticket, agent, at: replies.receive_customer_message(ticket=ticket, body="And?", now=at),
    ],
    "reopened": [
        lambda ticket, agent, at: ticket_status.resolve(ticket=ticket, by=agent, now=at),
        lambda ticket, agent, at: ticket_status.reopen(ticket=ticket, by=agent, now=at),
    ],
}


@pytest.mark.parametrize("story", STORIES)
def test_times_are_those_of_a_whole_replay(make: Make, story: str, asked: datetime) -> None:
    began, agent = asked - 20 * DAY, make.agent()
    versions.publish_calendar(calendar=Calendar.objects.get(), spec=OFFICE, now=began - DAY)
    ticket = make.ticket(now=began)
    with transaction.atomic():
        for number, deed in enumerate(STORIES[story], start=1):
            deed(ticket, agent, began + number * 7 * HOUR)
        versions.publish_calendar(
            calendar=Calendar.objects.get(), spec=EVENINGS, now=began + 2 * DAY, effective_at=began + 9 * DAY
        )
    ticket.refresh_from_db()

    for now in (began + 3 * DAY, asked):
        stored = {
            (clock.metric, clock.started_at): clock.elapsed(
                now, since=ticket.last_event_at, book=book.current()
            )
            for clock in clock_cells.clocks_of([ticket.pk], now=now)
        }
        replayed = clock_state.tell_all(ticket, now=now).told[ticket.pk].clocks
        assert replayed
        assert len(stored) == len(replayed)
        for clock in replayed:
            business, wall = stored[clock.metric, clock.started_at]
            assert business == clock.elapsed_at(now)[0], clock.metric
            assert clock.metric in WHOLE_WAITS or wall == clock.elapsed_at(now)[1], clock.metric
