"""`manage.py report`: what it prints where there is little to say."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def report(*arguments: str) -> str:
    said = io.StringIO()
    call_command("report", "first-response", *arguments, stdout=said)
    return said.getvalue()


def test_tickets_that_were_asked_for_are_a_list_even_where_there_are_none() -> None:
    told = json.loads(report("--tickets", "--json"))

    assert told["tickets"] == []
    assert (told["n"], told["p50"]) == (0, None)


def test_tickets_are_listed_only_where_they_are_asked_for(make: Make) -> None:
    ticket = make.ticket(now=NOW, external_id="shop-1")

    assert "tickets" not in json.loads(report("--json"))
    [told] = json.loads(report("--json", "--tickets"))["tickets"]
    assert told == {
        "external_id": "shop-1",
        "reference": ticket.reference,
        "first_response_seconds": None,
        "outcome": "waiting",
    }


def test_it_says_in_words_who_waits(make: Make) -> None:
    make.ticket(now=NOW, external_id="shop-1")
    said = report("--tickets")

    assert said.startswith("1 asked, 0 answered, 1 waiting, 0 never answered")
    assert said.endswith("shop-1\t-\twaiting\n")
