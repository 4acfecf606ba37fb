"""A request that is not taken in at all is answered by a page of ours, which says why."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.make import Make

MANY = dict.fromkeys((f"field{number}" for number in range(25_001)), "x")


@pytest.mark.parametrize("method", ["get", "post"])
def test_too_many_fields_are_said_with_how_many_are_taken(make: Make, client: Client, method: str) -> None:
    client.force_login(make.agent("admin"))

    page = getattr(client, method)("/promises/", MANY)

    said = page.content.decode()
    assert page.status_code == 400
    assert "It has more fields than are taken at once: at most 25,000." in said
    assert 'href="/"' in said
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_it_is_said_in_the_language_of_the_browser(db: None) -> None:
    said = Client(headers={"accept-language": "he"}).get("/promises/", MANY).content.decode()

    assert 'lang="he" dir="rtl"' in said
    assert "שדות" in said


def test_a_form_too_large_is_said_to_be_so(client: Client, db: None, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    page = client.post("/login/", {"login": "x" * 200}, content_type="application/x-www-form-urlencoded")

    assert page.status_code == 413
    assert "It is larger than what is taken at once." in page.content.decode()


def test_what_makes_no_sense_at_all_is_said_to_be_unreadable(client: Client, db: None) -> None:
    page = client.post("/login/", b"--x", content_type="multipart/form-data; boundary=")

    assert page.status_code == 400
    assert "What was sent cannot be read." in unescape(page.content.decode())


def test_the_api_says_it_as_a_problem(client: Client, db: None) -> None:
    answer = client.post("/api/v1/tickets?" + "a=1&" * 25_001, b"{}", content_type="application/json")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
