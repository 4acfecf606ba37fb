"""Reading tickets, one and in lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from helpdesk.models import Ticket
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import NOW, Make


def references(page: dict[str, Any]) -> list[str]:
    return [ticket["reference"] for ticket in page["data"]]


def every_page(caller: Caller, path: str) -> list[list[str]]:
    pages = [told(caller.get(path))]
    while pages[-1]["next_cursor"]:
        pages.append(told(caller.get(f"{path}&cursor={pages[-1]['next_cursor']}")))
        assert len(pages) < 20
    return [references(page) for page in pages]


def test_a_ticket_is_read_by_its_reference(caller: Caller, make: Make) -> None:
    ticket = make.ticket(subject="Where is it?")

    answer = told(caller.get(f"/tickets/{ticket.reference}"))

    assert (answer["reference"], answer["subject"]) == (ticket.reference, "Where is it?")


def test_another_stores_ticket_is_not_there(callers: Callers, make: Make) -> None:
    ticket = make.ticket()
    outsider = callers.outsider()

    assert_problem(outsider.get(f"/tickets/{ticket.reference}"), 404, "not-found")
    assert told(outsider.get("/tickets")) == {"data": [], "next_cursor": None}


@pytest.mark.parametrize("reference", ["T-0000000", "T-UUUUUUU", "1", "batch", "T-7K2M9QX%00", "%ff"])
def test_what_is_no_reference_is_not_there(caller: Caller, reference: str) -> None:
    status = caller.get(f"/tickets/{reference}").status_code

    assert status == (405 if reference == "batch" else 404)


def test_reading_needs_a_key_with_the_scope(callers: Callers, make: Make) -> None:
    path = f"/tickets/{make.ticket().reference}"
    writer = callers(scopes=["write"])

    for each in (path, "/tickets"):
        assert_problem(callers.nobody().get(each), 401, "no-key")
        assert_problem(writer.get(each), 403, "scope-missing")


def test_the_latest_change_comes_first(caller: Caller, make: Make) -> None:
    tickets = [make.ticket(now=NOW + timedelta(minutes=minute)) for minute in range(3)]

    assert references(told(caller.get("/tickets"))) == [ticket.reference for ticket in reversed(tickets)]


def test_pages_follow_each_other_without_gap_or_repeat(caller: Caller, make: Make) -> None:
    tickets = [make.ticket(now=NOW + timedelta(minutes=number // 3)) for number in range(7)]

    pages = every_page(caller, "/tickets?limit=2")

    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert sum(pages, []) == [ticket.reference for ticket in reversed(tickets)]


def test_changes_since_an_instant_come_in_their_order(caller: Caller, make: Make) -> None:
    tickets = [make.ticket() for _ in range(6)]
    since = told(caller.get(f"/tickets/{tickets[2].reference}"))["updated_at"]

    pages = every_page(caller, f"/tickets?updated_since={since}&limit=2")

    assert sum(pages, []) == [ticket.reference for ticket in tickets[2:]]


@pytest.mark.parametrize(
    "condition",
    [
        "status=resolved",
        "priority=high",
        "channel=chat",
        "queue=Returns",
        "assignee=Owner%40example.com",
        "tag=wismo",
        "external_id=shop-1",
        "customer=c_1",
        "customer_email=JON%40example.com",
    ],
)
def test_a_condition_keeps_what_meets_it(caller: Caller, make: Make, condition: str) -> None:
    make.ticket()
    ticket = make.ticket(
        priority="high",
        channel="chat",
        queue=make.queue("Returns"),
        tags=["wismo", "late"],
        external_id="shop-1",
        customer={"external_id": "c_1", "email": "jon@Example.com"},
    )
    Ticket.objects.filter(pk=ticket.pk).update(status="resolved", assignee=make.agent())

    assert references(told(caller.get(f"/tickets?{condition}"))) == [ticket.reference]


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ("limit=0", "bad-parameter", "limit"),
        ("limit=101", "bad-parameter", "limit"),
        ("limit=many", "bad-parameter", "limit"),
        ("status=waiting", "bad-parameter", "status"),
        ("statsu=open", "unknown-parameter", "statsu"),
        ("updated_since=0", "bad-parameter", "updated_since"),
        ("updated_since=yesterday", "bad-parameter", "updated_since"),
        ("tag=", "bad-parameter", "tag"),
        ("status=", "bad-parameter", "status"),
        ("queue=", "bad-parameter", "queue"),
        ("limit=1&limit=2", "bad-parameter", "limit"),
        (
            "updated_since=2026-03-09T15:00:00Z&updated_since=2026-03-09T15:00:00Z",
            "bad-parameter",
            "updated_since",
        ),
        ("cursor=!", "bad-parameter", "cursor"),
        ("cursor=abc", "bad-cursor", "cursor"),
        ("cursor=WzEsMl0", "bad-cursor", "cursor"),
        ("cursor=WyIwMDAxLTAxLTAxVDAwOjAwOjAwIiwxXQ", "bad-cursor", "cursor"),
    ],
)
def test_a_wrong_parameter_is_named(caller: Caller, query: str, code: str, parameter: str) -> None:
    response = caller.get(f"/tickets?{query}")

    assert_problem(response, 422, code)
    assert told(response)["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize("door", ["tickets", "flags"])
@pytest.mark.parametrize(
    "instant",
    [
        "2026-03-09T15:00:00+00:00",
        "2026-03-09T15:00:00%2B00:00",
        "2026-03-09+15:00:00.25+0530",
        "20260309T150000+02",
        "2026-03-09T15:00:00-05:00",
    ],
)
def test_an_offset_with_a_plus_is_read_escaped_or_not(caller: Caller, door: str, instant: str) -> None:
    assert caller.get(f"/{door}?updated_since={instant}").status_code == 200


@pytest.mark.parametrize("instant", ["2026-03-09", "2026-03-09+15:00", "2026-03-09T15:00:00", "15:00+00:00"])
def test_what_has_no_offset_gets_none(caller: Caller, instant: str) -> None:
    assert_problem(caller.get(f"/tickets?updated_since={instant}"), 422, "bad-parameter")


def test_a_plus_that_was_lost_is_the_offset_that_was_meant(caller: Caller, make: Make) -> None:
    at = make.ticket().updated_at + timedelta(hours=2)
    for minutes, found in ((-1, 1), (1, 0)):
        written = (at + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S+02:00")
        assert len(told(caller.get(f"/tickets?updated_since={written}"))["data"]) == found


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_time_list_all_or_nothing(caller: Caller, make: Make, instant: str) -> None:
    make.ticket()

    assert len(told(caller.get(f"/tickets?updated_since={instant}"))["data"]) == instant.startswith("0001")


def test_a_page_takes_as_many_statements_as_one_ticket(
    caller: Caller, make: Make, django_assert_max_num_queries: Any
) -> None:
    make.ticket()
    with django_assert_max_num_queries(20) as one:
        caller.get("/tickets")
    for _number in range(9):
        make.ticket()
    with django_assert_max_num_queries(len(one)):
        assert len(told(caller.get("/tickets"))["data"]) == 10


def test_every_wrong_parameter_is_named_with_what_it_may_be(caller: Caller) -> None:
    problem = told(caller.get("/tickets?status=waiting&priority=asap&limit=0&tag="))

    faults = {fault["parameter"]: fault.get("allowed") for fault in problem["errors"]}
    assert set(faults) == {"status", "priority", "limit", "tag"}
    assert faults["priority"] == ["high", "low", "normal", "urgent"]


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("priority=low&priority=high", {"a", "b"}),
        ("tag=x&tag=y", {"a", "b"}),
        ("external_id=1&external_id=3&priority=urgent", {"c"}),
        ("customer=c1&customer=c3", {"a", "c"}),
    ],
)
def test_several_values_of_a_condition_mean_any_of_them(
    caller: Caller, make: Make, query: str, subjects: set[str]
) -> None:
    make.ticket(subject="a", priority="low", tags=["x"], external_id="1", customer={"external_id": "c1"})
    make.ticket(subject="b", priority="high", tags=["y"], external_id="2", customer={"external_id": "c2"})
    make.ticket(subject="c", priority="urgent", external_id="3", customer={"external_id": "c3"})

    assert {ticket["subject"] for ticket in told(caller.get(f"/tickets?{query}"))["data"]} == subjects
