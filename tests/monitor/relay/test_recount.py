"""Recounting finds every way in which rows can drift, says so, and repairs it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from threading import Event
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from helpdesk.models import Ticket, TicketEvent
from helpdesk.tickets import assignment, ticket_status
from monitor.models import Clock, Flag, Level, Policy, PolicyVersion, Recounting, Standing
from monitor.promises import versions
from monitor.relay import recount, relay
from monitor.watch import sweep
from tests.make import NOW, Make
from tests.monitor import poison as poisoning
from tests.monitor.watched import Elsewhere

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=2)
ADDRESS = ("host", "port", "user", "password", "dbname")


def _lose_a_clock() -> None:
    Flag.objects.filter(clock__metric="resolution").delete()
    Clock.objects.filter(metric="resolution").delete()


def _invent_a_clock() -> None:
    clock = Clock.objects.get(metric="resolution")
    clock.pk, clock.start_seq, clock.metric = None, 7, "update"
    clock.save(force_insert=True)


def _invent_a_flag() -> None:
    clock = Clock.objects.select_related("ticket").get(metric="resolution")
    Flag.objects.create(
        clock=clock,
        ticket=clock.ticket,
        store_id=clock.ticket.store_id,
        metric=clock.metric,
        level=Level.BREACHED,
        raised_at=LATER,
        rang_at=LATER,
        noticed_at=LATER,
        noticed_by="nobody",
    )


DAMAGE: dict[str, Callable[[], object]] = {
    "changed first_response": lambda: Clock.objects.filter(metric="first_response").update(due_at=NOW),
    "changed resolution": lambda: Clock.objects.filter(metric="resolution").update(rings_at=None),
    "new resolution": _lose_a_clock,
    "superseded update": _invent_a_clock,
    "flag corrected": _invent_a_flag,
    "flag restated": lambda: Flag.objects.filter(level="breached").update(raised_at=NOW),
    "changed acknowledgement": lambda: Flag.objects.filter(level="breached").delete(),
    "standing": lambda: Standing.objects.update(next_due_at=None),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_each_kind_of_damage_is_found_and_repaired(make: Make, what: str) -> None:
    ticket = make.ticket()
    sweep.sweep(now=LATER, limit=10, noticed_by="test")
    before = _everything()
    DAMAGE[what]()

    [drift] = recount.check([ticket.pk], now=LATER)
    assert drift == recount.Drift(ticket.pk, what)
    recount.repair([ticket.pk], now=LATER)

    assert recount.check([ticket.pk], now=LATER) == []
    assert _everything() == before


def _everything() -> list[Any]:
    """Return what stands, without the numbers that a repair gives anew."""
    clocks = (
        Clock.objects.standing().order_by("metric", "start_seq").values_list("metric", "due_at", "rings_at")
    )
    flags = Flag.objects.standing().order_by("metric", "level").values_list("metric", "level", "raised_at")
    return [*clocks, *flags, *Standing.objects.values_list("ticket_id", "next_due_at")]


def test_an_ended_ticket_that_still_has_a_place_is_found(make: Make) -> None:
    ticket = make.ticket()
    standing = Standing.objects.get()
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    standing.save(force_insert=True)

    assert list(recount.chunks(everything=False)) == [[ticket.pk]]
    assert [drift.what for drift in recount.check([ticket.pk], now=LATER)] == ["standing"]


def test_an_ended_ticket_with_a_clock_that_runs_is_found(make: Make) -> None:
    ticket = make.ticket()
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    assert list(recount.chunks(everything=False)) == []
    Clock.objects.filter(metric="resolution").update(ended_at=None, outcome="")

    [ids] = recount.chunks(everything=False)
    assert [drift.what for drift in recount.check(ids, now=LATER)] == ["changed resolution"]


def test_the_command_says_what_has_drifted_and_repairs_it(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    tickets = [make.ticket(occurred_at=None) for _ in range(3)]
    Clock.objects.filter(ticket=tickets[1], metric="first_response").update(target=timedelta(days=7))

    with pytest.raises(SystemExit) as left:
        call_command("recount", "--check")
    assert left.value.code == 1
    assert f"ticket {tickets[1].pk}: changed first_response" in capsys.readouterr().out

    call_command("recount")
    call_command("recount", "--check", "--all")
    assert "3 tickets looked at, 0 differences" in capsys.readouterr().out


def test_the_command_lets_events_wait_again(
    make: Make, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ticket = make.ticket()
    settings.TICKET_EVENT_RELAYS = []
    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=make.agent(), now=SOON)
    TicketEvent.objects.waiting().update(set_aside_at=SOON)

    call_command("recount", "--retry", "--check")

    assert "1 events wait again" in capsys.readouterr().out
    assert TicketEvent.objects.waiting().count() == 1


def test_events_that_wait_are_no_drift(make: Make, poison: None) -> None:
    ticket = make.ticket()
    poisoning.poison(ticket)
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)

    assert recount.check([ticket.pk], now=LATER) == []


def _publish_for_all(*, now: Any = SOON) -> PolicyVersion:
    """Promise a first response within six minutes, to clocks that run as well."""
    policy = Policy.objects.get(name="Everybody")
    last = policy.versions.get()
    return versions.publish_policy(
        policy=policy,
        rules={"targets": {"first_response": {"seconds": 360}}},
        position=last.position,
        calendar=last.calendar,
        now=now,
        scope="new_and_open",
    )


def test_a_new_version_reaches_open_tickets_chunk_by_chunk(make: Make) -> None:
    tickets = [make.ticket() for _ in range(5)]
    version = _publish_for_all()

    reached = []
    while recounted := recount.go_on(now=SOON, limit=2):
        reached.append(recounted)

    assert reached == [2, 2, 1]
    assert Recounting.objects.get().finished_at == SOON
    due = set(Clock.objects.filter(metric="first_response").values_list("policy_version", "due_at"))
    assert due == {(version.pk, NOW + timedelta(minutes=6))}
    assert recount.check([ticket.pk for ticket in tickets], now=SOON) == []
    assert Flag.objects.filter(level="at_risk", raised_at=SOON).count() == 5


def test_one_ticket_that_cannot_be_recounted_stops_no_other(make: Make, poison: None) -> None:
    good, bad = make.ticket(), make.ticket()
    poisoning.poison(bad)
    with transaction.atomic():
        assignment.acknowledge(ticket=bad, by=make.agent(), now=SOON)
    version = _publish_for_all()

    assert recount.go_on(now=SOON, limit=10) == 2
    assert recount.go_on(now=SOON, limit=10) == 0
    assert Recounting.objects.get().finished_at == SOON
    assert Clock.objects.get(ticket=good, metric="first_response").policy_version == version


@pytest.mark.django_db(transaction=True)
def test_what_fails_in_passing_is_recounted_the_next_time(make: Make, second: psycopg.Connection) -> None:
    tickets = [make.ticket() for _ in range(3)]
    _publish_for_all()

    with second.transaction():
        second.execute("SELECT FROM helpdesk_ticket WHERE id = %s FOR UPDATE", [tickets[1].pk])
        with pytest.raises(OperationalError):
            _go_on_without_patience()

    assert recount.go_on(now=SOON, limit=10) == 3


def _go_on_without_patience() -> None:
    """Go on, but give up on a lock that is not free within 50 ms."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        recount.go_on(now=SOON, limit=10)


@pytest.mark.django_db(transaction=True)
def test_a_recount_waits_for_a_ticket_that_is_opened_under_the_old_version(
    make: Make, elsewhere: Elsewhere
) -> None:
    make.store()
    written, published = Event(), Event()

    def open_slowly() -> Ticket:
        with transaction.atomic():
            ticket = make.ticket()
            written.set()
            assert published.wait(20)
        return ticket

    opening: Future[Ticket] = elsewhere(open_slowly)
    assert written.wait(20)
    version = _publish_for_all()
    assert recount.go_on(now=SOON, limit=10) == 0
    assert Recounting.objects.get().finished_at is None

    published.set()
    ticket = opening.result(timeout=20)
    assert recount.go_on(now=SOON, limit=10) == 1
    assert Clock.objects.get(ticket=ticket, metric="first_response").policy_version == version


def test_a_writer_of_another_database_holds_no_recount_up(make: Make) -> None:
    make.ticket()
    others = connection.get_connection_params() | {"dbname": "postgres"}
    with psycopg.connect(**{key: value for key, value in others.items() if key in ADDRESS}) as other:
        other.execute("SELECT pg_current_xact_id()")
        _publish_for_all()

        assert recount.go_on(now=SOON, limit=10) == 1


def test_a_ticket_that_came_and_went_while_a_version_was_published_is_recounted(make: Make) -> None:
    ticket = make.ticket(now=SOON)
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    version = _publish_for_all()
    recount.go_on(now=LATER, limit=10)

    assert Clock.objects.get(ticket=ticket, metric="first_response").policy_version == version


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_recount_the_same_tickets(make: Make, elsewhere: Elsewhere) -> None:
    make.ticket()
    _publish_for_all()

    with transaction.atomic():
        Recounting.objects.select_for_update().get()
        assert elsewhere(lambda: recount.go_on(now=SOON, limit=10)).result(timeout=20) == 0
    assert recount.go_on(now=SOON, limit=10) == 1


def test_recounting_is_the_relays_own_arithmetic(make: Make) -> None:
    ticket = make.ticket()
    before = list(Clock.objects.order_by("pk").values())

    relay.apply([ticket.pk], now=LATER)

    assert list(Clock.objects.order_by("pk").values()) == before
