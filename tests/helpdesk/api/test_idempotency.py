"""`Idempotency-Key`: sent twice, done once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.http import HttpResponse

from helpdesk.access.erasure import erase_customer, make_anonymous
from helpdesk.access.retention import forget_requests
from helpdesk.api.request import idempotency
from helpdesk.database.instant import database_now
from helpdesk.models import ApiKey, Customer, IdempotentRequest, Message, Ticket
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import Make

BODY = {"message": {"body": "Where is my order?"}}
OTHER = {"message": {"body": "Where is my other order?"}}


def test_the_answer_is_replayed_byte_for_byte_and_marked(caller: Caller) -> None:
    first = caller.post("/tickets", BODY, idempotency_key="k1")
    again = caller.post("/tickets", BODY, idempotency_key="k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Ticket.objects.count() == 1


def test_a_quoted_key_is_the_same_key(caller: Caller) -> None:
    caller.post("/tickets", BODY, idempotency_key="k1")
    again = caller.post("/tickets", BODY, idempotency_key='"k1"')

    assert again.headers["Idempotency-Replayed"] == "true"


def test_batches_and_messages_are_replayed_too(caller: Caller) -> None:
    reference = told(caller.post("/tickets", BODY))["reference"]
    for path, body in (
        (f"/tickets/{reference}/messages", {"body": "Hi"}),
        ("/tickets/batch", {"tickets": [BODY]}),
    ):
        first = caller.post(path, body, idempotency_key=path)
        again = caller.post(path, body, idempotency_key=path)
        assert again.content == first.content
    assert (Ticket.objects.count(), Message.objects.count()) == (2, 3)


def test_another_body_or_path_under_the_same_key_is_refused(caller: Caller) -> None:
    caller.post("/tickets", BODY, idempotency_key="k1")

    assert_problem(caller.post("/tickets", OTHER, idempotency_key="k1"), 422, "idempotency-key-reused")
    batch = caller.post("/tickets/batch", {"tickets": [BODY]}, idempotency_key="k1")
    assert_problem(batch, 422, "idempotency-key-reused")
    assert Ticket.objects.count() == 1


def test_a_refused_request_leaves_the_key_free(caller: Caller) -> None:
    late = BODY | {"occurred_at": "2999-01-01T00:00:00Z"}
    assert_problem(caller.post("/tickets", late, idempotency_key="k1"), 422, "in-the-future")

    assert caller.post("/tickets", BODY, idempotency_key="k1").status_code == 201


def test_two_stores_may_use_the_same_word(caller: Caller, callers: Callers) -> None:
    caller.post("/tickets", BODY, idempotency_key="k1")

    answer = callers.outsider().post("/tickets", BODY, idempotency_key="k1")

    assert "Idempotency-Replayed" not in answer.headers


def test_the_word_is_the_stores_whichever_of_its_keys_shows_it(caller: Caller, callers: Callers) -> None:
    first = caller.post("/tickets", BODY, idempotency_key="k1")

    again = callers().post("/tickets", BODY, idempotency_key="k1")

    assert again.content == first.content
    assert Ticket.objects.count() == 1


def test_a_key_of_other_scopes_is_told_what_it_may_be_told(caller: Caller, callers: Callers) -> None:
    writer = callers(scopes=["write"])
    first = told(caller.post("/tickets", BODY, idempotency_key="k1"))

    again = writer.post("/tickets", BODY, idempotency_key="k1")

    assert again.headers["Idempotency-Replayed"] == "true"
    assert told(again) == {"reference": first["reference"], "status": "new", "warnings": []}


def test_a_key_that_may_read_is_told_all_of_what_a_writer_sent(callers: Callers) -> None:
    writer, reader = callers(scopes=["write"]), callers()
    path = f"/tickets/{told(reader.post('/tickets', BODY))['reference']}/messages"
    for where, body in ((path, {"body": "Hi"}), ("/tickets/batch", {"tickets": [BODY, {}]})):
        writer.post(where, body, idempotency_key=where)

    message = told(reader.post(path, {"body": "Hi"}, idempotency_key=path))
    results = told(reader.post("/tickets/batch", {"tickets": [BODY, {}]}, idempotency_key="/tickets/batch"))

    assert (message["message"]["body"], message["ticket"]["queue"]) == ("Hi", "Support")
    assert [one["status"] for one in results["results"]] == [201, 422]
    assert results["results"][0]["ticket"]["queue"] == "Support"
    assert (Ticket.objects.count(), Message.objects.count()) == (2, 3)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"message": {"body": "B", "automatic": null}, "subject": "S"}',
        b'{ "subject" : "\\u0053", "message": {"body": "B"}, "customer": null }',
        b'\xef\xbb\xbf{"message":{"body":"B"},"subject":"S"}',
    ],
)
def test_the_same_meaning_is_the_same_request_however_it_is_written(caller: Caller, raw: bytes) -> None:
    first = caller.post("/tickets", b'{"subject": "S", "message": {"body": "B"}}', idempotency_key="k1")

    assert caller.post("/tickets", raw, idempotency_key="k1").content == first.content
    assert Ticket.objects.count() == 1


def test_what_differs_is_named_with_the_ticket_that_came_of_it(caller: Caller) -> None:
    first = told(caller.post("/tickets", BODY | {"subject": "S"}, idempotency_key="k1"))

    refused = caller.post("/tickets", OTHER | {"subject": "S", "priority": "low"}, idempotency_key="k1")

    problem = told(refused)
    assert [fault["pointer"] for fault in problem["errors"]] == ["/message", "/priority"]
    assert first["reference"] in problem["detail"]


def test_nothing_of_what_was_asked_is_kept(caller: Caller) -> None:
    caller.post("/tickets", BODY, idempotency_key="k1")

    kept = IdempotentRequest.objects.get()
    assert set(kept.digests) == {"route", "/message"}
    assert "order" not in str(kept.digests)


def named(**others: object) -> dict[str, object]:
    who = {"name": "Zelda Q.", "email": "zelda@example.com", "external_id": "z-1"}
    return {"customer": who, "message": {"body": "I am Zelda Q."}} | others


def kept() -> str:
    """Return all that is kept of requests and their answers, as one text."""
    stored = IdempotentRequest.objects.values_list("body", "headers", "digests", "scopes")
    return repr([(bytes(body or b""), *others) for body, *others in stored])


def test_what_is_kept_forgets_a_customer_with_us_and_a_repeat_is_still_known(caller: Caller) -> None:
    first = told(caller.post("/tickets", named(external_id="zelda-7"), idempotency_key="k1"))
    path = f"/tickets/{first['reference']}/messages"
    batch: dict[str, object] = {"tickets": [named(subject="Zelda Q. again"), BODY, {}]}
    for where, body in ((path, {"body": "Zelda Q. here"}), ("/tickets/batch", batch)):
        caller.post(where, body, idempotency_key=where)
    untouched = caller.post("/tickets", OTHER, idempotency_key="k2")
    assert "Zelda" in kept()

    erase_customer(customer=Customer.objects.get(external_id="z-1"))

    assert not [word for word in ("elda", "z-1") if word in kept()]
    again = caller.post("/tickets", named(external_id="zelda-7"), idempotency_key="k1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert again.headers["Location"].endswith(first["reference"])
    assert (told(again)["reference"], told(again)["customer"]["email"]) == (first["reference"], "")
    said = told(caller.post(path, {"body": "Zelda Q. here"}, idempotency_key=path))
    assert (said["ticket"]["reference"], said["message"]["body"]) == (first["reference"], "")
    results = told(caller.post("/tickets/batch", batch, idempotency_key="/tickets/batch"))["results"]
    assert [one["status"] for one in results] == [201, 201, 422]
    assert results[0]["ticket"]["subject"] == ""
    assert caller.post("/tickets", OTHER, idempotency_key="k2").content == untouched.content
    assert (Ticket.objects.count(), Message.objects.count()) == (4, 5)


def test_another_request_under_the_key_of_somebody_forgotten_is_still_refused(caller: Caller) -> None:
    reference = told(caller.post("/tickets", named(), idempotency_key="k1"))["reference"]
    erase_customer(customer=Customer.objects.get(external_id="z-1"))

    refused = caller.post("/tickets", OTHER, idempotency_key="k1")

    assert_problem(refused, 422, "idempotency-key-reused")
    assert reference in told(refused)["detail"]


def test_what_is_kept_forgets_an_agent_who_becomes_a_number(caller: Caller, make: Make) -> None:
    agent = make.agent()
    reference = told(caller.post("/tickets", BODY))["reference"]
    said = {"author": {"kind": "agent", "agent": agent.email}, "body": "Here."}
    path = f"/tickets/{reference}/messages"
    caller.post(path, said, idempotency_key="k1")
    assert agent.email in kept()

    make_anonymous(agent=agent, now=database_now())

    assert "owner@" not in kept()
    again = told(caller.post(path, said, idempotency_key="k1"))
    assert again["message"]["author"]["agent"].startswith("former-")


def test_no_name_of_a_field_keeps_anybody_from_being_forgotten(caller: Caller, make: Make) -> None:
    odd = {"customer": {"name": "Zelda Q.", "shoe\0": 41}, "colour\0": 1, "message": {"body": "Hello?"}}

    sent = caller.post("/tickets", odd, idempotency_key="k1")

    assert (sent.status_code, told(sent)["warnings"]) == (
        201,
        [f"Unknown field /{name}\ufffd was ignored." for name in ("customer/shoe", "colour")],
    )
    erase_customer(customer=Customer.objects.get(name="Zelda Q."))
    make_anonymous(agent=make.agent(), now=database_now())
    assert "Zelda" not in kept()


@pytest.mark.parametrize("key", ["", '""', "a\tb", "é", "k" * 256])
def test_a_key_is_a_short_printable_word(caller: Caller, key: str) -> None:
    assert_problem(caller.post("/tickets", BODY, idempotency_key=key), 400, "bad-idempotency-key")


def test_an_answer_is_kept_for_a_day(caller: Caller) -> None:
    caller.post("/tickets", BODY, idempotency_key="k1")
    IdempotentRequest.objects.update(created_at=database_now() - timedelta(hours=25))

    answer = caller.post("/tickets", OTHER, idempotency_key="k1")

    assert (answer.status_code, Ticket.objects.count()) == (201, 2)
    assert caller.post("/tickets", OTHER, idempotency_key="k1").content == answer.content


def test_old_answers_are_forgotten(caller: Caller) -> None:
    caller.post("/tickets", BODY, idempotency_key="old")
    IdempotentRequest.objects.update(created_at=database_now() - timedelta(hours=25))
    caller.post("/tickets", BODY, idempotency_key="new")

    assert forget_requests(now=database_now()) == 1
    assert IdempotentRequest.objects.get().key == "new"


def at_once(count: int, call: Callable[[], HttpResponse]) -> list[HttpResponse]:
    """Call from that many threads, each with its own connection, all let go at the same moment."""
    barrier = Barrier(count)

    def one(_number: int) -> HttpResponse:
        try:
            barrier.wait(timeout=30)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.fixture
def committed(transactional_db: None) -> Callers:
    return Callers(Make())


@pytest.mark.database
def test_fifty_twins_make_one_ticket(committed: Callers) -> None:
    caller = committed()

    answers = at_once(50, lambda: caller.post("/tickets", BODY, idempotency_key="k1"))

    settled = {answer.content for answer in answers if answer.status_code == 201}
    assert len(settled) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert caller.post("/tickets", BODY, idempotency_key="k1").content in settled
    assert Ticket.objects.count() == 1
    assert_problem(caller.post("/tickets", OTHER, idempotency_key="k1"), 422, "idempotency-key-reused")


@pytest.mark.database
def test_fifty_twins_with_an_external_id_and_no_key_make_one_ticket(committed: Callers) -> None:
    caller = committed()
    body = BODY | {"external_id": "shop-1", "customer": {"email": "jon@example.com"}}

    answers = at_once(50, lambda: caller.post("/tickets", body))

    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({told(answer)["reference"] for answer in answers}) == 1
    assert Ticket.objects.count() == 1


@pytest.mark.database
def test_a_twin_that_waits_too_long_is_told_to_come_back(
    committed: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "TWIN_WAITS", "50ms")
    caller = committed()
    key = ApiKey.objects.get()

    with transaction.atomic():
        idempotency.claim(key, "k1", {})
        [answer] = at_once(1, lambda: caller.post("/tickets", BODY, idempotency_key="k1"))

    assert_problem(answer, 409, "busy")
    assert answer.headers["Retry-After"] == "1"
    assert not Ticket.objects.exists()
