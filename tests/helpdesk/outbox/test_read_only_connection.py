"""What only reads can send nothing but a question, however it is asked to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from helpdesk.outbox import public_http
from helpdesk.outbox.public_http import NotPublic, ReadOnlyConnection, WouldWrite
from tests.helpdesk.outbox.receiver import Receiver, answering


@pytest.fixture
def line() -> Iterator[ReadOnlyConnection]:
    with answering() as url:
        connection = ReadOnlyConnection(url.split("/")[2])
        yield connection
        connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", "GETTING"])
def test_what_is_no_get_does_not_leave(line: ReadOnlyConnection, method: str) -> None:
    with pytest.raises(WouldWrite):
        line.request(method, "/")

    assert Receiver.got == []


@pytest.mark.parametrize("body", [b"{}", b"GET / HTTP/1.1\r\n\r\n", "text", [b"pieces"], iter([b"GET "])])
def test_a_question_has_no_body(line: ReadOnlyConnection, body: Any) -> None:
    with pytest.raises(WouldWrite):
        line.request("GET", "/", body)

    assert Receiver.got == []


def test_nor_does_anything_follow_it(line: ReadOnlyConnection) -> None:
    line.request("GET", "/")
    with pytest.raises(WouldWrite):
        line.send(b"POST / HTTP/1.1\r\n\r\n")

    assert line.getresponse().status == 204


def test_by_hand_it_does_not_leave_either(line: ReadOnlyConnection) -> None:
    line.connect()
    with pytest.raises(WouldWrite):
        line.send(b"DELETE / HTTP/1.1\r\n\r\n")

    assert Receiver.got == []


def test_reading_asks_and_brings_the_answer(settings: Any) -> None:
    settings.WEBHOOK_TRUSTED_NETWORKS = ["127.0.0.0/8"]
    with answering() as url:
        Receiver.status = 203
        answer = public_http.read(url, headers={"Authorization": "Bearer x"}, seconds=5.0, at_most=10)

        assert answer.status == 203
        assert [headers["Authorization"] for headers, _body in Receiver.got] == ["Bearer x"]


def test_what_is_not_public_is_not_asked() -> None:
    with answering() as url, pytest.raises(NotPublic):
        public_http.read(url, headers={}, seconds=5.0, at_most=10)
