"""Tickets found by any word, as far as the key may read them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.models import Ticket
from helpdesk.search import search_rows
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db


def write_rows() -> None:
    with transaction.atomic():
        search_rows.catch_up(limit=100)


def found(caller: Caller, question: str) -> list[str]:
    return [one["subject"] for one in told(caller.get(f"/tickets?q={question}"))["data"]]


def test_who_is_found_by_the_head_comes_first_then_who_asked_last(caller: Caller, make: Make) -> None:
    make.ticket(subject="One", body="My kettle is cold.")
    make.ticket(subject="Kettle", body="It is cold.")
    make.ticket(subject="Two", body="A cold kettle again.")
    make.ticket(subject="Lamp", body="It flickers.")
    write_rows()

    assert found(caller, "kettle%20cold") == ["Two", "Kettle", "One"]
    assert found(caller, "kettle") == ["Kettle", "Two", "One"]
    assert found(caller, "teapot") == []


def test_pages_follow_one_another_whatever_comes_in_between(caller: Caller, make: Make) -> None:
    for number in range(5):
        make.ticket(subject=f"Kettle {number}")
    write_rows()

    first = told(caller.get("/tickets?q=kettle&limit=2"))
    make.ticket(subject="Kettle of now")
    Ticket.objects.filter(subject="Kettle 3").update(subject="Lamp", updated_at=NOW)
    write_rows()
    second = told(caller.get(f"/tickets?q=kettle&limit=2&cursor={first['next_cursor']}"))
    third = told(caller.get(f"/tickets?q=kettle&limit=2&cursor={second['next_cursor']}"))

    pages = [[one["subject"] for one in page["data"]] for page in (first, second, third)]
    assert pages == [["Kettle 4", "Kettle 3"], ["Kettle 2", "Kettle 1"], ["Kettle 0"]]
    assert third["next_cursor"] is None


def test_other_conditions_narrow_it_and_what_was_put_aside_is_asked_for(caller: Caller, make: Make) -> None:
    make.ticket(subject="Kettle one", priority="high")
    make.ticket(subject="Kettle two")
    spam = make.ticket(subject="Kettle three")
    Ticket.objects.filter(pk=spam.pk).update(status="spam")
    write_rows()

    assert found(caller, "kettle&priority=high") == ["Kettle one"]
    assert found(caller, "kettle") == ["Kettle two", "Kettle one"]
    assert found(caller, "kettle&status=spam") == ["Kettle three"]


def test_a_key_finds_nothing_of_another_store_s(callers: Callers, make: Make) -> None:
    make.ticket(subject="Kettle")
    write_rows()

    assert found(callers.outsider(), "kettle") == []


def test_a_key_that_may_not_read_notes_finds_nothing_by_them(callers: Callers, make: Make) -> None:
    ticket = make.ticket(subject="Kettle", body="It leaks.")
    with transaction.atomic():
        replies.add_note(ticket=ticket, author=make.agent(), body="A notorious swindler.", now=NOW)
    write_rows()

    sighted, blind = callers(), callers(scopes=["read"])

    assert found(sighted, "swindler") == found(sighted, "leaks%20swindl") == ["Kettle"]
    assert (
        found(blind, "swindler") == found(blind, "leaks%20swindl") == found(blind, "kettle%20swindler") == []
    )
    assert found(blind, "leaks") == found(blind, "kett") == ["Kettle"]


@pytest.mark.parametrize(("asked", "code", "parameter"), [
    ("q=", "bad-parameter", "q"),
    ("q=%20...%20", "no-word", "q"),
    ("q=" + "k" * 301, "bad-parameter", "q"),
    ("q=a&q=b", "bad-parameter", "q"),
    ("q=kettle&updated_since=2026-11-23T05:37:03Z", "contradiction", "updated_since"),
    ("q=kettle&cursor=WyIyMDI2LTExLTIzVDA1OjQyOjAzLjQyNjkwMloiLDVd", "bad-cursor", "cursor"),
])  # fmt: skip
def test_what_means_nothing_is_refused_where_it_stands(
    caller: Caller, asked: str, code: str, parameter: str
) -> None:
    refused: Any = caller.get(f"/tickets?{asked}")

    assert_problem(refused, 422, code)
    assert [fault["parameter"] for fault in told(refused)["errors"]] == [parameter]
