"""The one port: whatever a client does with its body, the others are answered."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from helpdesk.models import Ticket
from tests.config.running import database_url, eventually, free_port, running
from tests.make import Make

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 4
USUAL_THREADS = 2
LARGEST = 100_000
PATIENCE = 1.5
LOGIN = b"GET /login/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's log lines are kept."""
    return tmp_path_factory.mktemp("web") / "console"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, output: Path, django_db_setup: None) -> Iterator[int]:
    """A web server of one process with few threads and little patience, on the database of the tests."""
    port = free_port()
    given = {
        "DATABASE_URL": database_url(),
        "PORT": str(port),
        "ATTEND_WEB_PROCESSES": "1",
        "ATTEND_WEB_THREADS": str(THREADS),
        "ATTEND_BODY_SECONDS": str(PATIENCE),
        "ATTEND_MAX_BODY": str(LARGEST),
    }
    (tmp_path_factory.getbasetemp() / "static").mkdir(exist_ok=True)
    with running("-m", "config.web", output=output, env={**os.environ, "DEBUG": "1", **given}):
        eventually(lambda: is_answered(port), within=60)
        yield port


def is_answered(port: int) -> bool:
    try:
        return said(port, LOGIN).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def opened(port: int, sent: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    client.sendall(sent)
    return client


def said(port: int, *sent: bytes) -> bytes:
    """Send, piece by piece, and return the whole answer."""
    with opened(port, sent[0]) as client:
        for piece in sent[1:]:
            client.sendall(piece)
        return answer_of(client)


def answer_of(client: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += client.recv(65536) or pytest.fail(f"no answer, but {received!r}")
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
    )
    while len(body) < length:
        body += client.recv(65536) or pytest.fail("the answer broke off")
    return head + b"\r\n\r\n" + body


def post(*headers: str) -> bytes:
    lines = ["POST /api/v1/tickets HTTP/1.1", "Host: localhost", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def problem_of(answer: bytes) -> dict[str, object]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    told: dict[str, object] = json.loads(body)
    return told


def test_a_process_says_at_its_start_that_nobody_can_set_things_up(port: int, output: Path) -> None:
    assert "no_admin" in output.read_text()
    assert "manage.py createsuperuser" in output.read_text()


def test_several_processes_serve_as_one_does(tmp_path: Path, django_db_setup: None) -> None:
    port, output = free_port(), tmp_path / "console"
    given = {"DATABASE_URL": database_url(), "PORT": str(port), "ATTEND_WEB_PROCESSES": "2"}
    with running("-m", "config.web", output=output, env={**os.environ, "DEBUG": "1", **given}):
        eventually(lambda: is_answered(port), within=60)

    assert "no_admin" in output.read_text()
    assert "Traceback" not in output.read_text()


def test_unfinished_uploads_hold_nobody_up(port: int) -> None:
    unfinished = [opened(port, post("Content-Length: 5000") + b"{") for _ in range(10 * THREADS)]
    began = time.monotonic()

    assert is_answered(port)
    assert time.monotonic() - began < PATIENCE
    for client in unfinished:
        client.close()


def test_a_body_that_never_ends_is_answered_with_408(port: int) -> None:
    problem = problem_of(said(port, post("Content-Length: 5000") + b"{"))

    assert (problem["status"], problem["code"]) == (408, "body-too-slow")


def test_a_body_that_drips_for_ever_is_answered_with_408(port: int) -> None:
    with opened(port, post("Transfer-Encoding: chunked")) as client:
        until = time.monotonic() + 60
        client.settimeout(0.1)
        while time.monotonic() < until:
            try:
                client.sendall(b"1\r\n \r\n")
                assert b" 408 " in client.recv(65536)
                return
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                break
    pytest.fail("it was never told to stop")


@pytest.mark.parametrize("length", [LARGEST + 1, 10_000_000, 10**15])
def test_a_body_too_large_is_answered_with_413(port: int, length: int) -> None:
    piece = b" " * min(length, 10_000_000)

    problem = problem_of(said(port, post(f"Content-Length: {length}"), *([piece] if length < 10**15 else [])))

    assert (problem["status"], problem["code"]) == (413, "too-large")


def test_a_chunked_body_too_large_is_answered_with_413(port: int) -> None:
    chunk = b"%x\r\n%b\r\n" % (LARGEST, b" " * LARGEST)

    problem = problem_of(said(port, post("Transfer-Encoding: chunked"), chunk, chunk, b"0\r\n\r\n"))

    assert problem["status"] == 413


def ticket(subject: str) -> bytes:
    whole = {"subject": subject, "customer": {"email": "jon@example.com"}, "message": {"body": "…"}}
    return json.dumps(whole).encode()


def test_a_chunked_body_arrives_whole(port: int, make: Make) -> None:
    key = make.key()[1]
    pieces = [b"%x\r\n%b\r\n" % (1, bytes([byte])) for byte in ticket("Chunk by chunk")]

    answer = said(
        port, post("Transfer-Encoding: chunked", f"Authorization: Bearer {key}"), *pieces, b"0\r\n\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 201"), answer
    assert Ticket.objects.get().subject == "Chunk by chunk"


def test_slow_readers_hold_nobody_up(port: int) -> None:
    asking = b"GET /api/v1/schema HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200
    readers = [opened(port, asking) for _ in range(5 * THREADS)]

    assert is_answered(port)
    for reader in readers:
        reader.close()


def test_requests_that_wait_for_a_lock_hold_nobody_up(port: int, make: Make) -> None:
    key = make.key()[1]
    sent = ticket("Worth the wait")
    asking = (
        post(f"Content-Length: {len(sent)}", f"Authorization: Bearer {key}", "Idempotency-Key: once") + sent
    )
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE helpdesk_idempotentrequest")
        waiting = [opened(port, asking) for _ in range(USUAL_THREADS)]
        eventually(lambda: waits_for_a_lock() == USUAL_THREADS)
        assert is_answered(port)

    answers = [answer_of(client) for client in waiting]
    for client in waiting:
        client.close()
    assert all(answer.startswith(b"HTTP/1.1 201") for answer in answers), answers
    assert Ticket.objects.get().subject == "Worth the wait"


def waits_for_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        [(count,)] = cursor.fetchall()
    return int(count)


@pytest.mark.parametrize(
    "target", [b"/login/?next=\xff\xfe", b"/login/?q=\xc3\xa4", b"/%ff%fe", b"/%00", b"/\xd7\x90"]
)
def test_a_target_that_is_no_ascii_is_no_fault_of_ours(port: int, target: bytes) -> None:
    answer = said(port, b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert answer[9:12] in {b"200", b"302", b"400", b"404"}
    assert is_answered(port)


def test_whoever_hangs_up_is_forgotten(port: int) -> None:
    for _ in range(20):
        opened(port, post("Content-Length: 5000") + b"{").close()

    assert is_answered(port)


def closed_within(client: socket.socket, seconds: float) -> bytes:
    """Return what is said until the other side closes; fail if it does not."""
    client.settimeout(seconds)
    received = b""
    while piece := client.recv(65536):
        received += piece
    return received


def test_a_head_that_never_ends_is_given_up(port: int) -> None:
    with opened(port, b"GET /login/ HTTP/1.1\r\nHost: local") as client:
        assert closed_within(client, 20).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("drip", [b"\r\n", b"X: y\r\n"])
def test_neither_do_drops_of_a_head_keep_a_connection(port: int, drip: bytes) -> None:
    with opened(port, b"" if drip == b"\r\n" else b"GET / HTTP/1.1\r\n") as client:
        client.settimeout(0.5)
        until = time.monotonic() + 15
        while time.monotonic() < until:
            try:
                client.sendall(drip)
                assert client.recv(65536)[9:12] in (b"", b"408")
                return
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                return
    pytest.fail("it was never told to stop")


def test_a_connection_on_which_nothing_is_said_is_closed(port: int) -> None:
    with opened(port, b"") as client:
        assert closed_within(client, 20) == b""


ENDLESS = [
    b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /login/ HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 40_000_000,
    b"GET /login/ HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 200 + b"\r\n",
    b"GET /login/ HTTP/1.1\r\nHost: localhost\r\n" + b"X: aaaaaaaaaa\r\n" * 4_000_000,
]


@pytest.mark.parametrize("head", ENDLESS, ids=["address", "one header", "many headers", "endless headers"])
def test_a_head_too_large_is_refused_before_it_is_read(port: int, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.settimeout(20)
        sent, answer = memoryview(head), b""
        try:
            while sent and not answer:
                sent = sent[client.send(sent[:65536]) :]
                answer = seen(client)
            answer = answer or client.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert len(head) - len(sent) < 5_000_000
        assert not answer or answer.startswith(b"HTTP/1.1 431")


def seen(client: socket.socket) -> bytes:
    """Return what has been said already, without waiting for it."""
    try:
        return client.recv(65536, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return b""


def test_what_trails_a_body_is_no_header(port: int, make: Make) -> None:
    body = ticket("Trailed")
    key = make.key()[1]
    trailed = b"%x\r\n%b\r\n0\r\nAuthorization: Bearer %b\r\n\r\n" % (len(body), body, key.encode())

    answer = said(port, post("Transfer-Encoding: chunked"), trailed)

    assert answer.startswith(b"HTTP/1.1 401"), answer
    assert is_answered(port)


def test_a_name_with_an_underscore_is_no_header(port: int, make: Make) -> None:
    lines = ["POST /api/v1/tickets HTTP/1.1", "Host: localhost", "Content_Type: application/json"]
    key = f"Authorization: Bearer {make.key()[1]}"

    answer = said(port, "\r\n".join([*lines, key, "Content-Length: 2", "", "{}"]).encode())

    assert problem_of(answer)["status"] == 415
