"""/healthz says who is silent, and answers whoever asks, by whatever name they know us."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client

from config import health
from helpdesk.database.instant import database_now
from monitor.watch import watchmen

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "attend.internal", "localhost", "[fd00::7]"])
def test_it_answers_any_host(client: Client, host: str) -> None:
    answer = client.get("/healthz", headers={"host": host})

    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"


def test_no_page_does(client: Client) -> None:
    assert client.get("/login/", headers={"host": "attend.internal"}).status_code == 400


def test_it_only_reads(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def test_it_names_who_is_silent(client: Client) -> None:
    now = database_now()
    assert client.get("/healthz").json()["silent"] == ["heartbeat", "watch"]
    watchmen.sign("watch", now)
    watchmen.sign("heartbeat", now - timedelta(seconds=11))

    assert client.get("/healthz").json()["silent"] == ["heartbeat"]


def test_without_a_database_it_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise DatabaseError

    monkeypatch.setattr(health, "database_now", fail)
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})

    assert (answer.status_code, answer.json()) == (503, {"database": "silent"})
