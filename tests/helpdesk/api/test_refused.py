"""Refused requests, kept for the developer behind the key."""

from __future__ import annotations

from datetime import timedelta

from helpdesk import tasks
from helpdesk.access.retention import forget_requests
from helpdesk.api.request.refusal_log import KEPT_AT_ONCE, shape_of
from helpdesk.database.instant import database_now
from helpdesk.models import RefusedRequest
from tests.helpdesk.api.conftest import Caller, Callers


def test_a_refused_request_is_kept_without_what_it_said(caller: Caller) -> None:
    body = {
        "message": {"body": "My card is 4111"},
        "customer": {"email": "not an address"},
        "metadata": {"jon@example.com": "secret"},
        "tags": ["a", 1, None, True, 1.5],
    }
    caller.post("/tickets", body)

    refused = RefusedRequest.objects.get()
    assert (refused.status, refused.method, refused.path) == (422, "POST", "/api/v1/tickets")
    assert refused.problem["code"] == "misfit"
    places = ["/customer/email", "/tags/1", "/tags/2", "/tags/3", "/tags/4"]
    assert refused.problem["pointers"] == places
    assert refused.body == (
        '{"message":{"body":"string of 15"},"customer":{"email":"string of 14"},'
        '"metadata":{"…":"string of 6"},"tags":["string of 1","int",null,"bool","float"]}'
    )


def test_the_key_is_known_and_nobody_elses_is_kept(caller: Caller, callers: Callers) -> None:
    caller.get("/tickets/T-0000000")
    callers.nobody().get("/tickets")
    Caller("att_live_0_" + "0" * 64).get("/tickets")

    assert list(RefusedRequest.objects.values_list("status", "api_key__store__name")) == [(404, "Shop")]


def test_a_body_that_cannot_be_read_is_only_measured() -> None:
    assert shape_of(b"\xff" * 7) == "(7 bytes)"
    assert shape_of(b"[" * 100_000) == "(100000 bytes)"
    assert shape_of(b'"' + b"a" * 300_000 + b'"') == "(300002 bytes)"


def test_what_is_kept_of_a_body_is_bounded() -> None:
    assert shape_of(b'[[[[["deep"]]]]]') == '[[[["…"]]]]'
    assert len(shape_of(b"[" + b",".join([b'{"name":"x"}'] * 10_000) + b"]")) < 1000
    assert len(shape_of(b"{" + b",".join(b'"%040d":"%d"' % (n, n) for n in range(200)) + b"}")) <= 4000


def test_a_flood_of_refusals_is_kept_in_part(caller: Caller) -> None:
    for _ in range(50):
        caller.get("/tickets/T-0000000")

    assert 30 <= RefusedRequest.objects.count() < 40


def test_refusals_are_forgotten_after_thirty_days(caller: Caller) -> None:
    caller.get("/tickets/T-0000000")
    RefusedRequest.objects.update(at=database_now() - timedelta(days=31))
    caller.get("/tickets/T-0000000")

    assert forget_requests(now=database_now()) == 1
    assert RefusedRequest.objects.count() == 1


def test_the_task_forgets_too(caller: Caller) -> None:
    caller.get("/tickets/T-0000000")
    RefusedRequest.objects.update(at=database_now() - timedelta(days=31))

    tasks.forget_requests()

    assert not RefusedRequest.objects.exists()


def test_what_is_refused_of_a_batch_stands_among_refused_requests(caller: Caller) -> None:
    items = [{"message": {"body": "Fine"}}, {"message": {}}, {"message": {"body": "x", "automatic": True}}]
    batch = {"tickets": items}

    caller.post("/tickets/batch", batch, idempotency_key="k1")
    caller.post("/tickets/batch", batch, idempotency_key="k1")

    refused = RefusedRequest.objects.order_by("pk")
    assert [one.problem["pointers"] for one in refused] == [
        ["/tickets/1/message/body"],
        ["/tickets/2/message/automatic"],
    ]
    assert [one.status for one in refused] == [422, 422]
    assert refused[0].body == '{"message":{}}'


def test_of_a_batch_no_more_is_kept_than_of_single_requests(caller: Caller) -> None:
    caller.post("/tickets/batch", {"tickets": [{}] * 500})

    assert RefusedRequest.objects.count() == KEPT_AT_ONCE
