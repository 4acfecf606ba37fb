"""Recounting finds every way in which rows can drift, says so, and repairs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from helpdesk.models import TicketEvent
from helpdesk.tickets import assignment, ticket_status
from monitor.models import Clock, Flag, KeptFold, Level, Standing
from monitor.relay import kept_folds, recount, relay
from monitor.watch import sweep
from tests.make import NOW, Make
from tests.monitor import poison as poisoning

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


def _keep_another_fold() -> None:
    kept = KeptFold.objects.get()
    kept.checkpoint["counts"] = []
    kept.save()


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


@pytest.fixture
def folds_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a ticket keep a fold from its first event on."""
    monkeypatch.setattr(kept_folds, "KEPT_OUT", 0)
    monkeypatch.setattr(kept_folds, "RENEWED_EVERY", 1)


INSTANTS = (
    "turn_at",
    "waiting_due_at",
    "due_at",
    "late_at",
    "waiting_since",
    "unacknowledged_since",
    "risky",
    "nearly_due",
)


def _lose_of_the_place(column: str) -> None:
    Standing.objects.update(**{column: None})


DAMAGE: dict[str, Callable[[], object]] = {
    "changed first_response": lambda: Clock.objects.filter(metric="first_response").update(due_at=NOW),
    "changed resolution": lambda: Clock.objects.filter(metric="resolution").update(rings_at=None),
    "new resolution": _lose_a_clock,
    "superseded update": _invent_a_clock,
    "flag corrected": _invent_a_flag,
    "flag restated": lambda: Flag.objects.filter(level="breached").update(raised_at=NOW),
    "flag restated without its end": lambda: Flag.objects.filter(level="breached").update(settled_at=NOW),
    "changed acknowledgement": lambda: Flag.objects.filter(level="breached").delete(),
    "fold": _keep_another_fold,
    **{f"standing without {column}": partial(_lose_of_the_place, column) for column in INSTANTS},
}


@pytest.mark.parametrize("what", DAMAGE)
@pytest.mark.usefixtures("folds_at_once")
def test_each_kind_of_damage_is_found_and_repaired(make: Make, what: str) -> None:
    ticket = make.ticket()
    sweep.sweep(now=LATER, limit=10, noticed_by="test")
    before = _everything()
    DAMAGE[what]()

    [drift] = recount.check([ticket.pk], now=LATER)
    assert drift == recount.Drift(ticket.pk, what.partition(" without ")[0])
    recount.repair([ticket.pk], now=LATER)

    assert recount.check([ticket.pk], now=LATER) == []
    assert _everything() == before


def test_clocks_of_which_the_wrong_one_runs_are_put_right_together(make: Make) -> None:
    """One ends before the other runs: of a metric no more than one does."""
    ticket, owner = make.ticket(), make.agent()
    with transaction.atomic():
        assignment.claim(ticket=ticket, by=owner, now=SOON)
        assignment.unassign(ticket=ticket, by=owner, now=SOON)
    ended, runs = Clock.objects.filter(metric="acknowledgement").order_by("start_seq")
    Clock.objects.filter(pk=runs.pk).update(
        ended_at=SOON, end_seq=ended.end_seq, outcome="met", rings_at=None, due_at=None
    )
    Clock.objects.filter(pk=ended.pk).update(ended_at=None, end_seq=None, outcome="")

    recount.repair([ticket.pk], now=SOON)

    assert list(Clock.objects.filter(metric="acknowledgement", ended_at=None)) == [runs]
    assert recount.check([ticket.pk], now=SOON) == []


def _everything() -> list[Any]:
    """Return what stands, without the numbers that a repair gives anew."""
    clocks = (
        Clock.objects.standing().order_by("metric", "start_seq").values_list("metric", "due_at", "rings_at")
    )
    flags = (
        Flag.objects.standing()
        .order_by("metric", "level")
        .values_list("metric", "level", "raised_at", "settled_at")
    )
    folds = KeptFold.objects.values_list("ticket_id", "checkpoint")
    return [*clocks, *flags, *Standing.objects.values_list("ticket_id", *INSTANTS), *folds]


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


def test_recounting_is_the_relays_own_arithmetic(make: Make) -> None:
    ticket = make.ticket()
    before = list(Clock.objects.order_by("pk").values())

    relay.apply([ticket.pk], now=LATER)

    assert list(Clock.objects.order_by("pk").values()) == before
