"""Whatever stands in an address, a form or a cookie: no page and no answer of the API breaks."""

from __future__ import annotations

import base64
import json
import re
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.db import DataError, OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse
from psycopg import errors

from config.addresses import ROOT
from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from helpdesk.pages.frame.gate import legible_request
from helpdesk.refusal import Refused
from helpdesk.tickets import ticket_status
from tests import figures
from tests.docs.served import page_routes
from tests.make import Make

ENDS_OF_TIME = ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "9999-12-31", "0001-01-01")
HOSTILE = ("a\0b", "٣", "9" * 30, "x" * 5000, "%", *ENDS_OF_TIME[:3])
PLACES = ("{end},1", "{end},1,{end},1", ",1,{end},1")
"""What cursors look like, with an end of time in them."""

DANGEROUS = {"/logout/", "/admin/logout/", "/demo/removal/"}
"""What ends the session, or the demo."""

NAMES = re.compile(r"""(?:GET|POST)\.(?:get|getlist)\(\s*"(\w+)"|(?:query|GET)\.get\("(\w+)\"""")


def repr_of(word: str) -> str:
    return repr(word[:20])


def parameters() -> list[str]:
    """Return every name that any page asks an address or a form for."""
    found = {"status", "priority", "queue", "store", "assignee", "place", "before", "after", "asked", "tab"}
    for app in ("helpdesk", "monitor"):
        for path in (ROOT / app / "pages").rglob("*.py"):
            found |= {name for pair in NAMES.findall(path.read_text()) for name in pair if name}
    return sorted(found)


def places(word: str) -> set[str]:
    """Return the address of every page that has a place for a word, with this one there."""
    return {re.sub(r"\{\w+\}", quote(word, safe=""), address) for address in page_routes() if "{" in address}


def pages(reference: str) -> set[str]:
    """Return the address of every page, with what is really there."""
    there = {re.sub(r"\{\w+\}", reference if "ref" in address else "1", address) for address in page_routes()}
    return there - DANGEROUS


@pytest.fixture
def browser(make: Make) -> Client:
    figures.begin()
    client = Client(raise_request_exception=False)
    client.force_login(make.agent("admin"))
    return client


@pytest.mark.parametrize("word", HOSTILE, ids=repr_of)
def test_no_page_breaks_by_what_stands_in_its_address(browser: Client, word: str) -> None:
    for address in places(word):
        assert browser.get(address).status_code < 500, address
        assert browser.post(address, {"agent": word}).status_code < 500, address


@pytest.mark.parametrize("word", HOSTILE[:1] + HOSTILE[-1:], ids=repr_of)
def test_no_page_breaks_by_what_it_is_asked(browser: Client, make: Make, word: str) -> None:
    for address in pages(make.ticket().reference):
        assert browser.get(address, dict.fromkeys(parameters(), word)).status_code < 500, address


@pytest.mark.parametrize("listed", ["tickets", "queue", "board", "jobs"])
def test_no_list_breaks_by_any_one_parameter(browser: Client, make: Make, listed: str) -> None:
    make.ticket()
    for name, word in product(parameters(), ("\0", "9" * 19, ENDS_OF_TIME[0])):
        assert browser.get(reverse(listed), {name: word}).status_code < 500, (name, word)


def test_no_list_breaks_by_a_place_at_an_end_of_time(browser: Client, make: Make) -> None:
    make.ticket()
    lists = [reverse(name) for name in ("tickets", "queue", "board", "jobs")]
    for address, place, end in product(lists, PLACES, ENDS_OF_TIME[:2]):
        word = place.format(end=end)
        assert browser.get(address, {"before": word, "after": word}).status_code < 500, (address, word)


@pytest.mark.parametrize("word", HOSTILE, ids=repr_of)
def test_no_page_breaks_by_what_is_posted_to_it(browser: Client, make: Make, word: str) -> None:
    posted = dict.fromkeys((*parameters(), "body", "name", "email", "password", "username"), word)
    for address in pages(make.ticket().reference):
        assert browser.post(address, posted).status_code < 500, address


@pytest.mark.parametrize("word", HOSTILE, ids=repr_of)
def test_no_page_of_the_administration_breaks(browser: Client, word: str) -> None:
    for model, shown in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        asked = {"q": word, "o": word, "p": word} if shown.search_fields else {"o": word}
        assert browser.get(reverse(f"{name}_changelist"), asked).status_code < 500, name
        assert browser.get(reverse(f"{name}_change", args=[word])).status_code < 500, name


def test_a_nul_in_a_form_is_not_there(browser: Client, make: Make) -> None:
    ticket = make.ticket()

    browser.post(reverse("ticket-tags", args=[ticket.reference]), {"tags": "re\0turn, lamp"})

    ticket.refresh_from_db()
    assert sorted(ticket.tags) == ["lamp", "return"]


@pytest.mark.parametrize("cookie", ["sessionid", "csrftoken", "django_language", "messages"])
def test_a_nul_in_a_cookie_is_no_cookie(make: Make, cookie: str) -> None:
    client = Client(raise_request_exception=False, headers={"Cookie": f'{cookie}="a\\000b"'})

    assert client.get(reverse("tickets")).status_code == 302
    assert client.get(reverse("login")).status_code == 200


@pytest.mark.parametrize("end", ENDS_OF_TIME[:2])
@pytest.mark.parametrize("path", ["/api/v1/tickets", "/api/v1/flags", "/api/v1/tickets/{}/messages"])
def test_a_cursor_at_an_end_of_time_is_none_of_ours(make: Make, client: Client, path: str, end: str) -> None:
    key = {"Authorization": f"Bearer {make.key()[1]}"}
    cursor = base64.urlsafe_b64encode(json.dumps([end, 1]).encode()).decode().rstrip("=")

    answer = client.get(path.format(make.ticket().reference), {"cursor": cursor}, headers=key)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad-cursor")


@pytest.mark.parametrize("end", ENDS_OF_TIME[:2])
def test_an_instant_at_an_end_of_time_breaks_nothing_in_the_api(make: Make, end: str) -> None:
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {make.key()[1]}"})
    base = f"/api/v1/tickets/{make.ticket().reference}"

    def put(path: str, body: dict[str, object]) -> int:
        return client.generic("PUT", base + path, json.dumps(body), "application/json").status_code

    said = {"body": "Hello?", "sent_at": end}
    opened = {"message": {"body": "Hello?"}, "occurred_at": end, "customer": {"email": "a@example.com"}}
    assert client.get("/api/v1/tickets", {"updated_since": end}).status_code < 500
    assert client.post("/api/v1/tickets", json.dumps(opened), "application/json").status_code == 422
    assert client.post(f"{base}/messages", json.dumps(said), "application/json").status_code == 422
    assert put("/status", {"status": "closed", "by": "customer", "occurred_at": end}) < 500
    assert put("/acknowledgement", {"agent": make.agent().email, "occurred_at": end}) < 500


@pytest.mark.parametrize(
    ("trouble", "status"), [(DataError("no"), 400), (OperationalError("gone"), 503), (Refused(), 422)]
)
def test_what_no_page_foresaw_is_said_in_plain_words(make: Make, trouble: Exception, status: int) -> None:
    standing = legible_request.LegibleRequest(lambda request: None)  # type: ignore[arg-type,return-value]

    answer = standing.process_exception(RequestFactory().get("/"), trouble)

    assert answer is not None
    assert answer.status_code == status
    assert standing.process_exception(RequestFactory().get("/"), RuntimeError()) is None


def test_the_victim_of_a_deadlock_gets_a_second_try_and_no_third(
    make: Make, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[bool] = []
    resolve = ticket_status.set_status

    def unlucky(**given: Any) -> bool:
        tries.append(True)
        if len(tries) in victims:
            raise OperationalError from errors.DeadlockDetected()
        return resolve(**given)

    monkeypatch.setattr(ticket_status, "set_status", unlucky)
    client.force_login(make.agent())
    victims, ticket = [1, 3, 4], make.ticket(now=database_now())
    address, form = reverse("ticket-status", args=[ticket.reference]), {"status": "resolved"}

    assert client.post(address, form).status_code == 302
    assert Ticket.objects.get().status == "resolved"
    assert client.post(address, {"status": "open"}).status_code == 503
    assert (len(tries), Ticket.objects.get().status) == (4, "resolved")
