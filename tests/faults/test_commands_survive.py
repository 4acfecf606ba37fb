"""A command that is killed in the middle of a write, and given again: nothing is lost, and nothing is doubled."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from helpdesk.database.instant import database_now
from helpdesk.models import Message, Ticket, TicketEvent
from helpdesk.tickets.opening import opening
from monitor.models import Clock, Standing
from monitor.promises.defaults import ensure_defaults
from monitor.relay import recount
from tests.faults.doomed import kill_held_up
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

TICKETS = 300
KILLED_OVER = 160
"""Of the tickets, the one that a recount is killed over: several batches lie before it, and several behind."""
CONVERSATIONS = 600
"""More than one transaction of an import takes."""


PLACE = "SELECT FROM monitor_standing WHERE ticket_id = %s FOR UPDATE"
"""A ticket's place in the queue is written last: events, clocks and flags are, by then, and not committed."""


def assert_nothing_has_drifted(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    call_command("recount", "--check", "--all")
    assert f"{Ticket.objects.count()} tickets looked at, 0 differences" in capsys.readouterr().out


def test_a_recount_that_was_killed_is_ended_by_the_next(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    tickets = open_some(make)
    before = stored()
    Clock.objects.filter(metric="resolution").delete()
    Clock.objects.filter(metric="first_response").update(due_at=None, target=None)
    Standing.objects.update(turn_at=None, late_at=None)

    kill_held_up(["recount"], by=PLACE, of=tickets[KILLED_OVER].pk)
    assert recount.TOGETHER < Standing.objects.exclude(turn_at=None).count() < TICKETS

    call_command("recount")
    assert stored() == before
    assert_nothing_has_drifted(capsys)


def open_some(make: Make) -> list[Ticket]:
    ensure_defaults()
    shapes = [make.shape() for _ in range(TICKETS)]
    with transaction.atomic():
        opened = opening.open_tickets(shapes, store=make.store(), now=database_now())
    return [one.ticket for one in opened if one.ticket]


def stored() -> tuple[set[object], set[object]]:
    """Return what clocks and places say, without the numbers that a repair gives anew."""
    clocks = Clock.objects.values_list("ticket", "metric", "start_seq", "due_at", "target", "rings_at")
    places = Standing.objects.values_list("ticket", "turn_at", "waiting_due_at", "late_at")
    assert len(set(clocks)) == clocks.count()
    return set(clocks), set(places)


def test_an_import_that_was_killed_is_ended_by_the_next(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ensure_defaults()
    lines = [line for number in range(CONVERSATIONS) for line in conversation(number)]
    bring_in(log(tmp_path, conversation(CONVERSATIONS - 1)[:1]), store=make.store().name)
    [last] = Ticket.objects.all()

    whole = log(tmp_path, lines)
    kill_held_up(["import_messages", str(whole), *how(make.store().name)], by=PLACE, of=last.pk)
    assert 1 < Ticket.objects.count() < CONVERSATIONS

    bring_in(whole, store=make.store().name)
    said = Message.objects.values_list("ticket__external_id", "external_id", "body")
    assert Counter(said) == Counter((ticket, message, body) for ticket, message, _at, _who, body in lines)
    assert Counter(TicketEvent.objects.values_list("kind", flat=True)) == dict.fromkeys(
        ("opened", "public_reply_sent", "status_changed", "customer_message_received"), CONVERSATIONS
    )
    assert_nothing_has_drifted(capsys)


def conversation(number: int) -> list[tuple[str, str, str, str, str]]:
    """Return the lines of one: a question, its answer, and another question."""
    day = f"2026-03-{number % 28 + 1:02}T"
    said = [("customer", f"{day}09:00:00Z"), ("agent", f"{day}09:30:00Z"), ("customer", f"{day}10:00:00Z")]
    return [
        (f"c{number}", f"c{number}-m{place}", at, who, f"Line {place} of {number}.")
        for place, (who, at) in enumerate(said)
    ]


def log(tmp_path: Path, lines: list[tuple[str, str, str, str, str]]) -> Path:
    path = tmp_path / f"{len(lines)}.csv"
    rows = [
        f"{ticket},{message[-1]},{message},{at},{who},reporter,{who},1,{body}"
        for ticket, message, at, who, body in lines
    ]
    head = "ticket_id,comment_seq,message_id,at,author,author_role,our_role,is_public,body"
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def bring_in(path: Path, *, store: str) -> None:
    call_command("import_messages", str(path), *how(store))


def how(store: str) -> list[str]:
    return ["--store", store, "--keep-open"]
