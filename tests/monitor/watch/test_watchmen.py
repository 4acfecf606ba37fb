"""How late we notice is known, and nobody watching is noticed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.models import TicketEvent
from helpdesk.tickets import assignment
from monitor.alarms import flags
from monitor.models import Flag
from monitor.watch import sweep, watchmen
from tests.make import NOW, Make
from tests.monitor import poison as poisoning

pytestmark = [pytest.mark.database, pytest.mark.django_db]

RISK = NOW + timedelta(minutes=45)
SECOND = timedelta(seconds=1)


def test_an_alarm_that_nobody_hears_for_five_seconds_is_overdue(make: Make) -> None:
    make.ticket()

    assert watchmen.overdue_since(RISK + 4 * SECOND) is None
    assert watchmen.overdue_since(RISK + 5 * SECOND) == RISK
    sweep.sweep(now=RISK + 6 * SECOND, limit=10, noticed_by="test")
    assert watchmen.overdue_since(RISK + 6 * SECOND) is None


def test_an_event_that_nobody_relays_for_five_seconds_is_overdue(make: Make, poison: None) -> None:
    ticket = make.ticket()
    poisoning.poison(ticket)
    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=make.agent(), now=NOW)

    assert watchmen.overdue_since(NOW + 4 * SECOND) is None
    assert watchmen.overdue_since(NOW + 5 * SECOND) == NOW
    TicketEvent.objects.waiting().update(set_aside_at=NOW)
    assert watchmen.overdue_since(NOW + 5 * SECOND) is None


def test_lag_is_from_alarm_to_flag_and_what_came_in_late_is_not_ours(make: Make) -> None:
    assert watchmen.lag() == watchmen.Lag(0, None, None)
    make.ticket(occurred_at=NOW - timedelta(hours=2))
    assert Flag.objects.filter(noticed_by="relay").exists()
    assert watchmen.lag().flags == 0

    for number in range(1, 11):
        flag = Flag.objects.earliest("pk")
        flag.pk, flag.noticed_by, flag.withdrawn_at = None, "worker", NOW
        flag.noticed_at = flag.rang_at + number * SECOND
        flag.save(force_insert=True)
    assert watchmen.lag() == watchmen.Lag(10, 5 * SECOND, 10 * SECOND)


def test_a_flag_says_who_noticed_it_and_when(make: Make) -> None:
    make.ticket()

    flags.raise_due(now=RISK, limit=1, noticed_by="worker")

    flag = Flag.objects.get()
    assert flag.noticed_by == "worker"
    assert flag.noticed_at > flag.rang_at


def test_a_sign_of_life_never_goes_back(make: Make) -> None:
    watchmen.sign("watch", NOW + SECOND)
    watchmen.sign("watch", NOW)

    assert watchmen.awake() == {"watch": NOW + SECOND}


def test_but_for_one_of_a_clock_that_was_fast(make: Make) -> None:
    watchmen.sign("heartbeat", NOW + timedelta(hours=9))
    assert watchmen.silent(NOW)["heartbeat"] is None
    watchmen.sign("heartbeat", NOW)

    assert watchmen.awake() == {"heartbeat": NOW}


def test_whoever_has_not_signed_for_seconds_is_silent(make: Make) -> None:
    assert watchmen.silent(NOW) == {"heartbeat": None, "watch": None}
    watchmen.sign("heartbeat", NOW)
    watchmen.sign("watch", NOW)

    assert watchmen.silent(NOW + 10 * SECOND) == {}
    assert watchmen.silent(NOW + 11 * SECOND) == {"heartbeat": NOW}
    assert watchmen.silent(NOW + 21 * SECOND) == {"heartbeat": NOW, "watch": NOW}


def test_a_sign_of_a_clock_that_was_fast_hides_no_silence_on_the_pages_either(make: Make) -> None:
    ahead = NOW + timedelta(hours=9)
    watchmen.sign("heartbeat", ahead)
    assert watchmen.neglect(NOW).silent_since == ahead

    watchmen.sign("heartbeat", NOW)
    assert watchmen.neglect(NOW + SECOND).silent_since is None
