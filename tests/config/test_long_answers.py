"""Answers that are streamed: piece by piece, and neither a thread nor a connection for whoever reads slowly."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import connection

from tests.config.running import Running, database_url, eventually, free_port, running

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 4
MANY = 1000
A_FEW = 50
"""More megabytes than the kernel keeps for a reader who does not read."""
MEGABYTE = 1024 * 1024


class Progress(NamedTuple):
    """How many pieces were made, and how many answers ended."""

    made: int
    ended: int


class Front:
    """The web server, with pages that answer at length."""

    def __init__(self, port: int, process: Running, closed: ExitStack) -> None:
        self.port, self.process, self._closed = port, process, closed

    def asked(self, path: str, *, pieces: int, size: int, method: str = "GET") -> HTTPConnection:
        """Ask on a connection of one's own, without reading a word of the answer."""
        client = self._closed.enter_context(closing(HTTPConnection("127.0.0.1", self.port, timeout=30)))
        client.connect()
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.request(method, f"{path}?pieces={pieces}&size={size}")
        return client

    def answer(self, path: str, *, pieces: int, size: int, method: str = "GET") -> HTTPResponse:
        asked = self.asked(path, pieces=pieces, size=size, method=method)
        return self._closed.enter_context(closing(asked.getresponse()))

    def progress(self) -> Progress:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as client:
            client.request("GET", "/how-far/")
            counted = json.loads(client.getresponse().read())
        return Progress(counted.get("made", 0), counted.get("ended", 0))

    def is_up(self) -> bool:
        try:
            return self.progress().made >= 0
        except OSError:
            return False


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    port = free_port()
    given = {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.config.long_answer_settings",
        "PORT": str(port),
        "ATTEND_WEB_PROCESSES": "1",
        "ATTEND_WEB_THREADS": str(THREADS),
    }
    env = {**os.environ, "DEBUG": "1", **given}
    with running("-m", "config.web", output=tmp_path / "console", env=env) as process, ExitStack() as closed:
        front = Front(port, process, closed)
        eventually(front.is_up, within=60)
        yield front


def connections_of_others(condition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"  # noqa: S608  # those below
            f" AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND {condition}"
        )
        [(count,)] = cursor.fetchall()
    return int(count)


def test_a_long_answer_arrives_whole_and_in_order_and_the_connection_goes_on(front: Front) -> None:
    client = front.asked("/long/", pieces=20, size=MEGABYTE)
    answer = client.getresponse()
    lines = answer.read().splitlines()
    assert [int(line.rstrip(b".")) for line in lines] == list(range(20))
    assert {len(line) for line in lines} == {MEGABYTE - 1}
    assert (answer.getheader("Transfer-Encoding"), answer.getheader("Cache-Control")) == (
        "chunked",
        "no-store",
    )

    client.request("GET", "/how-far/")
    assert json.loads(client.getresponse().read()) == {"made": 20, "ended": 1}


def test_many_small_pieces_make_one_of_a_size_that_is_worth_sending(front: Front) -> None:
    body = front.answer("/long/", pieces=MANY, size=1000).read()
    assert len(body) == MANY * 1000


def test_slow_readers_hold_no_thread_no_connection_and_no_snapshot(front: Front) -> None:
    readers = 5 * THREADS
    slow = [front.asked("/long/", pieces=MANY, size=MEGABYTE) for _ in range(readers)]
    eventually(lambda: front.progress().made >= readers)

    eventually(lambda: not connections_of_others("(state <> 'idle' OR backend_xmin IS NOT NULL)"))
    assert connections_of_others("true") <= THREADS
    assert front.progress().ended == 0
    for client in slow:
        client.close()
    eventually(lambda: front.progress().ended == readers)


def test_no_more_is_made_than_what_is_on_its_way(front: Front) -> None:
    slow = front.asked("/long/", pieces=MANY, size=MEGABYTE)
    eventually(lambda: 0 < front.progress().made == front.progress().made)
    assert front.progress().made < A_FEW

    slow.close()
    eventually(lambda: front.progress().ended)
    assert front.progress().made < A_FEW


def test_whoever_reads_nothing_any_more_is_cut_off(front: Front) -> None:
    front.answer("/impatience/", pieces=0, size=0)
    answer = front.answer("/long/", pieces=MANY, size=MEGABYTE)

    eventually(lambda: front.progress().ended)
    with pytest.raises((IncompleteRead, ConnectionError)):
        answer.read()
    assert "Traceback" not in front.process.said()


def test_what_fails_in_the_middle_is_not_taken_for_whole(front: Front) -> None:
    answer = front.answer("/long/failing/", pieces=3, size=MEGABYTE)
    assert answer.status == 200
    with pytest.raises((IncompleteRead, ConnectionError)):
        answer.read()

    front.process.await_words("The answer to /long/failing/ broke off.")
    assert front.process.said().count("RuntimeError: the rest is not to be had") == 1
    assert front.progress() == Progress(made=3, ended=1)


def test_what_fails_before_its_first_piece_is_an_error(front: Front) -> None:
    assert front.answer("/long/failing/", pieces=0, size=1).status == 500


def test_a_piece_does_not_leave_a_transaction_behind(front: Front) -> None:
    assert front.answer("/long/in-a-transaction/", pieces=2, size=MEGABYTE).status == 500

    front.process.await_words("TransactionLeftOpen")
    assert connections_of_others("state <> 'idle'") == 0
    assert front.answer("/long/", pieces=2, size=MEGABYTE).status == 200


def test_whoever_asks_for_the_head_alone_has_no_piece_made(front: Front) -> None:
    client = front.asked("/long/", pieces=MANY, size=MEGABYTE, method="HEAD")
    answer = client.getresponse()
    assert (answer.status, answer.getheader("Content-Type"), answer.read()) == (200, "text/plain", b"")

    client.request("GET", "/how-far/")
    assert json.loads(client.getresponse().read()) == {}


def test_a_process_that_is_to_stop_cuts_off_what_is_being_read(front: Front) -> None:
    answer = front.answer("/long/", pieces=MANY, size=MEGABYTE)
    answer.read(MEGABYTE)

    assert front.process.stop() == 0
    with pytest.raises((IncompleteRead, ConnectionError)):
        answer.read()
    assert "Traceback" not in front.process.said()
