"""A clock that was fast for a while, and is set right again, silences nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.models import Delivery, WayOut
from helpdesk.outbox import claims, limits, settlement
from helpdesk.outbox.channel import MessageRefused, WayOutDown
from tests.helpdesk.outbox.carrier import FAST, SLOW, Carrier, let_out, put
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]

AHEAD = NOW + timedelta(hours=9)
"""What the clock said when it was fast."""
MINUTE = timedelta(minutes=1)


def sent_at() -> list[datetime | None]:
    return list(Delivery.objects.order_by("pk").values_list("sent_at", flat=True))


def test_what_was_opened_ahead_leaves_within_the_pace_from_now(carrier: Carrier) -> None:
    put(1, now=AHEAD, channel=SLOW)
    let_out(AHEAD)
    put(2, now=AHEAD, channel=SLOW)
    put(3, now=NOW, channel=SLOW)
    let_out(NOW)
    let_out(NOW + MINUTE)

    assert carrier.numbers() == [[1], [2, 3]]


def test_without_a_pace_it_leaves_at_once(carrier: Carrier) -> None:
    put(1, now=AHEAD, channel=FAST)
    let_out(NOW)

    assert sent_at() == [NOW]


def test_what_was_refused_ahead_is_tried_now(carrier: Carrier) -> None:
    carrier.fails_with(MessageRefused("HTTP 400"))
    put(1, now=AHEAD)
    let_out(AHEAD)
    carrier.works()
    let_out(NOW)

    assert sent_at() == [NOW]


def test_what_was_refused_since_keeps_its_time(carrier: Carrier) -> None:
    carrier.fails_with(MessageRefused("HTTP 400"))
    put(1, now=NOW)
    let_out(NOW)
    carrier.works()
    let_out(NOW + timedelta(seconds=1))

    assert Delivery.objects.get().due_at == NOW + limits.BACK_OFF[0]


def test_a_way_out_that_was_found_down_ahead_is_probed_now(carrier: Carrier) -> None:
    carrier.fails_with(WayOutDown("no answer"))
    put(1, now=AHEAD)
    let_out(AHEAD)
    let_out(NOW)

    way = WayOut.objects.get()
    assert (way.down_since, way.probe_at) == (NOW, NOW + limits.PROBES[0])
    assert len(carrier.parcels) == 2


def test_a_lease_that_was_taken_ahead_is_over_after_a_lease(carrier: Carrier) -> None:
    put(1, now=AHEAD)
    assert claims.claim(now=AHEAD)
    let_out(NOW)
    let_out(NOW + limits.LEASE)

    assert sent_at() == [NOW + limits.LEASE]


def test_what_another_worker_took_a_moment_later_is_theirs(carrier: Carrier) -> None:
    later = NOW + timedelta(seconds=1)
    put(1, now=NOW)
    claimed = claims.claim(now=later)
    assert claimed
    let_out(NOW)
    settlement.settle(claimed, MessageRefused("HTTP 400"), now=later)
    let_out(NOW)

    assert Delivery.objects.get().due_at == later + limits.BACK_OFF[0]
