"""Files by the API: given first, named by a message or a ticket, and read by whoever may read that."""

from __future__ import annotations

import gzip
from hashlib import sha256
from typing import Any

import pytest

from helpdesk.database.instant import database_now
from helpdesk.models import Attachment, Scope
from tests.helpdesk.api.conftest import Answer, Caller, Callers, assert_problem, told
from tests.helpdesk.attachments.given_files import on_a_note
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

BILL = b"%PDF-1.7 \xff\0 a bill"


def give(caller: Caller, content: bytes = BILL, name: str = "bill.pdf", **headers: str) -> Answer:
    kind = {"content-type": headers.pop("kind", "application/pdf")}
    return caller.call("POST", f"/attachments?name={name}", content, **kind, **headers)


def opened(caller: Caller, **message: Any) -> Answer:
    return caller.post(
        "/tickets", {"customer": {"email": "jon@example.com"}, "message": {"body": "Broken."} | message}
    )


@pytest.mark.parametrize("kind", ["application/pdf", "application/octet-stream", "image/x-anything", ""])
def test_a_file_is_given_as_the_body_and_told_by_its_content(caller: Caller, kind: str) -> None:
    answer = give(caller, kind=kind)

    assert answer.status_code == 201
    number = told(answer)["id"]
    assert told(answer) == {
        "id": number,
        "name": "bill.pdf",
        "type": "application/pdf",
        "size": len(BILL),
        "sha256": sha256(BILL).hexdigest(),
        "left_out": None,
        "infection": None,
    }
    assert answer.headers["Location"] == f"/api/v1/attachments/{number}"


def test_it_is_named_by_a_message_and_read_from_it(caller: Caller) -> None:
    reference = told(opened(caller))["reference"]
    file = told(give(caller))
    said = caller.post(f"/tickets/{reference}/messages", {"body": "See.", "attachments": [file["id"]]})
    assert said.status_code == 201
    assert told(said)["message"]["attachments"] == [file]
    listed = told(caller.get(f"/tickets/{reference}/messages"))["data"]
    assert [each["attachments"] for each in listed] == [[], [file]]

    read = caller.get(f"/attachments/{file['id']}")
    assert (read.status_code, read.content) == (200, BILL)
    assert read.headers["Content-Disposition"] == 'attachment; filename="bill.pdf"'
    assert read.headers["X-Content-Type-Options"] == "nosniff"


def test_it_is_named_by_a_new_ticket(caller: Caller) -> None:
    file = told(give(caller))
    answer = opened(caller, attachments=[file["id"]])

    assert answer.status_code == 201
    [first] = told(caller.get(f"/tickets/{told(answer)['reference']}/messages"))["data"]
    assert first["attachments"] == [file]


def test_a_repeat_changes_nothing_and_says_where_it_differs(caller: Caller) -> None:
    reference = told(opened(caller))["reference"]
    numbers = [told(give(caller))["id"] for _ in range(2)]
    path = f"/tickets/{reference}/messages"
    said = {"body": "See.", "external_id": "m-1", "attachments": numbers[:1]}
    caller.post(path, said)
    again, other = caller.post(path, said), caller.post(path, {**said, "attachments": numbers[1:]})

    assert (again.status_code, told(again)["ticket"]["warnings"]) == (200, [])
    assert "attachments differs" in told(other)["ticket"]["warnings"][0]
    assert [file["id"] for file in told(other)["message"]["attachments"]] == numbers[:1]


def test_given_twice_under_one_idempotency_key_it_is_one_file(caller: Caller) -> None:
    first, again = (give(caller, idempotency_key="k1") for _ in range(2))
    other = give(caller, b"another", idempotency_key="k1")

    assert told(again) == told(first)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert_problem(other, 422, "idempotency-key-reused")


def test_nobody_names_what_another_key_gave_or_what_is_used(caller: Caller, callers: Callers) -> None:
    file = told(give(caller))["id"]
    for other in (callers(), callers.outsider()):
        assert_problem(opened(other, attachments=[file]), 422, "unknown-attachment")
    assert opened(caller, attachments=[file]).status_code == 201
    assert_problem(opened(caller, attachments=[file]), 422, "unknown-attachment")
    assert_problem(opened(caller, attachments=["9" * 18]), 422, "unknown-attachment")
    assert_problem(opened(caller, attachments=["x"]), 422, "misfit")


def test_what_is_refused_has_opened_nothing(caller: Caller) -> None:
    opened(caller, attachments=["1"])

    assert told(caller.get("/tickets"))["data"] == []


def test_files_go_with_single_tickets(caller: Caller) -> None:
    file = told(give(caller))["id"]
    items = [{"message": {"body": "a", "attachments": [file]}}, {"message": {"body": "b"}}]
    first, second = told(caller.post("/tickets/batch", {"tickets": items}))["results"]

    assert (first["problem"]["code"], second["status"]) == ("files-in-a-batch", 201)


def test_only_a_file_of_a_message_is_read_and_only_by_its_store(caller: Caller, callers: Callers) -> None:
    file = told(give(caller))["id"]
    assert caller.get(f"/attachments/{file}").status_code == 404
    opened(caller, attachments=[file])

    outsider = callers.outsider()
    assert outsider.get(f"/attachments/{file}").status_code == 404
    assert_problem(callers(scopes=[Scope.WRITE]).get(f"/attachments/{file}"), 403, "scope-missing")


def test_a_file_of_a_note_takes_the_scope_for_notes(callers: Callers, make: Make) -> None:
    ticket = make.ticket(now=database_now())
    file = on_a_note(ticket, by=make.agent(), now=database_now())
    path = f"/attachments/{file.pk}"

    assert callers(scopes=[Scope.READ]).get(path).status_code == 404
    assert callers(scopes=[Scope.READ, Scope.NOTES]).get(path).status_code == 200


def test_a_body_that_is_no_file_is_refused(caller: Caller, settings: Any) -> None:
    settings.FILE_MAX_SIZE = 1024 * 1024
    assert_problem(give(caller, b""), 422, "file-empty")
    assert_problem(give(caller, b"x" * (1024 * 1024 + 1)), 413, "too-large")
    assert_problem(
        give(caller, gzip.compress(bytes(1024 * 1024 + 1)), content_encoding="gzip"), 413, "too-large"
    )
    assert_problem(give(caller, kind="multipart/form-data; boundary=x"), 415, "unsupported-media-type")
    assert_problem(give(caller, name=""), 422, "bad-parameter")
    assert not Attachment.objects.exists()


def test_a_key_that_may_not_write_gives_nothing(callers: Callers) -> None:
    assert_problem(give(callers(scopes=[Scope.READ])), 403, "scope-missing")
