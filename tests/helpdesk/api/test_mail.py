"""Handing in mail: kept as it came, once, whoever brings it how often."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from helpdesk.models import RawMail, RawMailBytes
from tests.helpdesk.api.conftest import Answer, Caller, Callers, assert_problem, told

pytestmark = [pytest.mark.database, pytest.mark.django_db]

RAW = b"From: jon@example.com\r\nSubject: =?broken\r\n\r\n\xff\x00 Where is my order?"


def hand_in(caller: Caller, raw: bytes = RAW, kind: str = "message/rfc822", **headers: str) -> Answer:
    return caller.call("POST", "/mail", raw, **{"content-type": kind, **headers})


@pytest.mark.parametrize("kind", ["message/rfc822", "application/octet-stream", ""])
def test_a_mail_is_kept_byte_by_byte_before_anybody_reads_it(caller: Caller, kind: str) -> None:
    answer = hand_in(caller, kind=kind)

    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/mail/{told(answer)['id']}"
    assert told(answer)["outcome"] is None
    assert bytes(RawMailBytes.objects.get().raw) == RAW


def test_the_same_bytes_are_the_same_mail(caller: Caller) -> None:
    first = hand_in(caller)
    again = hand_in(caller, gzip.compress(RAW), content_encoding="gzip")

    assert (again.status_code, told(again)) == (200, told(first))
    assert RawMail.objects.count() == RawMailBytes.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_bring_it_at_the_same_moment_bring_one(callers: Callers) -> None:
    caller = callers()

    def bring(_: int) -> int:
        try:
            status: int = hand_in(caller).status_code
            return status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(bring, range(4))) == [200, 200, 200, 202]
    assert RawMailBytes.objects.count() == 1


def test_another_store_has_a_mail_of_its_own(callers: Callers) -> None:
    mine = told(hand_in(callers()))["id"]
    outsider = callers.outsider()

    assert hand_in(outsider).status_code == 202
    assert_problem(outsider.get(f"/mail/{mine}"), 404, "not-found")


def test_what_became_of_it_can_be_read(caller: Caller) -> None:
    kept = told(hand_in(caller))

    assert told(caller.get(f"/mail/{kept['id']}")) == kept
    assert_problem(caller.get("/mail/999999999999999999"), 404, "not-found")
    assert_problem(caller.get("/mail/x"), 404, "not-found")


def test_it_takes_the_scope_of_its_own(callers: Callers) -> None:
    assert_problem(hand_in(callers(scopes=["read", "write", "act", "notes"])), 403, "scope-missing")
    only_mail = callers(scopes=["mail"])

    assert hand_in(only_mail).status_code == 202
    assert_problem(only_mail.get("/tickets"), 403, "scope-missing")
    assert_problem(hand_in(callers.nobody()), 401, "no-key")


def test_what_is_too_large_empty_or_something_else_is_refused_and_not_kept(
    caller: Caller, settings: Any
) -> None:
    settings.MAIL_MAX_SIZE = len(RAW)

    assert_problem(hand_in(caller, RAW + b"."), 413, "too-large")
    assert_problem(
        hand_in(caller, gzip.compress(RAW + b"." * 999), content_encoding="gzip"), 413, "too-large"
    )
    assert_problem(hand_in(caller, b""), 422, "no-mail")
    assert_problem(hand_in(caller, kind="application/json"), 415, "unsupported-media-type")
    assert not RawMail.objects.exists()


def test_it_may_be_larger_than_other_bodies(caller: Caller, settings: Any) -> None:
    settings.API_MAX_BODY = 10

    assert hand_in(caller).status_code == 202
