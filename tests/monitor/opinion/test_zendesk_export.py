"""Lines of an export, as they are documented, into foreign tickets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.opinion.foreign_record import ForeignUser, NoRecord
from monitor.opinion.foreign_ticket import Ending, ForeignTicket, TheirFigure
from monitor.opinion.zendesk_export import read_line


def record(**more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "id": 41007,
        "created_at": "2026-09-03T08:00:05Z",
        "updated_at": "2026-09-03T11:20:00Z",
        "generated_timestamp": 1788434407,
        "status": "solved",
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "requester_id": 7001,
        "submitter_id": 7001,
        "assignee_id": 501,
        "subject": "My refund",
        "tags": ["refund"],
        "metric_set": {
            "ticket_id": 41007,
            "reopens": 0,
            "reply_time_in_minutes": {"calendar": 95, "business": 35},
        },
        "comments": [
            {
                "id": 1,
                "author_id": 7001,
                "public": True,
                "body": "Where is it?",
                "created_at": "2026-09-03T08:00:05Z",
            },
            {
                "id": 2,
                "author_id": 501,
                "public": True,
                "body": "Here.",
                "created_at": "2026-09-03T09:35:40Z",
            },
        ],
    }
    return usual | more


def read(told: dict[str, Any]) -> ForeignTicket:
    found = read_line(json.dumps(told).encode())
    assert isinstance(found, ForeignTicket)
    return found


def test_a_ticket_stands_under_its_name_in_a_file_and_bare_in_the_api() -> None:
    assert read({"ticket": record()}) == read(record())


def test_who_spoke_when_is_kept_and_no_word_of_it() -> None:
    ticket = read(record())

    assert [(one.author, one.public) for one in ticket.comments or ()] == [(7001, True), (501, True)]
    assert ticket.created_at == datetime(2026, 9, 3, 8, 0, 5, tzinfo=UTC)
    assert ticket.figure == TheirFigure(calendar=95 * 60, business=35 * 60)
    assert not any(word in repr(ticket) for word in ("refund", "Where", "Here"))


@pytest.mark.parametrize(
    ("more", "ending"),
    [
        ({"status": "open"}, Ending.OPEN),
        ({"status": "hold"}, Ending.OPEN),
        ({"status": "closed"}, Ending.OVER),
        ({"status": "closed", "tags": ["closed_by_merge"]}, Ending.MERGED),
        ({"status": "open", "tags": ["closed_by_merge"]}, Ending.OPEN),
        ({"status": "deleted"}, Ending.DELETED),
    ],
)
def test_how_a_ticket_ended(more: dict[str, Any], ending: Ending) -> None:
    assert read(record(**more)).ending is ending


def test_a_figure_that_is_null_is_told_and_one_that_is_missing_is_not() -> None:
    unanswered = {"reply_time_in_minutes": {"calendar": None, "business": None}}
    bare = record()
    del bare["metric_set"]

    assert read(record(metric_set=unanswered)).figure == TheirFigure(calendar=None)
    assert read(bare).figure is None


def test_nought_minutes_are_a_figure() -> None:
    at_once = {"reply_time_in_minutes": {"calendar": 0, "business": 0}}

    assert read(record(metric_set=at_once)).figure == TheirFigure(calendar=0, business=0)


def test_messages_have_seconds() -> None:
    messages = {"reply_time_in_minutes": {"calendar": None}, "reply_time_in_seconds": {"calendar": 42}}

    assert read(record(metric_set=messages)).figure == TheirFigure(calendar=42, grain=2)


def test_a_ticket_too_large_for_its_comments_says_that_they_are_missing() -> None:
    large = record()
    del large["comments"]

    assert read(large).comments is None


def test_a_comment_that_comes_twice_is_one() -> None:
    twice = record()["comments"] * 2

    assert len(read(record(comments=twice)).comments or ()) == 2


def test_a_rule_is_known_by_its_channel() -> None:
    comment = {
        "id": 3,
        "author_id": -1,
        "public": True,
        "created_at": "2026-09-03T08:00:06Z",
        "via": {"channel": "rule"},
    }

    assert [one.by_rule for one in read(record(comments=[comment])).comments or ()] == [True]


def test_a_person_may_be_told_whole_or_by_number() -> None:
    whole = record(requester={"id": 7009, "name": "Somebody"})
    del whole["requester_id"]

    assert read(whole).requester == 7009


@pytest.mark.parametrize(("role", "works"), [("agent", True), ("admin", True), ("end-user", False)])
def test_agents_and_admins_work_there(role: str, works: bool) -> None:
    assert read_line(json.dumps({"user": {"id": 501, "role": role}}).encode()) == ForeignUser(501, works)


def test_an_organization_says_nothing_of_waiting() -> None:
    assert read_line(b'{"organization": {"id": 1, "name": "X"}}') is None


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"ticket": {"id": 1}}',
        json.dumps(record(id="x")).encode(),
        json.dumps(record(id=2**70)).encode(),
        json.dumps(record(created_at="yesterday")).encode(),
        json.dumps(record(created_at="2026-09-03T08:00:05")).encode(),
        json.dumps(record(created_at=5)).encode(),
        json.dumps(record(comments=[5])).encode(),
        json.dumps(record(via="web")).encode(),
        json.dumps(record(generated_timestamp=1e300)).encode(),
        json.dumps(record(generated_timestamp=-1e18)).encode(),
        b'{"ticket":' * 10_000,
        b'{"user": {"role": "agent"}}',
    ],
)
def test_what_is_no_record_is_refused_with_a_reason(line: bytes) -> None:
    with pytest.raises(NoRecord, match=r"\w"):
        read_line(line)
