"""Other zone data than those that clocks were counted with ask for a recount of everything, once."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import version

import pytest

from helpdesk.models import Job
from monitor.models import ZoneRelease
from monitor.relay import recount_job, zone_change
from tests.make import NOW, Make
from tests.monitor import recounted

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LATER = NOW + timedelta(days=1)


def test_a_fresh_installation_notes_its_zone_data_and_has_nothing_to_recount() -> None:
    assert zone_change.heed(now=NOW)

    assert ZoneRelease.objects.get().release == version("tzdata")
    assert not Job.objects.exists()


def test_an_update_asks_for_a_recount_of_everything_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    zone_change.heed(now=NOW)
    make.ticket()
    monkeypatch.setattr(zone_change, "zone_data", lambda: "2099.1")

    assert [zone_change.heed(now=LATER) for _ in range(2)] == [True, False]

    assert Job.objects.get().arguments == {"everything": True}
    assert [one.since for one in ZoneRelease.objects.order_by("pk")] == [NOW, LATER]


def test_going_back_to_older_data_asks_for_one_too(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zone_change, "zone_data", lambda: "2099.1")
    zone_change.heed(now=NOW)
    make.ticket()
    monkeypatch.undo()

    assert zone_change.heed(now=LATER)
    assert Job.objects.exists()


def test_clocks_of_which_nobody_knows_what_they_were_counted_with_are_recounted(make: Make) -> None:
    make.ticket()
    assert zone_change.heed(now=NOW)
    assert Job.objects.get().arguments["everything"]


def test_a_recount_says_with_which_zone_data_it_counted(make: Make) -> None:
    make.ticket()
    recount_job.ask(now=NOW)
    recounted.go_on_to_the_end(now=NOW)

    assert Job.objects.get().result == {"zone_data": version("tzdata")}
    assert (
        recount_job.RECOUNT.outcome(Job.objects.get()) == f"Counted with the zone data {version('tzdata')}."
    )
