"""A way out that is down is one outage: probed, not counted, and whole when it is back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.models import Delivery, DeliveryAddress, WayOut
from helpdesk.outbox import claims, limits, settlement
from helpdesk.outbox.channel import MessageRefused, Needless, NobodyThere, Parcel, Sent, WayOutDown
from tests.helpdesk.outbox.carrier import SLOW, Carrier, let_out, put
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

REFUSED = WayOutDown("connection refused", unsent=True)
SILENT = WayOutDown("no answer")


def test_an_hour_without_the_way_out_is_one_outage(carrier: Carrier) -> None:
    carrier.fails_with(REFUSED)
    now = NOW
    for second in range(0, 3600, 5):
        now = NOW + second * SECOND
        if second % 60 == 0:
            for key in (1, 2, 3):
                put(second, now=now, key=key, channel=SLOW)
        let_out(now)

    way = WayOut.objects.get()
    assert (way.name, way.down_since, way.last_error) == ("host", NOW, "connection refused")
    assert len(carrier.parcels) <= 20
    assert Delivery.objects.given_up().count() == 0
    assert {delivery.attempts for delivery in Delivery.objects.waiting()} == {0}

    carrier.works()
    carrier.parcels.clear()
    let_out(way.probe_at or now)
    assert {parcel.key: len(parcel.items) for parcel in carrier.parcels} == {1: 60, 2: 60, 3: 60}
    assert len(carrier.parcels) == 3
    assert WayOut.objects.get().down_since is None


def test_probes_come_one_at_a_time_and_ever_later(carrier: Carrier) -> None:
    carrier.fails_with(REFUSED)
    for key in (1, 2, 3):
        put(1, now=NOW, key=key)
    probed = [seconds for seconds in range(0, 1800, 5) if _attempts(carrier, NOW + seconds * SECOND)]

    assert probed == [0, 15, 30, 60, 120, 240, 480, 780, 1080, 1380, 1680]


def _attempts(carrier: Carrier, now: datetime) -> int:
    before = len(carrier.parcels)
    let_out(now)
    assert len(carrier.parcels) - before <= 1
    return len(carrier.parcels) - before


def test_another_delivery_probes_each_time(carrier: Carrier) -> None:
    """So that one that brings its way out down keeps it down for itself alone."""
    carrier.fails_with(SILENT)
    for key in (1, 2, 3):
        put(1, now=NOW, key=key)
    for seconds in (1, 16, 31):
        let_out(NOW + seconds * SECOND)

    assert {parcel.key for parcel in carrier.parcels} == {1, 2, 3}


def test_other_ways_out_are_not_held_up(carrier: Carrier) -> None:
    carrier.hosts = {2: "another"}
    carrier.outcome = lambda parcel: _down(parcel) if parcel.key == 1 else Sent(("2",))
    put(1, now=NOW, key=1)
    put(1, now=NOW, key=2)
    let_out(NOW)

    assert Delivery.objects.get(sent_at=NOW).address.key == 2


def _down(parcel: Parcel) -> Sent:
    raise SILENT


def test_what_can_leave_comes_before_what_probes(carrier: Carrier) -> None:
    carrier.hosts = {2: "another"}
    put(1, now=NOW, key=2)
    let_out(NOW)
    carrier.fails_with(SILENT)
    put(1, now=NOW, key=1)
    let_out(NOW)
    put(2, now=NOW + SECOND, key=2)

    claimed = claims.claim(now=NOW + 15 * SECOND)
    assert claimed
    assert (claimed.key, claimed.probes) == (2, False)


def test_what_was_refused_once_grows_no_more_though_nobody_is_reached_then(carrier: Carrier) -> None:
    carrier.fails_with(MessageRefused("HTTP 400"))
    put(1, now=NOW)
    let_out(NOW)
    carrier.fails_with(REFUSED)
    let_out(NOW + limits.BACK_OFF[0])
    put(2, now=NOW + limits.BACK_OFF[0])

    assert Delivery.objects.count() == 2


def test_what_is_full_is_not_opened_again(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ITEMS", 2)

    def fail(parcel: Parcel) -> Sent:
        put(2, now=NOW)
        raise REFUSED

    carrier.outcome = fail
    put(1, now=NOW)
    let_out(NOW)
    put(3, now=NOW)

    assert sorted(delivery.items.count() for delivery in Delivery.objects.all()) == [1, 2]


def test_what_a_receiver_may_have_seen_grows_no_more(carrier: Carrier) -> None:
    carrier.fails_with(SILENT)
    put(1, now=NOW)
    let_out(NOW)
    put(2, now=NOW)
    carrier.works()
    let_out(NOW + 15 * SECOND)

    assert carrier.numbers()[1:] in ([[1], [2]], [[2], [1]])
    [first, *_] = carrier.parcels
    assert [parcel.message_id for parcel in carrier.parcels if parcel.numbers("thing") == [1]] == [
        first.message_id
    ] * 2


def test_what_came_during_an_attempt_that_reached_nobody_joins_it(carrier: Carrier) -> None:
    def fail(parcel: Parcel) -> Sent:
        put(2, now=NOW)
        raise REFUSED

    carrier.outcome = fail
    put(1, now=NOW - HOUR)
    let_out(NOW)

    assert Delivery.objects.get().gives_up_at == NOW + limits.OLDEST, "as long as what came last"
    carrier.works()
    let_out(NOW + 15 * SECOND)
    assert carrier.numbers()[-1] == [1, 2]


def test_a_receiver_that_names_a_time_is_left_alone_until_then(carrier: Carrier) -> None:
    carrier.fails_with(WayOutDown("HTTP 429", not_before=NOW + HOUR))
    put(1, now=NOW)
    let_out(NOW)
    carrier.works()
    let_out(NOW + HOUR - SECOND)
    assert len(carrier.parcels) == 1

    let_out(NOW + HOUR)
    assert Delivery.objects.get().sent_at == NOW + HOUR


def test_but_not_for_ever(carrier: Carrier) -> None:
    carrier.fails_with(WayOutDown("HTTP 503", not_before=NOW + 1000 * HOUR))
    put(1, now=NOW)
    let_out(NOW)

    assert WayOut.objects.get().probe_at == NOW + limits.LONGEST_WISH


def test_one_that_was_no_probe_does_not_hasten_the_next(carrier: Carrier) -> None:
    """It was under way already when the way out was found down."""
    for key in (1, 2):
        put(1, now=NOW, key=key)
    let_out(NOW)
    for key in (1, 2):
        put(2, now=NOW, key=key)
    first, second = claims.claim(now=NOW), claims.claim(now=NOW)
    assert first
    assert second
    settlement.settle(first, SILENT, now=NOW)
    settlement.settle(second, Needless(), now=NOW)

    assert WayOut.objects.get().probe_at == NOW + limits.PROBES[0]


def test_a_refusal_of_one_message_says_that_the_way_is_up(carrier: Carrier) -> None:
    carrier.fails_with(SILENT)
    put(1, now=NOW)
    let_out(NOW)
    carrier.fails_with(MessageRefused("HTTP 400"))
    let_out(NOW + 15 * SECOND)

    assert WayOut.objects.get().down_since is None
    assert Delivery.objects.get().attempts == 1


@pytest.mark.parametrize("nobody", [False, True])
def test_a_probe_that_tells_nobody_leaves_the_probing_to_the_next(carrier: Carrier, nobody: bool) -> None:
    carrier.fails_with(REFUSED)
    put(1, now=NOW, key=1)
    let_out(NOW)
    put(1, now=NOW + SECOND, key=2)
    carrier.outcome = lambda parcel: _nothing(nobody) if parcel.key == 1 else _down(parcel)
    let_out(NOW + 15 * SECOND)

    assert [parcel.key for parcel in carrier.parcels] == [1, 1, 2]
    assert WayOut.objects.get().down_since == NOW


def _nothing(nobody: bool) -> Needless:
    if nobody:
        raise NobodyThere("there is nobody")
    return Needless()


def test_what_has_waited_for_days_is_given_up_and_shown(carrier: Carrier) -> None:
    carrier.fails_with(REFUSED)
    put(1, now=NOW)
    let_out(NOW)
    WayOut.objects.update(probe_at=NOW + 10 * limits.OLDEST)
    let_out(NOW + limits.OLDEST - SECOND)
    assert Delivery.objects.given_up().count() == 0

    let_out(NOW + limits.OLDEST)
    assert Delivery.objects.given_up().get().given_up_at == NOW + limits.OLDEST


def test_what_joins_late_has_its_own_days(carrier: Carrier) -> None:
    carrier.fails_with(REFUSED)
    put(1, now=NOW)
    put(2, now=NOW + limits.OLDEST - SECOND)
    let_out(NOW + limits.OLDEST)

    assert Delivery.objects.given_up().count() == 0


def test_an_address_that_moves_leaves_its_old_host_behind(carrier: Carrier) -> None:
    carrier.fails_with(REFUSED)
    put(1, now=NOW)
    let_out(NOW)
    carrier.host = "new host"
    carrier.works()
    let_out(NOW + 15 * SECOND)

    assert Delivery.objects.get().sent_at == NOW + 15 * SECOND
    assert DeliveryAddress.objects.get().way_out.name == "new host"  # type: ignore[union-attr]
    assert WayOut.objects.get(name="host").probe_at == NOW + 15 * SECOND


def test_no_more_than_a_share_is_under_way_by_one_way_out(carrier: Carrier) -> None:
    for key in range(1, 6):
        put(1, now=NOW, key=key)
    let_out(NOW)
    for key in range(1, 6):
        put(2, now=NOW, key=key)
    claimed = [claims.claim(now=NOW) for _ in range(5)]

    assert sum(one is not None for one in claimed) == limits.WAY_OUT_SHARE
    assert claims.claim(now=NOW + limits.LEASE) is not None


def test_no_more_than_a_share_of_all_are_probes(carrier: Carrier) -> None:
    carrier.hosts = {key: f"host {key}" for key in range(1, 6)}
    carrier.fails_with(REFUSED)
    for key in range(1, 6):
        put(1, now=NOW, key=key)
    let_out(NOW)
    assert WayOut.objects.filter(down_since=NOW).count() == 5

    later = NOW + 15 * SECOND
    claimed = [claims.claim(now=later) for _ in range(5)]
    assert sum(one is not None for one in claimed) == limits.PROBE_SHARE
