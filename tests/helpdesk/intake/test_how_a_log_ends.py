"""What a log brings in ends as the log says, or when it has long been silent; it does not stand among the living."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpdesk.database.instant import database_now
from helpdesk.models import Environment, Ticket, TicketEvent
from monitor.models import Clock, Standing
from monitor.promises.defaults import ensure_defaults
from monitor.queue.queue_order import next_candidates
from monitor.reports.ticket_selection import STANDS
from tests.helpdesk.intake.test_message_logs import bring_in, bring_in_some
from tests.make import Make

pytestmark = pytest.mark.django_db

HEAD = "ticket_id,comment_seq,message_id,at,author,our_role,is_public,body"
FINISHED = [
    "o1,0,o1-0,2023-01-02T09:00:00Z,kim,customer,1,Where is it?",
    "o1,1,o1-1,2023-01-02T10:00:00Z,Ole,agent,1,Sent.",
]
LAST_WORD = datetime(2023, 1, 2, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def promises() -> None:
    ensure_defaults()


def log(tmp_path: Path, *lines: str, head: str = HEAD) -> Path:
    path = tmp_path / "log.csv"
    path.write_text("\n".join([head, *lines]) + "\n")
    return path


def days_ago(days: float) -> str:
    return (database_now() - timedelta(days=days)).isoformat()


def test_finished_conversations_are_neither_late_nor_waiting_nor_to_be_taken(
    make: Make, tmp_path: Path
) -> None:
    bring_in(log(tmp_path, *FINISHED), tmp_path)

    assert Ticket.objects.get().status == "resolved"
    now, living = database_now(), Standing.objects.all()
    assert {name: living.filter(rule(now)).count() for name, rule in STANDS.items()} == dict.fromkeys(
        STANDS, 0
    )
    assert next_candidates(make.agent("admin"), Environment.LIVE, limit=9) == []
    ended = set(Clock.objects.values_list("metric", "outcome"))
    assert ended == {("acknowledgement", "met"), ("first_response", "met"), ("resolution", "met")}


def test_a_question_that_was_left_lying_long_ago_was_never_answered(tmp_path: Path) -> None:
    bring_in(log(tmp_path, FINISHED[0]), tmp_path)

    assert Ticket.objects.get().status == "resolved"
    assert Clock.objects.get(metric="first_response").outcome == "unanswered"


@pytest.mark.parametrize(
    ("days", "options", "status"),
    [
        (13, {}, "open"),
        (15, {}, "resolved"),
        (15, {"silent_for": 30.0}, "open"),
        (2, {"silent_for": 1.0}, "resolved"),
        (900, {"keep_open": True}, "open"),
    ],
)
def test_how_long_a_silence_ends_a_conversation_is_for_the_importer_to_say(
    tmp_path: Path, days: float, options: dict[str, object], status: str
) -> None:
    asked = f"o1,0,o1-0,{days_ago(days + 1)},kim,customer,1,Where is it?"
    path = log(tmp_path, asked, f"o1,1,o1-1,{days_ago(days)},Ole,agent,1,Sent.")

    bring_in(path, tmp_path, **options)

    assert Ticket.objects.get().status == status


@pytest.mark.parametrize("status", ["open", "pending", "on_hold", "resolved", "closed"])
def test_what_the_log_says_counts_before_any_silence(tmp_path: Path, status: str) -> None:
    first, last = FINISHED
    path = log(tmp_path, f"{first},resolved", f"{last},{status}", head=f"{HEAD},status")

    bring_in(path, tmp_path)

    assert Ticket.objects.get().status == status


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59.999999Z", "2999-01-01T00:00:00Z"])
def test_words_of_a_time_to_come_are_set_aside_and_keep_nothing_open(tmp_path: Path, at: str) -> None:
    alone = f"o2,0,o2-0,{at},kim,customer,1,Where is it?"
    error = bring_in_some(log(tmp_path, *FINISHED, f"o1,2,o1-2,{at},kim,customer,1,Thanks.", alone), tmp_path)

    assert str(error).startswith("2 lines set aside")
    assert [ticket.status for ticket in Ticket.objects.all()] == ["resolved"]


def test_a_status_that_there_is_not_is_named(tmp_path: Path) -> None:
    bring_in_some(log(tmp_path, f"{FINISHED[0]},done", head=f"{HEAD},status"), tmp_path)

    [refused] = csv.DictReader((tmp_path / "errors.csv").read_text().splitlines())
    assert refused["reason"] == "The status “done” is not known."


def test_a_log_that_is_brought_in_again_ends_what_it_left_open_and_changes_nothing_more(
    tmp_path: Path,
) -> None:
    path = log(tmp_path, *FINISHED)
    bring_in(path, tmp_path, keep_open=True)
    assert Ticket.objects.get().status == "open"

    bring_in(path, tmp_path)
    assert Ticket.objects.get().status == "resolved"
    assert Ticket.objects.get().last_event_at - LAST_WORD == timedelta(microseconds=1)

    events = TicketEvent.objects.count()
    bring_in(path, tmp_path)
    assert TicketEvent.objects.count() == events


def test_answers_dated_before_their_questions_are_taken_and_named(tmp_path: Path) -> None:
    early = "o1,1,o1-1,2023-01-02T04:00:00Z,Ole,agent,1,Sent."
    said = bring_in(log(tmp_path, FINISHED[0], early), tmp_path)

    assert "1 tickets and 2 messages imported" in said
    assert "1 answers are dated before what they answer" in said
    [named] = csv.DictReader((tmp_path / "errors.csv").read_text().splitlines())
    assert (named["message_id"], named["reason"].partition(":")[0]) == (
        "o1-1",
        "It was taken, but is dated before what it answers",
    )
