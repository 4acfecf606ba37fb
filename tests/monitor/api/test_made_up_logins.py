"""A login that an import once made of a name is told nobody: it is no address."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from monitor.alarms import flags
from monitor.alerts import flag_webhook
from monitor.models import Flag, News
from tests.helpdesk.api.conftest import Caller, told
from tests.make import Make

LOGIN = "ann@imported.invalid"


@pytest.fixture
def ann(make: Make) -> Agent:
    agent = make.agent("ann", is_active=True)
    Agent.objects.filter(pk=agent.pk).update(email=LOGIN)
    agent.refresh_from_db()
    return agent


def test_who_was_imported_with_a_login_is_told_by_name_alone(caller: Caller, make: Make, ann: Agent) -> None:
    asked = {"message": {"body": "Hello?"}, "occurred_at": "2026-01-05T05:00:00Z"}
    reference = told(caller.post("/tickets", asked))["reference"]
    flag = Flag.objects.filter(level="breached")[0]
    with transaction.atomic():
        replies.reply_in_public(ticket=flag.ticket, author=ann, body="Here.", now=database_now())
        flags.acknowledge(flag=flag, by=ann, now=database_now())

    said: list[Any] = told(caller.get(f"/tickets/{reference}/messages"))["data"]
    told_of = [caller.get(path).content.decode() for path in ("/tickets", f"/tickets/{reference}", "/flags")]

    assert said[-1]["author"] == {"kind": "agent", "agent": None, "name": "Ann"}
    assert not [one for one in told_of if "imported.invalid" in one]
    sent = flag_webhook._data(list(News.objects.values_list("pk", flat=True)))
    assert {one.flag.acknowledged_by for one in sent} == {None}
