"""What stands in an address is read where it is sound, and else as nothing at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.input.id_text import read_number
from helpdesk.pages.frame.address import read_instant
from tests.docs.served import page_routes
from tests.make import Make

FOR_MACHINES = {"/healthz"}
"""What is answered before anybody looks at the address."""


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("0", 0), ("9" * 18, 10**18 - 1)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "²", "٣", " 7", "9" * 19])
def test_what_no_id_can_be_is_no_number(text: str) -> None:
    assert read_number(text) is None


def test_an_instant_is_read_with_its_offset() -> None:
    assert read_instant("2026-03-10T09:00:00+02:00") == datetime(2026, 3, 10, 7, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "noon", "2026-03-10T09:00:00", "2026-02-30T09:00:00Z"])
def test_what_is_nowhere_on_the_line_of_time_is_no_instant(text: str) -> None:
    assert read_instant(text) is None


@pytest.mark.parametrize(
    "query", ["queue=1&queue=2", "status=new&status=open", "tab=&tab=mine", "part=a&part=b"]
)
def test_no_page_leaves_half_of_a_contradiction_aside(make: Make, client: Client, query: str) -> None:
    client.force_login(make.agent("admin"))
    name = query.partition("=")[0]
    pages = {address for address in page_routes() if "{" not in address} - FOR_MACHINES
    answers = {address: client.get(f"{address}?{query}") for address in pages}

    said = f"The address says “{name}” twice, each time otherwise."
    assert [page for page, answer in answers.items() if said not in answer.content.decode()] == []
    assert {answer.status_code for answer in answers.values()} == {400}


def test_what_is_said_twice_alike_is_said(make: Make, client: Client) -> None:
    client.force_login(make.agent())

    assert client.get(reverse("tickets") + "?status=new&status=new").status_code == 200


def test_lists_of_the_administration_take_any_of_several(make: Make, client: Client) -> None:
    client.force_login(make.agent("admin"))
    stores = make.store(), make.store(name="Other")
    for place, store in enumerate(stores):
        make.ticket(store=store, email=f"{place}@example.com")
    query = "&".join(f"store__id__exact={store.pk}" for store in stores)

    page = client.get(reverse("admin:helpdesk_customer_changelist") + "?" + query).content.decode()

    assert "0@example.com" in page
    assert "1@example.com" in page
