"""Reading over an API for tests: begun, read to its end whatever it is asked to wait, and counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pytest_django import Settings

from monitor.models import ForeignVendor, Opinion, OpinionSource
from monitor.opinion import opinion_count, opinion_intake
from monitor.opinion.reading import opinion_source, source_turn
from tests.make import NOW
from tests.monitor.opinion import exports
from tests.monitor.opinion.reading.stand_in import TOKEN, StandIn

SECOND: Final = timedelta(seconds=1)
ONE_PASS: Final = ["users.json", "cursor.json", "ticket_events.json"]
EXPECTED: Final = dict(enumerate(exports.TICKETS, start=1))


def trust(settings: Settings, there: StandIn) -> None:
    settings.WEBHOOK_TRUSTED_NETWORKS = ["127.0.0.0/8"]
    settings.OPINION_ADDRESSES = dict.fromkeys(ForeignVendor.values, there.address + "/%.0s")


def begun(*, token: str = TOKEN, days: int = 30, vendor: str = "zendesk") -> Opinion:
    opinion = opinion_intake.begin(
        vendor=vendor, since=NOW - timedelta(days=days), now=NOW, robots=[exports.ROBOT]
    )
    opinion_source.begin(opinion, account="acme", authorization=token, now=NOW)
    return opinion


def read_all(opinion: Opinion, *, at_most: int = 100) -> OpinionSource:
    """Read until it is over, waiting as long as it is asked to; return what it has come to."""
    now = NOW
    for _ in range(at_most):
        source = OpinionSource.objects.get(pk=opinion.pk)
        if source.is_over:
            return source
        now = max(now, source.rests_until or now)
        source_turn.take(now=now)
    raise AssertionError("it goes on for ever")


def reasons(opinion: Opinion) -> dict[int, str]:
    opinion.refresh_from_db()
    while opinion_count.count_some(opinion, now=NOW):
        pass
    return dict(opinion.tickets.counted().order_by("number").values_list("number", "reason"))
