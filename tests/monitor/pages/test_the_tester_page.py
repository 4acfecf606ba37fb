"""The tester's page says what the API says, in words."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Customer, Ticket
from monitor.models import Calendar, Policy
from monitor.pages.tester.shown_trial import shown_trial
from monitor.promises import versions
from monitor.promises.draft import PolicyDraft, to_json
from monitor.promises.tester import tried_ticket
from monitor.promises.tester.draft_trial import try_drafts, try_in_force
from tests.helpdesk.api.conftest import Caller, told
from tests.make import Make
from tests.monitor.pages.test_the_board import plain

PAGE = "/policies/tester/"


@pytest.fixture
def overseer(client: Client, make: Make) -> Agent:
    agent = make.agent("overseer")
    client.force_login(agent)
    make.store()
    return agent


def publish(name: str, match: dict[str, Any]) -> None:
    calendar = Calendar.objects.first()
    assert calendar
    versions.publish_policy(
        policy=Policy.objects.create(name=name),
        position=-1,
        calendar=calendar,
        rules={"match": match, "targets": {"first_response": {"seconds": 600}}},
        now=database_now() - timedelta(days=1),
    )


def words(response: Any) -> str:
    return plain(response).replace("\u2068", "").replace("\u2069", "")


@pytest.mark.usefixtures("overseer")
def test_the_page_says_what_the_api_says(client: Client, make: Make) -> None:
    publish("VIP", {"tier": ["vip"]})
    _, key = make.key(now=database_now())
    said = {"tier": "gold", "channel": "chat", "priority": "urgent"}

    page = words(client.post(PAGE, said))
    api = told(Caller(key).post("/policies/test", said))

    assert f"{api['policy']} applies." in page
    for one in api["policies"]:
        assert one["why"] in page
    assert not Ticket.objects.exists()


@pytest.mark.usefixtures("overseer")
def test_a_ticket_as_a_shop_sends_it_is_tried_and_nothing_comes_to_be(client: Client) -> None:
    publish("VIP", {"tier": ["vip"]})
    sent = {"message": {"body": "Where?"}, "customer": {"email": "jon@example.com", "tier": "vip"}}

    page = words(client.post(PAGE, {"sent": json.dumps(sent)}))

    assert "VIP applies: it asks for tier vip." in page
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.usefixtures("overseer")
def test_a_ticket_that_is_there_is_tried_and_can_be_changed(client: Client, make: Make) -> None:
    publish("VIP", {"tier": ["vip"]})
    ticket = make.ticket(now=database_now())

    as_it_is = words(client.get(PAGE, {"reference": ticket.reference}))
    changed = words(client.post(PAGE, {"reference": ticket.reference, "tier": "vip"}))

    assert "VIP comes before Everybody, but asks for tier vip (this ticket has none)." in as_it_is
    assert "VIP applies" in changed


@pytest.mark.usefixtures("overseer")
def test_a_ticket_that_has_changed_is_tried_as_the_page_is_told_to_take_it(
    client: Client, make: Make
) -> None:
    publish("VIP", {"tier": ["vip"]})
    ticket = make.ticket(now=database_now())
    Ticket.objects.filter(pk=ticket.pk).update(tier="vip")

    as_it_is = words(client.get(PAGE, {"reference": ticket.reference}))
    as_opened = words(client.get(PAGE, {"reference": ticket.reference, "taken": "opened"}))

    assert "VIP applies" in as_it_is
    assert "asks for tier vip (this ticket has none)" in as_opened


@pytest.mark.usefixtures("overseer")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reference": "T-0000000"}, "There is no such ticket in your queues."),
        ({"sent": "{"}, "This is no JSON"),
        ({"sent": '{"message": {}}'}, "message/body: This is missing."),
        (
            {"sent": '{"message": {"body": "x", "automatic": true}}'},
            "An automatic message never opens a ticket.",
        ),
        ({"what_1": "answered"}, "Say when."),
        (
            {"opened_at": "2030-01-01T10:00", "what_1": "answered", "at_1": "2030-01-01T09:00"},
            "before the opening",
        ),
        ({"opened_at": "9999-01-01T10:00"}, "No hours are known so early or so late."),
    ],
)
def test_what_cannot_be_tried_is_said_beside_it(client: Client, typed: dict[str, str], sentence: str) -> None:
    response = client.post(PAGE, typed)

    assert response.status_code == 422
    assert sentence in words(response)


def test_nobody_tries_a_ticket_of_queues_that_are_not_theirs(client: Client, make: Make) -> None:
    ticket = make.ticket(now=database_now())
    stranger = make.agent("stranger", queue=make.queue("Elsewhere"))
    stranger.memberships.update(role="overseer")
    client.force_login(stranger)

    refused = client.post(PAGE, {"reference": ticket.reference})

    assert refused.status_code == 422
    assert "There is no such ticket in your queues." in refused.content.decode()


@pytest.mark.usefixtures("overseer")
def test_a_draft_is_tried_as_if_it_were_published_now(make: Make) -> None:
    now = database_now()
    calendar = Calendar.objects.first()
    assert calendar
    rules = {"match": {"tier": ["vip"]}, "targets": {"first_response": {"seconds": 60}}}
    draft = PolicyDraft(policy=None, name="Gold", rules=rules, position=-5, calendar=calendar.pk)
    tried = tried_ticket.with_said(
        tried_ticket.of_store(make.store(), now=now), tried_ticket.SaidOfTicket(tier="vip")
    )

    before, after = (
        shown_trial(one, viewer=make.agent("admin"))
        for one in (try_in_force(tried), try_drafts(tried, [draft], now=now))
    )

    assert "Everybody" in before.summary
    assert "Gold" in after.summary
    [first] = [one for one in after.clocks if one.clock.metric == "first_response"]
    assert first.clock.due_at == now + timedelta(seconds=60)
    assert first.policy == ("Gold", None)
    assert not Policy.objects.filter(name="Gold").exists()
    assert isinstance(now, datetime)


@pytest.mark.usefixtures("overseer")
def test_what_is_proposed_is_tried_beside_what_is_in_force(client: Client) -> None:
    calendar = Calendar.objects.first()
    assert calendar
    rules = {"match": {"tier": ["vip"]}, "targets": {"first_response": {"seconds": 60}}}
    draft = PolicyDraft(policy=None, name="Gold", rules=rules, position=-5, calendar=calendar.pk)
    proposed = json.dumps([to_json(draft)])

    tried = words(client.post(PAGE, {"draft": proposed, "tier": "vip"}))
    unreadable = client.post(PAGE, {"draft": '{"kind": "policy"}'})

    assert "As it is: Everybody applies. As proposed: Gold applies." in tried
    assert "Due as proposed" in tried
    assert unreadable.status_code == 422
    assert "What is proposed cannot be read" in unreadable.content.decode()
    assert not Policy.objects.filter(name="Gold").exists()
