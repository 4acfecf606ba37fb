"""Hostile input: never a 500, never half a ticket."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from helpdesk.input.visible_text import calm
from helpdesk.models import Customer, Message, Ticket, TicketEvent
from tests.helpdesk.api.conftest import Caller, assert_problem, told
from tests.make import Make

DEEP = 100_000


def assert_whole() -> None:
    """Check that each ticket has its customer, its first message and its event."""
    assert Ticket.objects.count() == Message.objects.count() == TicketEvent.objects.count()
    assert Ticket.objects.filter(messages=None).count() == Ticket.objects.filter(events=None).count() == 0


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"nul", 400),
        (b"{}{}", 400),
        (b"\x00", 400),
        (b'{"message": {"body": NaN}}', 400),
        (b'{"message": {"body": Infinity}}', 400),
        (b'{"message": {"body": "\xff\xfe"}}', 400),
        (b'{"message": {"body": "hi"}, "unknown": "\xc3\x28"}', 400),
        (b'{"message": {"body": "a\nb"}}', 400),
        (b"[" * DEEP, 400),
        (b"[" * DEEP + b"]" * DEEP, 400),
        (b'{"message": {"body": "hi"}, "x": ' + b"[" * DEEP + b"]" * DEEP + b"}", 400),
        (b'{"a":' * DEEP + b"1" + b"}" * DEEP, 400),
        (b"\xef\xbb\xbf", 400),
        (b"\xef\xbb\xbf{}", 422),
        (b"[]", 422),
        (b"null", 422),
        (b"1e999", 422),
        (b'{"message": {"body": "hi"}, "x": 1e999}', 422),
        (b'{"message": {"body": "hi"}, "external_id": 1.0}', 422),
        (b'{"message": {"body": "hi"}, "external_id": 123456789012345678901234567890}', 422),
        (b'{"message": {"body": "hi"}, "order": {"id": "\\u0000"}}', 422),
        (b'{"message": {"body": "hi"}, "external_id": "\\u0000"}', 422),
        (b'{"message": {"body": "hi"}, "external_id": "\\ud800"}', 422),
        (b'{"message": {"body": "hi"}, "customer": {"external_id": 7}}', 422),
        (b'{"message": {"body": "hi"}, "occurred_at": "2026-02-30T00:00:00Z"}', 422),
        (b'{"message": {"body": "hi"}, "occurred_at": "2026-01-01T00:00:00+24:00"}', 422),
        (b'{"message": {"body": "hi"}, "occurred_at": 1e18}', 422),
    ],
    ids=lambda value: repr(value[:50]) if isinstance(value, bytes) else str(value),
)
def test_a_hostile_body_is_a_problem_and_no_ticket(caller: Caller, raw: bytes, status: int) -> None:
    response = caller.post("/tickets", raw)

    assert response.status_code == status
    assert_problem(response, status, told(response)["code"])
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [
        b'{"message": {"body": "hi"}, "x": 123456789012345678901234567890}',
        b'\xef\xbb\xbf{"message": {"body": "hi"}}',
        b'{"message": {"body": "\\ud800"}}',
        b'{"message": {"body": "\\udc00\\ud800"}, "\\ud83d": "\\ud83d"}',
        b'{"message": {"body": "\\u0000"}}',
        b'{"message": {"body": "hi"}, "external_id": ""}',
        b'{"message": {"body": "hi"}, "tags": ["\\u0000", ""]}',
        b'{"message": {"body": "hi"}, "metadata": {"\\u0000": "a", "a": "\\u0000"}}',
        b'{"message": {"body": "hi"}, "customer": {"name": "\\u0000"}}',
        b'{"message": {"body": "hi"}, "": ""}',
        b'{"message": {"body": "hi"}, "\\u0000": "\\u0000"}',
        b'{"message": {"body": "hi"}, "x": ' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"message": {"body": "hi"}, "tags": ["{}", "a,b", "\\"", "\\\\", "NULL", "null"]}',
        b'{"message": {"body": "\\ud83d\\ude00"}}',
        b' \t\r\n{"message": {"body": "hi"}}\n',
    ],
    ids=lambda raw: repr(raw[:50]),
)
def test_a_strange_body_is_a_whole_ticket(caller: Caller, raw: bytes) -> None:
    response = caller.post("/tickets", raw)

    assert response.status_code == 201, response.content
    assert_whole()


@pytest.mark.parametrize(
    ("path", "raw", "name"),
    [
        ("/tickets", b'{"message": {"body": "first"}, "message": {"body": "second"}}', "message"),
        ("/tickets", b'{"message": {"body": "first", "body": "second"}}', "body"),
        ("/tickets", b'{"message": {"body": "a"}, "metadata": {"k": "1", "\\u006b": "2"}}', "k"),
        ("/tickets/batch", b'{"tickets": [{"message": {"body": "a"}}, {"tags": [], "tags": ["b"]}]}', "tags"),
    ],
)
def test_a_name_that_stands_twice_is_refused_for_nobody_knows_which_was_meant(
    caller: Caller, path: str, raw: bytes, name: str
) -> None:
    answer = caller.post(path, raw)

    assert_problem(answer, 400, "doubled-name")
    assert f"“{name}” stands twice in the same object." in answer.content.decode()
    assert not Ticket.objects.exists()


def test_ten_megabytes_are_too_large(caller: Caller) -> None:
    assert_problem(caller.post("/tickets", b" " * 10_000_000), 413, "too-large")


def test_a_chunked_body_without_a_length_is_asked_for_one(caller: Caller) -> None:
    response = caller.call("POST", "/tickets", b"", transfer_encoding="chunked", content_length="")

    assert response.status_code in {400, 411}
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_does_not_say_that_it_is_json_is_not_read(caller: Caller, kind: str) -> None:
    response = caller.post("/tickets", {"message": {"body": "hi"}}, content_type=kind)

    assert_problem(response, 415, "unsupported-media-type")


def test_names_with_slashes_and_tildes_are_escaped_in_pointers(caller: Caller) -> None:
    [warning] = told(caller.post("/tickets", {"message": {"body": "hi"}, "a/b~c": 1}))["warnings"]

    assert "/a~1b~0c" in warning


@pytest.fixture(scope="module")
def naughty_strings(shared_data: Path) -> list[str]:
    with zipfile.ZipFile(shared_data / "naughty" / "blns.zip") as archive:
        strings: list[str] = json.loads(archive.read("blns/blns.json"))
    return strings


def naughty_ticket(text: str) -> dict[str, Any]:
    return {
        "external_id": text,
        "subject": text,
        "message": {"body": text, "external_id": text},
        "customer": {"external_id": text, "name": text, "tier": text[:50]},
        "tags": [text[:100]],
        "metadata": {text[:100]: text},
        "order": {"id": text, "status": text},
    }


def test_naughty_strings_are_stored_as_they_are_or_refused(
    caller: Caller, naughty_strings: list[str]
) -> None:
    taken = 0
    for text in naughty_strings:
        response = caller.post("/tickets", naughty_ticket(text))
        assert response.status_code in {200, 201, 422}, (text, response.content)
        if response.status_code == 201:
            taken += 1
            ticket = Ticket.objects.get(reference=told(response)["reference"])
            body, metadata = ticket.messages.get().body, {text[:100]: text}
            assert (ticket.external_id, body, ticket.metadata) == (text.strip() or None, calm(text), metadata)
    assert_whole()
    assert taken > 450


def test_json_parsers_traps_are_never_a_server_error(caller: Caller, shared_data: Path) -> None:
    with zipfile.ZipFile(shared_data / "naughty" / "JSONTestSuite_test_parsing.zip") as archive:
        cases = {name: archive.read(name) for name in archive.namelist() if name.endswith(".json")}
    for name, raw in cases.items():
        for path in ("/tickets", "/tickets/batch"):
            status = caller.post(path, raw).status_code
            assert status in {400, 422}, (name, status)
            if Path(name).name.startswith("n_"):
                assert status == 400, (name, raw)
        within = b'{"message": {"body": "hi"}, "order": ' + raw + b"}"
        assert caller.post("/tickets", within).status_code in {201, 400, 422}, name
    assert len(cases) == 318
    assert_whole()


def test_a_naughty_reference_or_query_is_never_a_server_error(
    caller: Caller, make: Make, naughty_strings: list[str]
) -> None:
    from urllib.parse import quote

    for text in naughty_strings[::5]:
        word = quote(text, safe="")
        assert caller.get(f"/tickets/{word}").status_code == 404 or not word
        assert caller.get(f"/tickets?tag={word}&queue={word}&customer={word}").status_code in {200, 422}
