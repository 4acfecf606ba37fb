"""The dead man's switch hears from us as long as all is well, and holds nobody up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.outbox import limits
from helpdesk.outbox.public_http import NoAnswer
from monitor.watch import ping, watchmen
from tests.helpdesk.outbox.receiver import Receiver, answering, silent
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SECOND = timedelta(seconds=1)


def test_all_is_well_and_it_is_told() -> None:
    watchmen.sign("heartbeat", NOW)
    with answering() as url:
        assert ping.ping(url, now=NOW + SECOND)

    assert len(Receiver.got) == 1


def test_without_a_heartbeat_it_hears_nothing() -> None:
    with answering() as url:
        assert not ping.ping(url, now=NOW)
        watchmen.sign("heartbeat", NOW)
        assert not ping.ping(url, now=NOW + 11 * SECOND)

    assert Receiver.got == []


def test_with_something_overdue_it_hears_nothing(make: Make) -> None:
    make.ticket(now=NOW - timedelta(hours=2))
    watchmen.sign("heartbeat", NOW)
    with answering() as url:
        assert not ping.ping(url, now=NOW)

    assert Receiver.got == []


@pytest.mark.parametrize("drip", [b"", b"H"])
def test_one_that_never_answers_holds_us_no_longer_than_the_deadline(
    monkeypatch: pytest.MonkeyPatch, drip: bytes
) -> None:
    monkeypatch.setattr(limits, "DEADLINE", 0.5)
    watchmen.sign("heartbeat", NOW)
    with silent(drip=drip) as port, pytest.raises(NoAnswer):
        ping.ping(f"http://127.0.0.1:{port}/", now=NOW)
