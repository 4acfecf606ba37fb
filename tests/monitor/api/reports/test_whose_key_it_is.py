"""A report key is its agent's: it sees what they see, as long as they may, and opens nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.access import report_keys
from helpdesk.models import Agent, Environment, Membership, RefusedRequest, ReportKey, Role
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import Make
from tests.monitor.api.reports.conftest import Readers

WAITS = "/reports/waits"


def asked(caller: Caller) -> int:
    return int(told(caller.get(WAITS))["whole"]["asked"]["count"])


def test_it_sees_the_queues_of_its_agent_alone(make: Make, readers: Readers, now: datetime) -> None:
    elsewhere = make.store("Another shop", queue=make.queue("Elsewhere"))
    make.ticket(now=now)
    make.ticket(now=now, store=elsewhere)

    assert (asked(readers()), asked(readers("admin"))) == (1, 2)


def test_what_its_agent_is_given_and_loses_it_sees_and_loses(
    make: Make, reader: Caller, now: datetime
) -> None:
    elsewhere = make.queue("Elsewhere")
    make.ticket(now=now, store=make.store("Another shop", queue=elsewhere))
    before = asked(reader)
    place = make.member(make.agent("overseer"), queue=elsewhere)
    during = asked(reader)
    place.delete()

    assert (before, during, asked(reader)) == (0, 1, 0)
    assert_problem(reader.get(f"{WAITS}?queue={elsewhere.pk}"), 422, "bad-parameter")


def test_it_dies_with_the_role_of_its_agent(make: Make, reader: Caller) -> None:
    Membership.objects.filter(agent=make.agent("overseer")).update(role=Role.MEMBER)
    member = reader.get(WAITS)
    Membership.objects.filter(agent=make.agent("overseer")).delete()
    nobody = reader.get(WAITS)
    Agent.objects.filter(pk=make.agent("overseer").pk).update(is_active=False)

    assert_problem(member, 403, "oversees-nothing")
    assert_problem(nobody, 403, "oversees-nothing")
    assert_problem(reader.get(WAITS), 401, "no-key")


def test_a_revoked_one_opens_nothing(make: Make, reader: Caller, now: datetime) -> None:
    assert reader.get(WAITS).status_code == 200
    with transaction.atomic():
        report_keys.revoke(ReportKey.objects.get(), by=make.agent("overseer"), now=now)

    assert_problem(reader.get(WAITS), 401, "no-key")


def test_it_reads_the_environment_that_it_was_made_in(make: Make, readers: Readers, now: datetime) -> None:
    make.ticket(now=now)

    assert (asked(readers()), asked(readers(environment="test"))) == (1, 0)


@pytest.mark.parametrize("path", ["/tickets", "/customers", "/flags", "/queues", "/agents", "/blocks"])
def test_it_opens_nothing_else(reader: Caller, path: str) -> None:
    assert_problem(reader.get(path), 401, "no-key")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_it_changes_nothing(reader: Caller, method: str) -> None:
    assert_problem(reader.call(method, WAITS, b"{}"), 405, "method-not-allowed")


def test_a_key_of_a_store_is_told_that_it_is_another_kind(callers: Callers, caller: Caller) -> None:
    assert_problem(caller.get(WAITS), 403, "report-key-needed")
    assert_problem(callers.nobody().get(WAITS), 401, "no-key")
    assert_problem(Caller("atr_live_0_" + "0" * 64).get(WAITS), 401, "no-key")


def test_its_last_use_is_noted(reader: Caller, now: datetime) -> None:
    reader.get(WAITS)
    used = ReportKey.objects.get().last_used_at

    assert used
    assert now <= used < now + timedelta(minutes=5)


def test_it_has_a_quota_of_its_own(readers: Readers, quota: Any) -> None:
    one, other = readers(), readers()
    answers = [one.get(WAITS) for _ in range(quota.API_RATE_QUOTA + 1)]

    assert [answer.status_code for answer in answers] == [200] * quota.API_RATE_QUOTA + [429]
    assert "Retry-After" in answers[-1].headers
    assert other.get(WAITS).status_code == 200


def test_what_is_refused_of_it_stands_among_refused_requests(make: Make, reader: Caller) -> None:
    reader.get(f"{WAITS}?queue=99&tier=vip")

    refused = RefusedRequest.objects.get()
    assert (refused.report_key, refused.api_key) == (ReportKey.objects.get(), None)
    assert (refused.status, refused.method, refused.path) == (422, "GET", f"/api/v1{WAITS}")
    assert refused.problem["code"] == "bad-parameter"
    assert refused.problem["parameters"] == ["queue"]


def test_its_links_say_their_environment_and_nothing_of_another_is_shown(
    make: Make, readers: Readers, client: Client, now: datetime
) -> None:
    make.ticket(now=now)
    trial = make.ticket(now=now, store=make.store("Trial", environment=Environment.TEST))
    link = urlsplit(told(readers(environment="test").get(WAITS))["whole"]["asked"]["tickets"])
    address = f"{link.path}?{link.query}"
    client.force_login(make.agent("overseer"))

    shown = client.get(address)
    assert list(shown.context["tickets"]) == []
    assert "This address speaks of another environment, test." in shown.content.decode()

    switched = client.post(reverse("environment"), {"environment": "test", "next": address}, follow=True)
    assert [one.reference for one in switched.context["tickets"]] == [trial.reference]
    assert "another environment" not in switched.content.decode()
