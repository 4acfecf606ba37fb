"""Pages and answers of the API are somebody's own: no browser and no proxy keeps them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.docs.served import page_routes
from tests.make import Make

pytestmark = pytest.mark.django_db


def test_no_page_may_be_kept(client: Client, make: Make) -> None:
    reference = make.ticket().reference
    client.force_login(make.agent("admin"))
    for address in set(page_routes()) - {"/favicon.ico"}:
        answer = client.get(re.sub(r"\{\w+\}", reference if "reference" in address else "1", address))
        assert "no-store" in answer.headers["Cache-Control"], address


def test_no_page_may_be_kept_by_whom_it_is_refused(client: Client) -> None:
    for address in (reverse("queue"), reverse("login"), "/admin/", "/nowhere/", "/invitations/x/"):
        assert "no-store" in client.get(address).headers["Cache-Control"], address


def test_no_answer_of_the_api_may_be_kept(client: Client, make: Make) -> None:
    reference, key = make.ticket().reference, {"Authorization": f"Bearer {make.key()[1]}"}
    for path in ("tickets", f"tickets/{reference}", f"tickets/{reference}/messages", "tickets/x", "x"):
        assert client.get(f"/api/v1/{path}", headers=key).headers["Cache-Control"] == "no-store", path
    assert client.get("/api/v1/tickets").headers["Cache-Control"] == "no-store"


def test_what_is_the_same_for_everybody_may_be(client: Client) -> None:
    answer = client.get("/static/helpdesk/attend.css")

    assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (200, False)
    answer.close()
