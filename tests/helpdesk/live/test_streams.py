"""Streams, served by a real web process: who hears of what, and when one ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction

from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from helpdesk.tickets import assignment, ticket_attributes
from tests.helpdesk.live.open_stream import OpenStream, web_process
from tests.make import Make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[int]:
    with web_process(tmp_path_factory.mktemp("web") / "console", ATTEND_LIVE_STREAMS=30) as (port, _process):
        yield port


@pytest.fixture
def ticket(make: Make) -> Ticket:
    make.agent("colleague"), make.agent("outsider")
    return make.ticket(now=database_now())


def acknowledge(ticket: Ticket, make: Make) -> None:
    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=make.agent("owner"), now=database_now())


def test_a_colleague_is_told_which_ticket_has_changed_and_nothing_of_it(
    make: Make, port: int, ticket: Ticket
) -> None:
    with OpenStream(port, make.agent("colleague")) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["x-accel-buffering"] == "no"
        assert "no-cache" in stream.headers["cache-control"]
        hello = stream.next()
        assert hello is not None
        assert hello.kind == "hello"
        acknowledge(ticket, make)

        told = stream.next_ring()
        assert told.pop("version") >= hello.data["version"]
        assert told == {"queues": [ticket.queue_id], "tickets": [ticket.reference]}


def test_whoever_begins_again_is_told_what_they_have_missed(make: Make, port: int, ticket: Ticket) -> None:
    with OpenStream(port, make.agent("colleague")) as stream:
        stream.next()
        acknowledge(ticket, make)
        version = stream.next_ring()["version"]

    with OpenStream(port, make.agent("colleague"), since=version - 1) as again:
        assert again.next_ring()["tickets"] == [ticket.reference]
    for long_ago in (0, -1, "nonsense", 10**20):
        with OpenStream(port, make.agent("colleague"), since=long_ago) as again:  # type: ignore[arg-type]
            assert again.next_ring()["everything"]


def test_an_outsider_hears_nothing_and_an_admin_all(make: Make, port: int, ticket: Ticket) -> None:
    other = make.queue("Elsewhere")  # where the outsider works
    with OpenStream(port, make.agent("outsider")) as outside, OpenStream(port, make.agent("admin")) as admin:
        outside.next(), admin.next()
        acknowledge(ticket, make)
        assert admin.next_ring()["tickets"] == [ticket.reference]
        with transaction.atomic():
            ticket_attributes.change_queue(
                ticket=ticket, queue=other, by=make.agent("admin"), now=database_now()
            )

        assert outside.next_ring()["queues"] == [other.pk]  # and not the queue that it came from
        assert set(admin.next_ring()["queues"]) == {other.pk, make.queue().pk}


def test_who_is_not_logged_in_gets_no_stream(make: Make, port: int, ticket: Ticket) -> None:
    deactivated = make.agent("colleague")
    session = OpenStream(port, deactivated)
    session.close()
    for who in ("", "nonsense", "\xe4;=,"):
        with OpenStream(port, who) as stream:
            assert stream.status == 401
    deactivated.is_active = False
    deactivated.save()
    with OpenStream(port, deactivated) as stream:
        assert stream.status == 401
    assert Session.objects.count() == 2


def test_a_browser_that_opens_stream_after_stream_is_stopped(make: Make, port: int, ticket: Ticket) -> None:
    opened = [OpenStream(port, make.agent("colleague")) for _ in range(21)]

    assert [stream.status for stream in opened] == [200] * 20 + [503]
    for stream in opened:
        stream.close()
