"""A migration that changes a rule asks, by a row, for a recount of everything; and what the new rule lets stand."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from helpdesk.models import Job
from monitor.models import Clock
from tests.make import NOW, Make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("promises")]


def test_where_there_are_tickets_everything_is_to_be_recounted(make: Make) -> None:
    migration = import_module("monitor.migrations.0012_late_stays_visible")
    migration.ask_for_a_recount(apps, None)
    assert not Job.objects.unfinished().filter(arguments={"everything": True}).exists()

    make.ticket()
    migration.ask_for_a_recount(apps, None)

    [job] = Job.objects.unfinished().filter(arguments={"everything": True})
    assert (job.kind, job.started_at) == ("recount", None)


def test_a_paused_clock_may_be_due_before_its_pause_and_no_later(make: Make) -> None:
    clock = Clock.objects.filter(ticket=make.ticket(), metric="resolution")
    clock.update(due_at=NOW, paused_at=NOW)

    with pytest.raises(IntegrityError, match="clock_paused_is_due_only_when_late"), transaction.atomic():
        clock.update(due_at=NOW + timedelta(seconds=1))
