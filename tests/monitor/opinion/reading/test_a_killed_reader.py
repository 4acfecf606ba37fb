"""A worker that is killed (SIGKILL) while it reads: another goes on, nothing is lost and nothing is there twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from config.addresses import ROOT
from helpdesk.database.instant import database_now
from monitor.models import Opinion, OpinionSource
from monitor.opinion import opinion_intake
from monitor.opinion.reading import opinion_source, source_turn
from tests.config.running import database_url
from tests.monitor.opinion import exports
from tests.monitor.opinion.reading import test_freshdesk_api, test_gorgias_api, test_source_turn
from tests.monitor.opinion.reading.begun import EXPECTED, reasons, trust
from tests.monitor.opinion.reading.freshdesk_stand_in import FreshdeskStandIn
from tests.monitor.opinion.reading.gorgias_stand_in import GorgiasStandIn
from tests.monitor.opinion.reading.stand_in import (
    TOKEN,
    USERS,
    Asked,
    StandIn,
    ZendeskStandIn,
    open_to_questions,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

READ = """
import sys
import django
from django.conf import settings
django.setup()
settings.WEBHOOK_TRUSTED_NETWORKS = ["127.0.0.0/8"]
settings.OPINION_ADDRESSES = dict.fromkeys(settings.OPINION_ADDRESSES, sys.argv[1] + "/%.0s")
from monitor import tasks
while True:
    tasks.read_opinions()
"""


def worker(there: StandIn) -> subprocess.Popen[bytes]:
    given = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", READ, there.address], cwd=ROOT, env={**os.environ, **given}
    )


def zendesk() -> tuple[StandIn, dict[int, str]]:
    tickets = [test_source_turn.shifted(each) for each in exports.TICKETS.values()]
    return ZendeskStandIn(tickets, at_a_time=4, users=USERS), EXPECTED


def freshdesk() -> tuple[StandIn, dict[int, str]]:
    tickets, whys = test_freshdesk_api.every_case()
    return FreshdeskStandIn(tickets), whys


def gorgias() -> tuple[StandIn, dict[int, str]]:
    tickets, whys = test_gorgias_api.every_case()
    return GorgiasStandIn(tickets, at_a_time=5), whys


@pytest.mark.parametrize("deaths", [(2, 9)], ids=["twice"])
@pytest.mark.parametrize(
    ("vendor", "helpdesk"), [("zendesk", zendesk), ("freshdesk", freshdesk), ("gorgias", gorgias)]
)
def test_another_goes_on_where_it_died(
    settings: Settings,
    vendor: str,
    helpdesk: Callable[[], tuple[StandIn, dict[int, str]]],
    deaths: Sequence[int],
) -> None:
    """It is killed while a question of its is being answered; the lease of the dead is over half a minute later."""
    there, expected = helpdesk()
    now = database_now()
    with open_to_questions(there):
        trust(settings, there)
        opinion: Opinion = opinion_intake.begin(
            vendor=vendor, since=exports.MADE, now=now, robots=[exports.ROBOT]
        )
        begin(opinion)
        for death in deaths:
            there.before = killing(reader := worker(there), there, death)
            assert reader.wait(60) == -9
            there.before = lambda _asked: None
            assert not OpinionSource.objects.get().is_over
            OpinionSource.objects.update(rests_until=now)
        read_on()

    with transaction.atomic():
        assert reasons(opinion) == expected
    for row in opinion.tickets.all():
        numbers = [comment["id"] for comment in row.told["comments"] or ()]
        assert len(set(numbers)) == len(numbers)


def begin(opinion: Opinion) -> None:
    with transaction.atomic():
        opinion_source.begin(opinion, account="acme", authorization=TOKEN, now=database_now())


def killing(reader: subprocess.Popen[bytes], there: StandIn, death: int) -> Callable[[Asked], None]:
    """Return what kills a reader at the question of this number, before it is answered."""

    def kill(_asked: Any) -> None:
        if len(there.asked) >= death:
            reader.kill()
            reader.wait()

    return kill


def read_on() -> None:
    while not OpinionSource.objects.get().is_over:
        assert source_turn.take(now=database_now()) is not None
