"""Tables that are saved have what was measured first, and beside it what is left without promises that are excused."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.models import Agent, Ticket
from helpdesk.tickets import ticket_status
from monitor.clock.metrics import PROMISED
from monitor.excusals import causes, excusing
from monitor.models import Clock, ListedCause
from monitor.pages.board.board_filter_form import METRICS
from monitor.reports import clock_cells
from monitor.reports.adjusted import adjusted_cells
from tests import figures
from tests.make import NOW, Make
from tests.monitor.excusals.broken import (
    MUCH_LATER,
    answer,
    excuse,
    first_response,
    freeze,
    late_by,
    take_back,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAYS = {"from": "2026-03-08", "to": "2026-03-09"}


@pytest.fixture
def overseer(make: Make, client: Client) -> Agent:
    figures.begin()
    client.force_login(make.agent("overseer"))
    return make.agent("overseer")


def table(client: Client, name: str, **query: str) -> list[dict[str, str]]:
    answered = client.get(reverse(name), DAYS | query)
    return list(csv.DictReader(io.StringIO(answered.getvalue().decode())))


def name_cause(ticket: Ticket, *, by: Agent, cause: ListedCause | None = None, words: str = "") -> None:
    with transaction.atomic():
        causes.name_cause([first_response(ticket)], cause=cause, words=words, by=by, now=MUCH_LATER)


def listed_cause(name: str, *, by: Agent) -> ListedCause:
    with transaction.atomic():
        return causes.add(name, by=by, now=MUCH_LATER)


@pytest.mark.parametrize("folded", [True, False])
def test_a_day_says_what_was_measured_and_then_what_is_excused_by_cause(
    client: Client, overseer: Agent, make: Make, *, folded: bool
) -> None:
    storm, _strike = (listed_cause(name, by=overseer) for name in ("Storm", "Strike"))
    answer(make, make.ticket(), NOW + MINUTE)
    stormy, said, unnamed, blamed = (late_by(make, HOUR) for _ in range(4))
    name_cause(stormy, by=overseer, cause=storm)
    name_cause(said, by=overseer, words="Their own fault")
    name_cause(blamed, by=overseer, cause=storm)
    for ticket in (stormy, said, unnamed):
        excuse(ticket, by=overseer)
    if folded:
        figures.fold()

    before, day = table(client, "board-days")

    assert {head: before[head] for head in ("decided", "kept_per_mille", "excused", "adjusted_per_mille")} == {
        "decided": "0", "kept_per_mille": "", "excused": "0", "adjusted_per_mille": "",
    }  # fmt: skip
    heads = list(day)
    assert {head: day[head] for head in heads[heads.index("kept_per_mille") :]} == {
        "kept_per_mille": "200", "decided": "5", "met": "1", "late": "4", "unanswered": "0", "undecided": "0",
        "unpromised": "0", "excused": "3", "adjusted_per_mille": "500", "excused: Storm": "1", "excused: Strike": "0",
        "excused_own_words": "1", "excused_without_cause": "1",
    }  # fmt: skip
    take_back(stormy, by=overseer)
    with transaction.atomic():
        causes.retire(storm, by=overseer, now=MUCH_LATER)
    assert table(client, "board-days")[1]["adjusted_per_mille"] == "333"
    assert "excused: Storm" not in table(client, "board-days")[1]


def test_what_is_never_promised_has_no_share_and_nothing_excused(
    client: Client, overseer: Agent, make: Make
) -> None:
    excuse(late_by(make, HOUR), by=overseer)

    day = table(client, "board-days", metric="first_substantive_response")[1]

    told = [day[head] for head in ("kept_per_mille", "unpromised", "excused", "adjusted_per_mille")]
    assert told == ["", "1", "0", ""]


def test_a_row_says_why_a_promise_broke_and_who_excuses_it(
    client: Client, overseer: Agent, make: Make
) -> None:
    by_both, by_people, blamed, kept = (
        late_by(make, MINUTE),
        late_by(make, 5 * HOUR),
        late_by(make, 5 * HOUR),
        make.ticket(),
    )
    answer(make, kept, NOW + MINUTE)
    freeze(make, NOW, NOW + HOUR, name="Power cut")
    name_cause(by_people, by=overseer, cause=listed_cause("Storm", by=overseer))
    name_cause(blamed, by=overseer, words="+1 too few")
    for ticket in (by_both, by_people):
        excuse(ticket, by=overseer)
    figures.fold()

    rows = {row["reference"]: row for row in table(client, "board-tickets")}

    heads = [f"first_response_{head}" for head in ("outcome", "adjusted_outcome", "cause", "excused_by")]
    assert {
        ticket: [rows[ticket.reference][head] for head in heads]
        for ticket in (by_both, by_people, blamed, kept)
    } == {
        by_both: ["late", "excused", "", "Overseer, Power cut"],
        by_people: ["late", "excused", "Storm", "Overseer"],
        blamed: ["late", "late", "'+1 too few", ""],
        kept: ["met", "met", "", ""],
    }
    assert list(rows[kept.reference])[-len(adjusted_cells.HEADS) :] == list(adjusted_cells.HEADS)


def test_of_what_is_timed_again_and_again_it_says_how_often_it_is_excused(
    client: Client, overseer: Agent, make: Make
) -> None:
    ticket = make.ticket()
    answer(make, ticket, NOW + MINUTE)
    for hours, took in ((1, 9 * HOUR), (12, 8 * HOUR), (24, MINUTE)):
        with transaction.atomic():
            replies.receive_customer_message(ticket=ticket, body="And?", now=NOW + hours * HOUR)
        answer(make, ticket, NOW + hours * HOUR + took)
    first = Clock.objects.standing().of("next_response").order_by("start_seq").first()
    assert first
    with transaction.atomic():
        excusing.excuse([first], reason="Storm", by=overseer, now=MUCH_LATER)

    [row] = table(client, "board-tickets")

    said = ("outcome", "cycles", "late_cycles", "adjusted_outcome", "excused_cycles", "excused_by")
    assert [row[f"next_response_{head}"] for head in said] == ["met", "3", "2", "met", "1", ""]


def test_whoever_waits_past_the_due_time_can_be_excused_and_what_is_kept_cannot(
    client: Client, overseer: Agent, make: Make
) -> None:
    waiting, silent, bounced = make.ticket(), make.ticket(), make.ticket()
    with transaction.atomic():
        ticket_status.resolve(ticket=silent, by=overseer, now=NOW + MINUTE)
    for ticket in (waiting, silent, bounced):
        excuse(ticket, by=overseer)
    answer(make, bounced, NOW + MINUTE)

    rows = {row["reference"]: row for row in table(client, "board-tickets")}

    told = {
        name: (
            rows[one.reference]["first_response_outcome"],
            rows[one.reference]["first_response_adjusted_outcome"],
        )
        for name, one in {"waiting": waiting, "silent": silent, "kept": bounced}.items()
    }
    assert told == {
        "waiting": ("waiting", "excused"),
        "silent": ("unanswered", "excused"),
        "kept": ("met", "met"),
    }


def test_days_and_tickets_count_as_many_excused(client: Client, overseer: Agent, make: Make) -> None:
    for number in range(6):
        ticket = late_by(make, MINUTE + number * HOUR)
        if number % 3 == 0:
            excuse(ticket, by=overseer)
    freeze(make, NOW, NOW + 2 * HOUR)
    figures.fold()

    tickets = table(client, "board-tickets")
    for metric in set(PROMISED) & set(METRICS):
        by_ticket = sum(row[f"{metric}_adjusted_outcome"] == "excused" for row in tickets)
        assert table(client, "board-days", metric=metric)[1]["excused"] == str(by_ticket), metric


def test_a_piece_in_which_promises_broke_takes_as_many_statements_whatever_the_number(
    client: Client, overseer: Agent, make: Make
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            table(client, "board-tickets")
        return len(queries)

    excuse(late_by(make, HOUR), by=overseer)
    statements()
    few = statements()
    for _ in range(4):
        excuse(late_by(make, HOUR), by=overseer)

    assert statements() == few


def test_every_promise_has_its_columns_twice_as_measured_and_adjusted() -> None:
    assert [metric for metric in clock_cells.COLUMNS if metric in PROMISED] == [
        metric for metric in clock_cells.COLUMNS if metric in adjusted_cells.COLUMNS
    ]
    assert not set(clock_cells.HEADS) & set(adjusted_cells.HEADS)
