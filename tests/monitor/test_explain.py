"""`manage.py explain` shows what replay says beside what is stored, and marks what differs."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from helpdesk.models import TicketEvent
from helpdesk.tickets import assignment
from monitor.management.commands.explain import WIDTH
from monitor.models import Clock, Flag, Standing
from monitor.relay import recount
from monitor.watch import sweep
from tests.make import NOW, Make
from tests.monitor import poison as poisoning
from tests.monitor.watched import poison, promises

__all__ = ["poison", "promises"]

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LATER = NOW + timedelta(hours=2)


def explained(reference: str, *options: str) -> tuple[str, int]:
    """Return what the command writes, and its exit code."""
    out = StringIO()
    try:
        call_command("explain", reference, *options, stdout=out)
    except SystemExit as leaving:
        return out.getvalue(), int(str(leaving.code))
    return out.getvalue(), 0


def marked(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.startswith("!")]


def as_json(reference: str) -> dict[str, Any]:
    return dict(json.loads(explained(reference, "--json")[0]))


def test_a_ticket_that_is_what_its_events_say(make: Make) -> None:
    ticket = make.ticket(subject="A" * 300, tags=["a long tag"] * 20)
    sweep.sweep(now=LATER, limit=10, noticed_by="test")

    text, code = explained(ticket.reference)

    assert code == 0
    assert text.endswith("\n\nNothing differs.\n")
    assert marked(text) == []
    assert max(map(len, text.splitlines())) <= WIDTH
    assert f"{ticket.reference}  " in text
    for part in ("relayed    opened", "first_response #1", "2026-03-09 19:00:00.000000Z", "breached"):
        assert part in text


def test_a_row_that_has_drifted_is_marked_beside_what_replay_says(make: Make) -> None:
    ticket = make.ticket()
    Clock.objects.filter(metric="resolution").update(due_at=NOW)

    text, code = explained(ticket.reference)

    assert code == 1
    assert marked(text) == [
        ["!", "due_at", "2026-03-12", "15:00:00.000000Z", "2026-03-09", "15:00:00.000000Z"],
        ["!", "changed", "resolution"],
    ]


def test_a_flag_and_a_place_that_have_drifted_are_marked(make: Make) -> None:
    ticket = make.ticket()
    sweep.sweep(now=LATER, limit=10, noticed_by="test")
    Flag.objects.filter(level="breached").update(raised_at=NOW)
    Standing.objects.update(rank=3)

    text, code = explained(ticket.reference)

    assert code == 1
    assert [line[1] for line in marked(text)] == ["acknowledgement", "rank", "flag", "standing"]


def test_a_clock_that_is_missing_or_invented_is_marked(make: Make) -> None:
    ticket = make.ticket()
    Clock.objects.filter(metric="resolution").update(metric="update")

    told = as_json(ticket.reference)

    assert told["drifted"] == ["new resolution, superseded update"]
    differing = {
        one["metric"]: {value["name"] for value in one["values"] if value["differs"]}
        for one in told["clocks"]
    }
    assert {metric for metric, names in differing.items() if "started_at" in names} == {
        "resolution",
        "update",
    }
    assert differing["first_response"] == set()


@pytest.mark.parametrize(
    "damage", [{"due_at": NOW}, {"rings_at": None}, {"superseded_at": NOW}, {"cycle": 2}]
)
def test_it_marks_something_exactly_where_recount_finds_something(make: Make, damage: dict[str, Any]) -> None:
    ticket, sound = make.ticket(), make.ticket()
    Clock.objects.filter(ticket=ticket, metric="first_response").update(**damage)

    for one in (ticket, sound):
        told = as_json(one.reference)
        assert told["drifted"] == [drift.what for drift in recount.check([one.pk], now=LATER)]
        marks = [value["name"] for clock in told["clocks"] for value in clock["values"] if value["differs"]]
        assert bool(marks) == bool(told["drifted"])


@pytest.mark.usefixtures("poison")
def test_events_that_wait_are_said_and_not_counted(make: Make) -> None:
    ticket = make.ticket()
    poisoning.poison(ticket)
    assignment.claim(ticket=ticket, by=make.agent(), now=NOW)

    told = as_json(ticket.reference)

    assert [event["counted"] for event in told["events"]] == ["relayed", "waiting", "waiting"]
    assert told["drifted"] == []


def test_an_unknown_reference_is_told_in_one_sentence() -> None:
    with pytest.raises(CommandError, match=r"^There is no ticket T-0\.$") as unknown:
        explained("T-0")

    assert unknown.value.returncode == 2
    assert not TicketEvent.objects.exists()
