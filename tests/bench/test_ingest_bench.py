"""The control of the benchmark of ingest writes what a ticket of ours is made of."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.forms.models import model_to_dict

from helpdesk.models import Ticket
from monitor.models import CalendarVersion, PolicyVersion, Standing
from monitor.promises.defaults import ensure_defaults
from tests.bench import ingest
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_pgbench_writes_the_columns_that_a_ticket_of_ours_has(make: Make) -> None:
    ensure_defaults()
    ours = make.ticket(priority="high")

    written = Ticket.objects.get(pk=play(make))

    assert filled(written) == filled(ours) | {"external_id"}
    assert filled(Standing.objects.get(ticket=written)) == filled(Standing.objects.get(ticket=ours))


def play(make: Make) -> int:
    """Run the script as pgbench does, with the values that each statement returns; return the ticket's number."""
    known = {"number": 7, "store": make.store().pk, "queue": make.queue().pk}
    known |= {
        "policy": PolicyVersion.objects.latest("pk").pk,
        "calendar": CalendarVersion.objects.latest("pk").pk,
    }
    with connection.cursor() as cursor:
        for line in ingest.SCRIPT.read_text().splitlines():
            if not line.startswith("INSERT"):
                continue
            statement = line.removesuffix(r" \gset")
            cursor.execute(re.sub(r"(?<!:):([a-z]+)\b", lambda name: str(known[name[1]]), statement))
            if named := re.search(r"RETURNING id AS (\w+)", statement):
                known[named[1]] = cursor.fetchone()[0]
    return known["ticket"]


def filled(row: Ticket | Standing) -> set[str]:
    """Return the columns that hold something."""
    return {name for name, value in model_to_dict(row).items() if value is not None}
