"""Report keys: made for whoever oversees, shown once, kept as a digest, ended for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from helpdesk.access.api_keys import touch
from helpdesk.access.report_keys import MOST, OverseesNothing, TooManyReportKeys, admit, issue, revoke
from helpdesk.models import Agent, ReportKey, SecurityEvent, SecurityEventKind
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def made(agent: Agent, *, name: str = "A screen", environment: str = "live") -> tuple[ReportKey, str]:
    with transaction.atomic():
        return issue(agent, environment=environment, name=name, now=NOW)


def test_only_a_digest_is_kept(make: Make) -> None:
    key, raw = made(make.agent("overseer"))
    secret = raw.rpartition("_")[2]

    assert raw.startswith(f"atr_live_{key.public_id}_")
    assert secret not in str(ReportKey.objects.values().get())


def test_it_is_let_in_as_its_agents(make: Make) -> None:
    key, raw = made(make.agent("overseer"))
    admission = admit(raw)

    assert admission
    assert (admission.key, admission.key.agent) == (key, make.agent("overseer"))


@pytest.mark.parametrize("spoil", [lambda raw: raw[:-1] + "x", lambda raw: raw.replace("live", "test")])
def test_nothing_like_it_is_let_in(make: Make, spoil: Callable[[str], str]) -> None:
    _key, raw = made(make.agent("overseer"))

    assert admit(spoil(raw)) is None


def test_whoever_oversees_nothing_gets_none(make: Make) -> None:
    with pytest.raises(OverseesNothing):
        made(make.agent("owner"))


def test_an_admin_gets_one_without_a_queue(make: Make) -> None:
    assert made(make.agent("admin"))


def test_there_is_an_end_to_them_and_a_revoked_one_makes_room(make: Make) -> None:
    keys = [made(make.agent("overseer"))[0] for _ in range(MOST)]
    with pytest.raises(TooManyReportKeys):
        made(make.agent("overseer"))
    with transaction.atomic():
        assert revoke(keys[0], by=make.agent("overseer"), now=SOON) is True
        assert revoke(keys[0], by=make.agent("overseer"), now=SOON) is False

    assert made(make.agent("overseer"))


def test_who_may_not_log_in_is_not_let_in_by_one(make: Make) -> None:
    _key, raw = made(make.agent("overseer"))
    Agent.objects.update(is_active=False)

    assert admit(raw) is None


def test_a_login_of_the_demo_reads_while_it_is_open(make: Make, settings: Settings) -> None:
    _key, raw = made(make.agent("overseer"))
    Agent.objects.update(is_demo=True)
    settings.DEMO_IS_OPEN = True
    assert admit(raw)
    settings.DEMO_IS_OPEN = False

    assert admit(raw) is None


def test_both_ends_of_its_life_are_in_the_log(make: Make) -> None:
    key, _raw = made(make.agent("overseer"))
    with transaction.atomic():
        revoke(key, by=make.agent("admin"), now=SOON)
    told = SecurityEvent.objects.filter(facts__what="report_key").order_by("pk")

    assert [(one.kind, one.actor, one.facts["key"]) for one in told] == [
        (SecurityEventKind.KEY_ISSUED, make.agent("overseer"), key.public_id),
        (SecurityEventKind.KEY_REVOKED, make.agent("admin"), key.public_id),
    ]


def test_its_use_is_noted_once_a_minute(make: Make) -> None:
    key, _raw = made(make.agent("overseer"))
    noted = []
    for seconds in (0, 59, 60):
        key.refresh_from_db()
        noted.append(touch(key, NOW + timedelta(seconds=seconds)))

    assert noted == [True, False, True]
