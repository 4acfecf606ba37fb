"""Alarms have a floor, the customer's clock has none: what comes late is late since it was asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.models import Clock, Flag
from monitor.watch import sweep
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LAG = timedelta(hours=60)
ASKED = NOW - LAG


def test_what_broke_before_we_heard_is_flagged_once_on_receipt_and_charged_to_the_way_in(make: Make) -> None:
    make.ticket(occurred_at=ASKED.isoformat(), priority="low")

    due = {"acknowledgement": ASKED + timedelta(hours=4), "first_response": ASKED + timedelta(hours=8)}
    flags = Flag.objects.filter(metric__in=due).order_by("metric")
    assert [(one.metric, one.level, one.raised_at) for one in flags] == [
        (metric, "breached", at) for metric, at in due.items()
    ]
    assert {one.rang_at for one in flags} == {NOW}
    assert [one.ingest_lag for one in flags] == [NOW - at for at in due.values()]
    assert set(Clock.objects.filter(metric__in=due).values_list("breach_kind", flat=True)) == {"backdated"}

    sweep.sweep(now=NOW + timedelta(hours=1), limit=10, noticed_by="test")
    assert flags.count() == 2


def test_what_breaks_after_we_heard_is_nobody_elses_lateness(make: Make) -> None:
    make.ticket(occurred_at=ASKED.isoformat(), priority="low")
    now = ASKED + timedelta(days=5)

    sweep.sweep(now=now, limit=10, noticed_by="test")

    late = Flag.objects.get(metric="resolution", level="breached")
    assert (late.raised_at, late.ingest_lag) == (now, timedelta())


@pytest.mark.parametrize("lag", [timedelta(minutes=70), LAG, timedelta(days=400)])
def test_every_clock_starts_when_the_customer_asked(make: Make, lag: timedelta) -> None:
    make.ticket(occurred_at=(NOW - lag).isoformat())
    assert set(Clock.objects.values_list("started_at", flat=True)) == {NOW - lag}
