"""Each task makes its call with the database's own time, and signs that it was there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from helpdesk.database.instant import database_now
from helpdesk.models import Job
from helpdesk.tasks import deliver, go_on_with_jobs
from monitor import tasks
from monitor.models import Clock, Flag, Policy
from monitor.promises import defaults, versions
from monitor.watch import watchmen
from tests.helpdesk.outbox.receiver import Receiver, answering
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def promises(make: Make) -> None:
    defaults.ensure_defaults()


def test_the_heartbeat_flags_what_is_due_and_signs(make: Make) -> None:
    now = database_now()
    make.ticket(now=now - timedelta(hours=2))

    tasks.heartbeat()

    assert set(Flag.objects.values_list("metric", "level", "noticed_by")) == {
        ("acknowledgement", "at_risk", "heartbeat"),
        ("acknowledgement", "breached", "heartbeat"),
    }
    assert watchmen.awake()["heartbeat"] >= now


def test_what_was_flagged_leaves(make: Make) -> None:
    make.agent("overseer")
    make.ticket(now=database_now() - timedelta(hours=2))
    tasks.heartbeat()

    deliver()

    assert ["1 promise broken" in sent.subject for sent in mail.outbox] == [True]


def test_a_ring_flags_what_is_due(make: Make) -> None:
    make.ticket(now=database_now() - timedelta(hours=2))

    tasks.ring()

    assert set(Flag.objects.values_list("noticed_by", flat=True)) == {"worker"}


def test_whoever_watches_from_elsewhere_hears_of_us_where_an_address_is_set(settings: Any) -> None:
    settings.WEBHOOK_TRUSTED_NETWORKS = ["127.0.0.0/8"]
    watchmen.sign(watchmen.HEARTBEAT, database_now())
    with answering() as address:
        for settings.PING_URL in (address, ""):
            tasks.ping_elsewhere()

    assert len(Receiver.got) == 1


def test_a_recount_goes_on_to_its_end(make: Make, settings: Any) -> None:
    for _ in range(5):
        make.ticket(now=database_now())
    last = Policy.objects.get(name="Everybody").versions.get()
    for seconds in (60, 120):
        versions.publish_policy(
            policy=last.policy,
            rules={"targets": {"resolution": {"seconds": seconds}}},
            position=last.position,
            calendar=last.calendar,
            now=database_now(),
            scope="new_and_open",
        )
    settings.HEARTBEAT_BATCH = 2

    go_on_with_jobs()
    Job.objects.update(rests_until=None)  # the older one has waited for the newer
    go_on_with_jobs()

    assert not Job.objects.unfinished().exists()
    assert set(Clock.objects.filter(metric="resolution").values_list("target", flat=True)) == {
        timedelta(minutes=2)
    }
