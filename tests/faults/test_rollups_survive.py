"""Folding that is killed in the middle of a write: marks, shares and cells are as if it had never begun."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from monitor.models import RollupCell, RollupLive, RollupMark, RollupMix, RollupShare
from monitor.reports.rollup import rollup_check
from tests import figures
from tests.faults.doomed import kill_held_up
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

CELL = "SELECT FROM monitor_rollupcell WHERE id = %s FOR UPDATE"
"""Cells are written after marks are taken and shares are kept: both are done by then, and not committed."""
MIX = "SELECT FROM monitor_rollupmix WHERE id = %s FOR UPDATE"
LIVE = "SELECT FROM monitor_rolluplive WHERE id = %s FOR UPDATE"
"""The last that is written."""


@pytest.mark.parametrize("place", [CELL, MIX, LIVE])
def test_a_fold_that_was_killed_is_done_by_the_next(make: Make, place: str) -> None:
    now = database_now()
    edition = figures.begin()
    tickets = [make.ticket(now=now - timedelta(hours=3)) for _ in range(5)]
    figures.fold()
    kept = stored()
    for ticket in tickets[:3]:
        with transaction.atomic():
            replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here it is.", now=now)
    marks = RollupMark.objects.count()
    held = {
        CELL: RollupCell.objects.filter(metric="first_response"),
        MIX: RollupMix.objects.filter(metric="first_response"),
        LIVE: RollupLive.objects.all(),
    }[place].latest("pk")

    kill_held_up(["rollup"], by=place, of=held.pk)

    assert RollupMark.objects.count() == marks == 3
    assert stored() == kept
    call_command("rollup")
    assert not RollupMark.objects.exists()
    assert not list(rollup_check.astray(edition))
    assert stored() != kept
    assert Ticket.objects.count() == RollupShare.objects.count() == 5


def stored() -> Counter[bytes]:
    """Return all that figures are made of, whatever its number is."""
    found = Counter[bytes]()
    for model, field in (
        (RollupCell, "counts"),
        (RollupMix, "counts"),
        (RollupShare, "share"),
        (RollupLive, "late"),
    ):
        found.update(bytes(packed) for packed in model.objects.values_list(field, flat=True))
    return found
