"""A log of messages comes in once, whole, with its own times; what cannot be taken says why."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from helpdesk.intake.log_text import NotAMessageLog
from helpdesk.intake.message_log import read
from helpdesk.intake.playback import request_of, score
from helpdesk.models import Message, Ticket
from monitor.clock.metrics import Metric
from monitor.models import Clock
from monitor.promises import defaults

HEAD = "ticket_id,comment_seq,message_id,at,author,author_role,our_role,is_public,body"
LOG = [
    '1,0,m0,2022-01-05T05:27:14Z,ann,reporter,customer,1,"Hello,\nwhere is it?"',
    "1,1,m1,2022-01-05T05:27:18Z,robot,others,bot,1,We got it.",
    "1,2,m2,2022-01-05T05:30:00Z,max,others,agent,0,Looking.",
    "1,3,m3,2022-01-05T05:33:26Z,max,others,agent,1,Here it is.",
    "2,0,m4,2022-01-05T06:00:00Z,bob,assignee,agent,1,A question.",
]
BAD = [
    "1,4,m5,2022-01-05T05:40:00Z,ann,reporter,customer,0,Whispered.",
    "1,5,m6,yesterday,ann,reporter,customer,1,When?",
    "1,6,m7,2022-01-05T05:40:00,ann,reporter,customer,1,Where?",
    "1,7,m8,2022-01-05T05:40:00Z,ann,reporter,ghost,1,Who?",
    "1,8,m9,2022-01-05T05:40:00Z,ann,reporter,customer,1,   ",
    "3,1,m10,2022-01-05T05:40:00Z,ann,reporter,customer,1,No beginning.",
    "1,9,m11",
]


def log(tmp_path: Path, *lines: str, name: str = "log.csv") -> Path:
    path = tmp_path / name
    text = "\n".join([HEAD, *lines]) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def bring_in(path: Path, tmp_path: Path, **options: Any) -> str:
    said, told = StringIO(), {"errors": tmp_path / "errors.csv", **options}
    call_command("import_messages", str(path), stdout=said, stderr=StringIO(), **told)
    return said.getvalue()


def bring_in_some(path: Path, tmp_path: Path, **options: Any) -> CommandError:
    """Import a log of which something is set aside, and return how that ends."""
    with pytest.raises(CommandError) as ended:
        bring_in(path, tmp_path, **options)
    return ended.value


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz"])
def test_plain_and_gzip_files_read_alike(tmp_path: Path, name: str) -> None:
    conversations, aside = read(log(tmp_path, *LOG, name=name))

    assert [len(each.lines) for each in conversations] == [4, 1]
    assert aside == []


def test_every_bad_line_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    conversations, aside = read(log(tmp_path, *LOG, *BAD))

    assert [len(each.lines) for each in conversations] == [4, 1]
    assert [each.message_id for each in aside] == ["m5", "m6", "m7", "m8", "m9", "m10", "m11"]
    assert all(each.reason for each in aside)


def test_bytes_that_are_no_utf8_are_set_aside(tmp_path: Path) -> None:
    path = log(tmp_path, *LOG)
    path.write_bytes(path.read_bytes() + b"2,1,m12,2022-01-05T06:01:00Z,bob,x,customer,1,caf\xe9\n")

    assert [each.message_id for each in read(path)[1]] == ["m12"]


def test_another_file_is_refused_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(NotAMessageLog, match="ticket_id"):
        read(path)
    with pytest.raises(CommandError, match="ticket_id"):
        call_command("import_messages", str(path))
    with pytest.raises(CommandError):
        call_command("import_messages", str(tmp_path / "nowhere.csv"))


def test_a_column_that_is_there_twice_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "doubled.csv"
    path.write_text(f"{HEAD},body\n")
    with pytest.raises(NotAMessageLog, match="has the column body twice"):
        read(path)


@pytest.mark.django_db
def test_history_comes_in_with_its_own_times_and_never_rings(tmp_path: Path) -> None:
    defaults.ensure_defaults()
    ended = bring_in_some(log(tmp_path, *LOG, *BAD), tmp_path)

    assert str(ended).startswith("7 lines set aside")
    assert (Ticket.objects.count(), Message.objects.count()) == (2, 5)
    clock = Clock.objects.get(ticket__external_id="1", metric=Metric.FIRST_RESPONSE)
    assert clock.wall == timedelta(seconds=372)
    assert clock.ended_at == datetime(2022, 1, 5, 5, 33, 26, tzinfo=UTC)
    assert not Clock.objects.filter(rings_at__isnull=False).exists()
    rows = csv.DictReader((tmp_path / "errors.csv").read_text().splitlines())
    assert [row["message_id"] for row in rows] == ["m5", "m6", "m7", "m8", "m9", "m10", "m11"]


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    bring_in(log(tmp_path, *LOG), tmp_path)
    said = bring_in(log(tmp_path, *LOG), tmp_path)

    assert "0 tickets and 0 messages imported, 5 messages known before" in said
    assert (Ticket.objects.count(), Message.objects.count()) == (2, 5)


@pytest.mark.django_db
def test_who_opens_a_ticket_on_which_nobody_else_asks_is_its_customer(tmp_path: Path) -> None:
    defaults.ensure_defaults()
    bring_in(log(tmp_path, *LOG), tmp_path, keep_open=True)

    clock = Clock.objects.get(ticket__external_id="2", metric=Metric.FIRST_RESPONSE)
    assert clock.outcome == ""
    assert Ticket.objects.get(external_id="2").customer.name == "bob"


WROTE_FIRST = [
    "o,0,o-0,2026-11-24T09:00:00Z,Olga,others,agent,{public},Your parcel is late",
    "o,1,o-1,2026-11-25T09:00:00Z,Kim,others,customer,1,When?",
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("public", "outcome", "asked_at"),
    [("1", "not_applicable", "2026-11-25T09:00:00Z"), ("0", "", "2026-11-24T09:00:00Z")],
)
def test_an_agent_who_writes_first_is_not_taken_for_the_customer(
    tmp_path: Path, public: str, outcome: str, asked_at: str
) -> None:
    defaults.ensure_defaults()
    bring_in(log(tmp_path, *(line.format(public=public) for line in WROTE_FIRST)), tmp_path, keep_open=True)

    ticket, first = Ticket.objects.get(), Clock.objects.get(metric=Metric.FIRST_RESPONSE)
    assert (ticket.customer.name, first.outcome) == ("Kim", outcome)
    waiting = Clock.objects.get(metric__in=["first_response", "next_response"], ended_at=None)
    assert waiting.started_at == ticket.waiting_since == datetime.fromisoformat(asked_at)
    opened = Message.objects.get(external_id="o-0")
    assert (opened.author, opened.author_name, opened.public) == ("agent", "Olga", public == "1")


@pytest.mark.django_db
def test_a_bot_that_greets_before_anybody_asks_opens_nothing(tmp_path: Path) -> None:
    greeted = ["g,0,g-0,2026-11-24T09:00:00Z,robot,others,bot,1,Hello!"]
    asked = ["g,1,g-1,2026-11-24T09:01:00Z,Kim,others,customer,1,Where is it?"]
    bring_in(log(tmp_path, *greeted, *asked), tmp_path, keep_open=True)
    again = bring_in(log(tmp_path, *greeted, *asked), tmp_path, keep_open=True)

    ticket = Ticket.objects.get()
    assert (ticket.customer.name, ticket.subject) == ("Kim", "Where is it?")
    assert ticket.waiting_since == datetime(2026, 11, 24, 9, 1, tzinfo=UTC)
    assert "2 messages known before" in again


@pytest.mark.django_db(transaction=True)  # in a single transaction, thousands of updates slow one another
def test_a_real_log_gives_the_first_responses_that_others_computed(tmp_path: Path, shared_data: Path) -> None:
    defaults.ensure_defaults()
    folder = shared_data / "helpdesk_messages"
    ended = bring_in_some(folder / "messages.csv.gz", tmp_path)
    assert str(ended).startswith("2 lines set aside")
    said = StringIO()
    call_command("report", "first-response", "--tickets", "--json", stdout=said)
    reported: dict[str, Any] = {
        row["external_id"]: row["first_response_seconds"] for row in json.loads(said.getvalue())["tickets"]
    }
    expected = csv.DictReader((folder / "tickets_expected.csv").read_text().splitlines())
    waited = {row["ticket_id"]: row["frt_human_public_s"] for row in expected}

    assert reported == {ticket: float(seconds) if seconds else None for ticket, seconds in waited.items()}


def test_a_playback_is_as_many_times_faster_and_keeps_the_first_answers_time(tmp_path: Path) -> None:
    start = datetime(2026, 3, 9, 15, tzinfo=UTC)
    conversations, _aside = read(log(tmp_path, *LOG))
    cues = score(conversations, start=start, speed=60)

    opening, *_others, answer = [cue for cue in cues if cue.line.ticket_id == "1"]
    assert opening.at == start
    assert answer.at == start + timedelta(seconds=372) / 60
    assert answer.at - opening.occurred_at == timedelta(seconds=372)
    assert request_of(answer, agent="max@example.com")["author"] == {
        "kind": "agent",
        "agent": "max@example.com",
    }
    assert [cue.at for cue in cues] == sorted(cue.at for cue in cues)


def test_a_ticket_of_a_playback_is_dated_back_however_long_its_first_answer_took(tmp_path: Path) -> None:
    late = "2,1,m9,2022-02-05T06:00:00Z,max,others,agent,1,At last."
    conversations, _aside = read(log(tmp_path, *LOG, late))
    [talk] = [each for each in conversations if each.ticket_id == "2"]
    cues = score([talk], start=datetime(2026, 3, 9, tzinfo=UTC), speed=3600)

    opening, answer = cues[0], cues[-1]
    took = talk.lines[-1].at - talk.lines[0].at
    assert took > timedelta(days=1)
    assert answer.at - opening.occurred_at == took


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_line_that_is_known_with_another_text_is_named_and_changes_nothing(
    tmp_path: Path, place: int
) -> None:
    bring_in(log(tmp_path, *LOG), tmp_path)
    before = list(Message.objects.order_by("pk").values_list("body", flat=True))
    number = sum(line.count("\n") + 1 for line in LOG[:place]) + 2
    other = ",".join([*LOG[place].split(",")[:8], "Not so."])

    again = bring_in(log(tmp_path, *LOG[:place], other, *LOG[place + 1 :]), tmp_path)

    assert "1 lines were known before with another text" in again
    [named] = csv.DictReader(StringIO((tmp_path / "errors.csv").read_text()))
    assert (named["line"], named["message_id"]) == (str(number), f"m{place}")
    assert list(Message.objects.order_by("pk").values_list("body", flat=True)) == before


@pytest.mark.django_db
def test_a_line_that_is_known_as_it_is_kept_is_not_named(tmp_path: Path) -> None:
    piled = "1,4,m5,2022-01-05T05:40:00Z,ann,reporter,customer,1,He" + "\u0301" * 50 + "llo."
    bring_in(log(tmp_path, *LOG, piled), tmp_path)

    assert "another text" not in bring_in(log(tmp_path, *LOG, piled), tmp_path)
