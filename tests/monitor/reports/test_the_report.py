"""`manage.py report`: what it prints where there is little to say."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from helpdesk.conversation import replies
from tests.make import NOW, Make

DAY = timedelta(days=1)

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


def test_a_store_that_there_is_not_is_refused(make: Make) -> None:
    make.ticket(now=NOW)
    assert report("--store", "Shop").startswith("1 asked")

    for told in (["--store", "Shpo"], ["--store", "Shop", "--environment", "test"]):
        with pytest.raises(CommandError, match="There is no"):
            report(*told)


def test_a_misdated_answer_is_called_so_in_words_too(make: Make) -> None:
    ticket = make.ticket(now=NOW, external_id="shop-1", imported=True)
    with transaction.atomic():
        replies.reply_in_public(
            ticket=ticket, author=make.agent(), body="Sent.", now=NOW, sent_at=NOW - DAY, imported=True
        )

    assert report("--tickets").endswith("shop-1\t-\tmisdated\n")
