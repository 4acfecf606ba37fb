"""Every error is a problem document, wherever in the stack it comes from."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.test import Client
from psycopg import errors

from helpdesk.api.request import error_translation
from helpdesk.models import ApiKey
from helpdesk.tickets.opening import opening
from tests.helpdesk.api.conftest import Caller, assert_problem, told

BODY = {"message": {"body": "Where is my order?"}}


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1", "/api/v2/tickets", "/api/", "/api/v1/tickets/"]
)
def test_an_unknown_address_is_a_problem(client: Client, settings: Any, path: str, debug: bool) -> None:
    settings.DEBUG = debug
    for method in ("get", "post", "put", "delete"):
        assert_problem(getattr(client, method)(path), 404, "not-found")


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PUT", "OPTIONS", "TRACE"])
def test_a_method_that_is_not_offered_is_a_problem_with_those_that_are(caller: Caller, method: str) -> None:
    response = caller.call(method, "/tickets")

    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "GET, HEAD, POST"


def test_the_contract_takes_no_posts(client: Client) -> None:
    for path in ("/api/v1/schema", "/api/v1/docs"):
        response = client.post(path)
        assert_problem(response, 405, "method-not-allowed")
        assert response.headers["Allow"] == "GET, HEAD"


def test_a_head_is_a_get_without_its_body(caller: Caller) -> None:
    response = caller.call("HEAD", "/tickets")

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("accept", ["text/html", "application/xml, image/*"])
def test_who_takes_no_json_gets_none(caller: Caller, accept: str) -> None:
    assert_problem(caller.get("/tickets", accept=accept), 406, "not-acceptable")


@pytest.mark.parametrize(
    "accept", ["application/json", "*/*", "text/html, application/*;q=0.5", "APPLICATION/JSON"]
)
def test_who_takes_json_gets_it(caller: Caller, accept: str) -> None:
    assert caller.get("/tickets", accept=accept).status_code == 200


@pytest.mark.parametrize("debug", [False, True])
def test_an_unforeseen_failure_tells_nothing(
    caller: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch, debug: bool
) -> None:
    settings.DEBUG = debug
    monkeypatch.setattr(opening, "open_tickets", lambda *_, **__: 1 / 0)

    response = caller.post("/tickets", BODY)

    assert_problem(response, 500, "internal-error")
    assert b"division" not in response.content


@pytest.mark.parametrize("debug", [False, True])
def test_djangos_own_refusals_are_problems_too(db: None, settings: Any, debug: bool) -> None:
    settings.DEBUG = debug

    response = Client().get("/api/v1/tickets", headers={"host": "elsewhere.example"})

    assert_problem(response, 400, "malformed-request")


def test_too_many_parameters_are_a_problem(caller: Caller) -> None:
    assert_problem(
        caller.get("/tickets?" + "a=1&" * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)),
        400,
        "malformed-request",
    )


@pytest.mark.parametrize(
    ("header"),
    [
        "",
        "Bearer",
        "Bearer x",
        "Basic dXNlcjpwYXNz",
        "Bearer att_live_0123_" + "0" * 64,
        "Bearer att_prod_0123_" + "0" * 64,
        "Bearer att_live_é_" + "0" * 64,
        "Bearer att_live_\x00_" + "0" * 64,
    ],
)
def test_no_valid_key_is_a_problem_with_a_challenge(caller: Caller, header: str) -> None:
    nobody = Caller(None)

    response = nobody.get("/tickets", authorization=header)

    assert_problem(response, 401, "no-key")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_keys_environment_and_secret_both_count(caller: Caller) -> None:
    raw = str(caller._key)
    for wrong in (raw.replace("att_live", "att_test"), raw[:-1] + ("0" if raw[-1] != "0" else "1")):
        assert_problem(Caller(wrong).get("/tickets"), 401, "no-key")


def test_a_revoked_key_is_no_key(caller: Caller) -> None:
    ApiKey.objects.update(revoked_at="2026-01-01T00:00:00Z")

    assert_problem(caller.get("/tickets"), 401, "no-key")


def test_a_session_is_no_key(client: Client, make: Any) -> None:
    client.force_login(make.agent())

    assert_problem(client.get("/api/v1/tickets"), 401, "no-key")


@pytest.mark.parametrize(
    ("error", "cause", "status", "code"),
    [
        (OperationalError, errors.LockNotAvailable, 409, "busy"),
        (OperationalError, errors.DeadlockDetected, 409, "conflict"),
        (IntegrityError, errors.UniqueViolation, 409, "conflict"),
        (DataError, errors.NumericValueOutOfRange, 422, "unstorable"),
        (OperationalError, errors.AdminShutdown, 503, "unavailable"),
        (InterfaceError, None, 503, "unavailable"),
    ],
)
def test_what_the_database_says_is_translated(
    error: type[DatabaseError], cause: type[Exception] | None, status: int, code: str
) -> None:
    raised = error()
    raised.__cause__ = cause() if cause else None

    problem = error_translation.to_refusal(raised).problem

    assert (problem.status, problem.code) == (status, code)


def test_a_deadlock_is_tried_once_more(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    open_tickets, tries = opening.open_tickets, []

    def deadlock_at_first(*args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError from errors.DeadlockDetected()
        return open_tickets(*args, **kwargs)

    monkeypatch.setattr(opening, "open_tickets", deadlock_at_first)

    assert caller.post("/tickets", BODY).status_code == 201
    assert len(tries) == 2


def test_a_refusal_has_the_words_of_the_contract(caller: Caller) -> None:
    problem = told(caller.post("/tickets", {}))

    assert set(problem) == {"type", "code", "title", "status", "detail", "errors"}
    assert problem["errors"] == [{"detail": problem["detail"], "pointer": "/message"}]
