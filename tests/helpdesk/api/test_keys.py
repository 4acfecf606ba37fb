"""When a key was last used, at most once a minute and never within a request's transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from helpdesk.api.request import key_authentication
from helpdesk.database.instant import database_now
from helpdesk.models import ApiKey
from tests.helpdesk.api.conftest import Caller


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_authentication, "uses", key_authentication.KeyUses())


def last_use() -> Any:
    return ApiKey.objects.get().last_used_at


def test_the_first_use_is_noted_and_the_next_is_not(
    caller: Caller, django_assert_max_num_queries: Any
) -> None:
    assert last_use() is None
    with django_assert_max_num_queries(20) as first:
        caller.get("/tickets")
    noted = last_use()
    with django_assert_max_num_queries(20) as second:
        caller.get("/tickets")

    assert noted is not None
    assert last_use() == noted
    assert (updates(first), updates(second)) == (1, 0)


def updates(queries: CaptureQueriesContext) -> int:
    return sum("UPDATE" in query["sql"] for query in queries.captured_queries)


def test_another_process_does_not_note_it_again_within_the_minute(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller.get("/tickets")
    noted = last_use()
    monkeypatch.setattr(key_authentication, "uses", key_authentication.KeyUses())

    caller.get("/tickets")

    assert last_use() == noted


def test_a_use_after_the_minute_is_noted(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    caller.get("/tickets")
    old = database_now() - timedelta(minutes=2)
    ApiKey.objects.update(last_used_at=old)
    monkeypatch.setattr(key_authentication, "uses", key_authentication.KeyUses())

    caller.get("/tickets")

    assert last_use() > old + timedelta(minutes=1)


def test_a_refused_request_is_a_use_too(caller: Caller) -> None:
    caller.post("/tickets", {})

    assert last_use() is not None
