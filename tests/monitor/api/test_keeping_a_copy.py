"""A copy that is kept by `updated_since` misses nothing, whatever ends in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from helpdesk.access import erasure
from helpdesk.api import paging
from helpdesk.conversation import replies
from helpdesk.conversation.answers import AfterReply
from helpdesk.database.instant import database_now
from helpdesk.database.statement import run
from helpdesk.models import Customer, Ticket
from helpdesk.tickets import assignment, merging, ticket_attributes
from monitor.alarms import flags
from monitor.models import Clock, Flag
from monitor.relay import recount, relay
from monitor.watch import sweep
from tests.helpdesk.api.conftest import Caller, told
from tests.make import NOW, Make
from tests.monitor.watched import Elsewhere, elsewhere

__all__ = ["elsewhere"]

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


class KeptCopy:
    """Whoever keeps one list in step: asks again from the newest change that it has seen, and knows no more."""

    def __init__(self, caller: Caller, path: str, name: str) -> None:
        self._caller, self._path, self._name = caller, path, name
        self._since = "1970-01-01T00:00:00Z"
        self.rows: dict[str, dict[str, Any]] = {}

    def follow(self, *, limit: int = 2, between: Callable[[], object] = lambda: None) -> set[str]:
        """Read on to the end; return what has changed since it was read last."""
        moved: set[str] = set()
        cursor = ""
        while True:
            page = told(self._caller.get(f"{self._path}?updated_since={self._since}&limit={limit}{cursor}"))
            moved |= {name for name in map(self._take, page["data"]) if name}
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
            between()
        self._since = max((row["updated_at"] for row in self.rows.values()), default=self._since)
        return moved

    def _take(self, row: dict[str, Any]) -> str | None:
        name: str = row[self._name]
        known = self.rows.get(name, {}).get("updated_at")
        self.rows[name] = row
        return name if row["updated_at"] != known else None

    def column(self, name: str) -> dict[str, Any]:
        return {key: row[name] for key, row in self.rows.items()}


@pytest.fixture
def tickets(caller: Caller) -> KeptCopy:
    return KeptCopy(caller, "/tickets", "reference")


@pytest.fixture
def flagged(caller: Caller) -> KeptCopy:
    return KeptCopy(caller, "/flags", "id")


class HeldTransaction:
    """Something done on another connection, whose transaction stays open until it is ended."""

    def __init__(self, elsewhere: Elsewhere, act: Callable[[], object]) -> None:
        self._elsewhere, self._act = elsewhere, act
        self._done, self._end = Event(), Event()

    def begin(self) -> None:
        self._held = self._elsewhere(self._hold)

    def _hold(self) -> None:
        with transaction.atomic():
            self._act()
            self._done.set()
            assert self._end.wait(30)

    def wait_until_it_is_done(self) -> None:
        assert self._done.wait(30)

    def wait_until_it_waits_or_is_done(self) -> None:
        while not self._done.wait(0.01) and not self._held.done() and not somebody_waits_for_a_lock():
            pass

    def end(self) -> None:
        self._end.set()
        self._held.result(timeout=30)


def somebody_waits_for_a_lock() -> bool:
    waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    [(waits,)] = run(f"SELECT EXISTS (SELECT {waiting})", ())
    return bool(waits)


@contextmanager
def under_way(elsewhere: Elsewhere, act: Callable[[], object]) -> Iterator[None]:
    """Have something done by a transaction that stays open until the block is left."""
    held = HeldTransaction(elsewhere, act)
    held.begin()
    try:
        held.wait_until_it_is_done()
        yield
    finally:
        held.end()


def committed(act: Callable[[], object]) -> None:
    with transaction.atomic():
        act()


def claimed(make: Make, ticket: Ticket) -> Callable[[], object]:
    return lambda: assignment.claim(ticket=ticket, by=make.agent(), now=database_now())


def opened(make: Make, count: int, **fields: Any) -> list[Ticket]:
    return [make.ticket(now=database_now(), **fields) for _ in range(count)]


def assignees() -> dict[str, str | None]:
    return dict(Ticket.objects.values_list("reference", "assignee__email"))


def test_a_change_that_began_first_and_ended_last_is_told(
    make: Make, tickets: KeptCopy, elsewhere: Elsewhere
) -> None:
    slow, quick = opened(make, 2)
    tickets.follow()

    with under_way(elsewhere, claimed(make, slow)):
        committed(claimed(make, quick))
        tickets.follow()
    tickets.follow()

    assert tickets.column("assignee") == assignees()
    assert set(assignees().values()) == {"owner@example.com"}


def test_the_time_that_a_change_speaks_of_hides_it_from_nobody(make: Make, tickets: KeptCopy) -> None:
    [one, other] = opened(make, 2)
    began = database_now()
    committed(claimed(make, other))
    tickets.follow()

    committed(lambda: assignment.claim(ticket=one, by=make.agent(), now=began))

    assert tickets.follow() == {one.reference}


def test_a_ticket_that_is_opened_slowly_is_told(make: Make, tickets: KeptCopy, elsewhere: Elsewhere) -> None:
    opened(make, 1)
    with under_way(elsewhere, lambda: opened(make, 1)):
        opened(make, 1)
        tickets.follow()
        opened(make, 1)
        tickets.follow()

    tickets.follow()
    assert len(tickets.rows) == 4


def test_what_moves_and_ends_between_two_pages_is_told(
    make: Make, tickets: KeptCopy, elsewhere: Elsewhere
) -> None:
    todo = iter(opened(make, 6))

    def go_on() -> None:
        if len(tickets.rows) <= 4:
            with under_way(elsewhere, claimed(make, next(todo))):
                committed(claimed(make, next(todo)))

    tickets.follow(limit=2, between=go_on)
    tickets.follow()

    assert tickets.column("assignee") == assignees()
    assert list(assignees().values()).count(None) == 2


def test_equal_instants_at_the_edge_of_a_page_are_told_each(make: Make, tickets: KeptCopy) -> None:
    opened(make, 5)
    stamp_all_alike(database_now() - timedelta(minutes=1))

    assert len(tickets.follow(limit=2)) == 5
    assert tickets.follow(limit=2) == set()


def stamp_all_alike(at: datetime) -> None:
    """Stamps are taken row by row; the trigger is held still so that some are equal."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE helpdesk_ticket DISABLE TRIGGER ticket_change_is_stamped")
        Ticket.objects.update(updated_at=at)
        cursor.execute("ALTER TABLE helpdesk_ticket ENABLE TRIGGER ticket_change_is_stamped")


def test_who_only_reads_holds_no_copy_up(make: Make, tickets: KeptCopy, elsewhere: Elsewhere) -> None:
    opened(make, 1)
    with under_way(elsewhere, Ticket.objects.count):
        opened(make, 1)
        assert len(tickets.follow()) == 2


def test_a_customers_new_address_moves_a_ticket_that_is_just_being_opened(
    make: Make, tickets: KeptCopy, elsewhere: Elsewhere
) -> None:
    known, moved = {"external_id": "c1"}, {"external_id": "c1", "email": "new@example.com"}
    opened(make, 1, customer=known | {"email": "old@example.com"})
    moving = HeldTransaction(elsewhere, lambda: opened(make, 1, customer=moved))

    with under_way(elsewhere, lambda: opened(make, 1, customer=known)):
        opened(make, 1, customer=moved | {"external_id": "c2"})
        moving.begin()
        moving.wait_until_it_waits_or_is_done()
    moving.wait_until_it_is_done()
    tickets.follow()
    moving.end()
    tickets.follow()

    assert {one["email"] for one in tickets.column("customer").values()} == {"new@example.com"}
    assert len(tickets.rows) == 4


def test_erasure_queue_and_merger_move_what_they_change(make: Make, tickets: KeptCopy) -> None:
    forgotten, moved, going, staying, calm = opened(make, 5)
    tickets.follow()

    committed(lambda: erasure.erase_customer(customer=Customer.objects.get(tickets=forgotten)))
    committed(
        lambda: ticket_attributes.change_queue(
            ticket=moved, queue=make.queue("Returns"), by=None, now=database_now()
        )
    )
    committed(lambda: merging.merge(ticket=going, into=staying, by=make.agent(), now=database_now()))

    assert tickets.follow() == {one.reference for one in (forgotten, moved, going, staying)}
    assert tickets.column("customer")[forgotten.reference]["email"] == ""
    assert tickets.column("queue")[moved.reference] == "Returns"
    assert tickets.column("merged_into")[going.reference] == staying.reference
    assert calm.reference in tickets.rows


def test_an_agent_who_becomes_a_number_is_one_in_the_copy_too(
    make: Make, tickets: KeptCopy, flagged: KeptCopy
) -> None:
    ticket = make.ticket(now=database_now() - timedelta(minutes=90))
    sweep.sweep(now=database_now(), limit=10, noticed_by="test")
    for flag in Flag.objects.filter(metric="acknowledgement"):
        flags.acknowledge(flag=flag, by=make.agent(), now=database_now())
    flagged.follow()
    committed(
        lambda: replies.reply_in_public(
            ticket=ticket, author=make.agent(), body="Here.", now=database_now(), then=AfterReply.RESOLVE
        )
    )
    tickets.follow()

    committed(lambda: erasure.make_anonymous(agent=make.agent(), now=database_now()))
    tickets.follow()

    flagged.follow()

    assert tickets.column("assignee") == assignees()
    assert "anonymous.invalid" in str(assignees())
    assert "owner@example.com" not in flagged.column("acknowledged_by").values()


def test_a_flag_is_told_when_it_is_raised_in_hand_settled_and_withdrawn(
    make: Make, tickets: KeptCopy, flagged: KeptCopy
) -> None:
    asked = database_now() - timedelta(minutes=90)
    late, in_time = (make.ticket(now=asked) for _ in range(2))
    tickets.follow()

    sweep.sweep(now=database_now(), limit=10, noticed_by="test")
    raised = flagged.follow()
    mine, theirs = (
        Flag.objects.get(ticket=one, metric="acknowledgement", level="breached") for one in (late, in_time)
    )
    assert {str(mine.pk), str(theirs.pk)} <= raised

    committed(lambda: flags.acknowledge(flag=mine, by=make.agent(), now=database_now()))
    assert flagged.follow() == {str(mine.pk)}
    assert flagged.column("acknowledged_by")[str(mine.pk)] == "owner@example.com"
    assert tickets.follow() == set()

    committed(claimed(make, late))
    flagged.follow()
    assert flagged.rows[str(mine.pk)]["settled_at"] is not None

    committed(
        lambda: assignment.acknowledge(
            ticket=in_time, by=make.agent(), now=database_now(), occurred_at=asked + timedelta(minutes=5)
        )
    )
    flagged.follow()
    assert flagged.rows[str(theirs.pk)]["withdrawn_at"] is not None


def test_a_flag_that_is_raised_slowly_is_told(make: Make, flagged: KeptCopy, elsewhere: Elsewhere) -> None:
    slow, quick = opened(make, 2, priority="low")
    later = database_now() + timedelta(hours=4)

    def ring(ticket: Ticket) -> Callable[[], object]:
        return lambda: flags.raise_due(now=later, limit=10, noticed_by="test", ticket_ids=[ticket.pk])

    with under_way(elsewhere, ring(slow)):
        committed(ring(quick))
        flagged.follow(limit=1)
    flagged.follow(limit=1)

    assert set(flagged.rows) == {str(pk) for pk in Flag.objects.values_list("pk", flat=True)}
    assert set(flagged.column("ticket").values()) == {slow.reference, quick.reference}


def test_clocks_that_are_brought_up_late_are_told(
    make: Make, tickets: KeptCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(relay, "apply", lambda *_, **__: 1 / 0)
        [ticket] = opened(make, 1)
        tickets.follow()
    assert tickets.column("clocks") == {ticket.reference: None}

    relay.take_up_waiting(now=database_now() + timedelta(minutes=1), limit=10)

    assert tickets.follow() == {ticket.reference}
    assert len(tickets.column("clocks")[ticket.reference]) == 3


def test_a_recount_tells_of_the_tickets_that_it_changes_and_of_no_others(
    make: Make, tickets: KeptCopy
) -> None:
    right, wrong = opened(make, 2)
    due = Clock.objects.get(ticket=wrong, metric="resolution").due_at
    Clock.objects.filter(ticket=wrong, metric="resolution").update(due_at=F("due_at") + timedelta(days=1))
    tickets.follow()

    recount.repair([right.pk, wrong.pk], now=database_now())

    assert tickets.follow() == {wrong.reference}
    clocks = {one["metric"]: one for one in tickets.rows[wrong.reference]["clocks"]}
    assert datetime.fromisoformat(clocks["resolution"]["due_at"]) == due


@pytest.mark.parametrize(
    ("model", "index"), [(Ticket, "ticket_by_store_and_change"), (Flag, "flag_by_store_and_change")]
)
def test_a_list_by_change_is_read_in_the_order_of_an_index(
    make: Make, model: type[Ticket | Flag], index: str
) -> None:
    rows = model.objects.visible_to(make.key()[0])
    listed = paging.changed_since(rows, NOW, paging.write((NOW, 7)))[:50]

    with transaction.atomic(), connection.cursor() as cursor:
        for path in ("seqscan", "bitmapscan", "sort"):  # a table this small would be read whole
            cursor.execute(f"SET LOCAL enable_{path} = off")
        plan = listed.explain()

    assert f"using {index} on" in plan
    assert "Sort" not in plan
    assert "updated_at >= " in plan.partition("Index Cond")[2].partition("\n")[0]
