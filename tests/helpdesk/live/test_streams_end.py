"""Streams whose process ends, or whose Redis is gone: nobody is left believing that they are told."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from django.db import transaction

from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from helpdesk.tickets import assignment
from tests.helpdesk.live.open_stream import OpenStream, web_process
from tests.make import Make

pytestmark = pytest.mark.django_db(transaction=True)


def claim(ticket: Ticket, make: Make) -> None:
    with transaction.atomic():
        assignment.claim(ticket=ticket, by=make.agent("owner"), now=database_now())


def test_a_process_that_is_to_stop_says_so_to_all_and_ends(make: Make, tmp_path: Path) -> None:
    make.ticket()
    with web_process(tmp_path / "console") as (port, process):
        streams = [OpenStream(port, make.agent("owner")) for _ in range(10)]
        assert [told.kind for stream in streams if (told := stream.next())] == ["hello"] * 10
        process.popen.send_signal(signal.SIGTERM)

        assert [told.kind for stream in streams if (told := stream.next())] == ["over"] * 10
        assert [stream.next() for stream in streams] == [None] * 10
        process.popen.wait(60)
        for stream in streams:
            stream.close()
    assert "timeout graceful shutdown exceeded" not in process.said()


def test_what_changes_while_nobody_serves_is_told_to_who_comes_back_without_redis_too(
    make: Make, tmp_path: Path
) -> None:
    ticket = make.ticket()
    nowhere = {"REDIS_URL": "redis://127.0.0.1:1/0"}
    with web_process(tmp_path / "console", **nowhere) as (port, process):
        with OpenStream(port, make.agent("owner")) as stream:
            assert stream.next() is not None
            claim(ticket, make)
            told = stream.next_ring()
            assert told["tickets"] == [ticket.reference]
        process.popen.kill()
        process.popen.wait()
    claim(ticket, make)

    with (
        web_process(tmp_path / "again", **nowhere) as (port, _process),
        OpenStream(port, make.agent("owner"), since=told["version"]) as stream,
    ):
        assert stream.next_ring()["everything"]
