"""The set-up page tells the truth: what is in force, what it means, and whether alerts reach anybody."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django import Settings

from helpdesk.access.people import invitations
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Environment, Job, Role
from monitor.models import Calendar, Policy, PolicyVersion
from monitor.pages.checklist_steps import checklist_steps
from monitor.promises import first_decisions, in_force, versions
from tests.make import Make

OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
THREE_DAYS = "9 working days (72 hr of open time)"


@pytest.fixture
def boss(make: Make, client: Client) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


def page(client: Client) -> str:
    return plain(client.get(reverse("checklist")))


def plain(answer: Any) -> str:
    return re.sub(r"\s+", " ", strip_tags(answer.content.decode()))


def confirm(client: Client, what: str) -> None:
    assert client.post(reverse("confirmation"), {"what": what}).status_code == 302


def open_in_office_hours(boss: Agent, **weekly: Any) -> None:
    first_decisions.set_hours(
        timezone="Europe/Berlin", weekly={**OFFICE, **weekly}, by=boss, now=database_now()
    )


def done() -> dict[str, bool]:
    return {step.part: step.done for step in checklist_steps(database_now())}


def test_a_target_is_said_with_what_its_time_is_counted_in(client: Client, boss: Agent) -> None:
    assert "3 days, around the clock" in page(client)

    open_in_office_hours(boss)

    said = page(client)
    assert (
        f"Resolution 1 working day (8 hr of open time) 3 working days (24 hr of open time) {THREE_DAYS}"
        in said
    )
    assert "30 min of open time 1 hr of open time 4 hr of open time" in said
    assert "around the clock" not in said


def test_saved_hours_do_not_tick_the_promises_they_ask_whether_they_mean_it_still(
    client: Client, boss: Agent
) -> None:
    open_in_office_hours(boss)
    assert (done()["hours"], done()["promise"]) == (True, False)

    confirm(client, "promise")
    assert done()["promise"]
    open_in_office_hours(boss, fri=[["09:00", "13:00"]])

    assert not done()["promise"]
    said = page(client)
    assert "the hours have changed since: do they still mean what was meant?" in said
    assert "72 hr of open time" in said
    confirm(client, "promise")
    assert done()["promise"]


def test_a_holiday_more_does_not_ask_again(client: Client, boss: Agent) -> None:
    open_in_office_hours(boss)
    confirm(client, "promise")
    calendar = Calendar.objects.get(name="Working hours")
    spec = calendar.versions.get().spec | {"holidays": ["2030-12-25"]}
    versions.publish_calendar(calendar=calendar, spec=spec, now=database_now(), by=boss)

    assert done()["promise"]


def test_what_is_in_force_is_shown_and_stays_though_another_version_is_planned(
    client: Client, boss: Agent
) -> None:
    everybody, now = Policy.objects.get(name="Everybody"), database_now()
    last = everybody.versions.get()
    planned = versions.publish_policy(
        policy=everybody,
        rules={"targets": {"first_response": {"seconds": 60}}},
        position=last.position,
        calendar=last.calendar,
        now=now,
        effective_at=now + timedelta(days=30),
        by=boss,
    )
    jobs = Job.objects.count()

    said = page(client)
    confirm(client, "promise")

    assert "Planned, not in force yet: Everybody, version 2, from" in said
    assert "1 min" not in said
    assert in_force.policies_in_force(database_now())[-1] == last
    assert in_force.policies_in_force(planned.effective_at)[-1] == planned
    assert (PolicyVersion.objects.count(), Job.objects.count()) == (3, jobs), (
        "a confirmation publishes nothing"
    )


def test_done_steps_show_what_is_there(client: Client, boss: Agent, make: Make) -> None:
    open_in_office_hours(boss)
    confirm(client, "promise")
    make.key()
    make.agent("overseer")
    ticket = make.ticket(now=database_now(), store=make.store("Trial", environment=Environment.TEST))
    client.post(reverse("test-alert"))

    values = {step.part: step.value for step in checklist_steps(database_now())}
    assert values["hours"] == "Monday to Friday 09:00–17:00 (Europe/Berlin)"
    assert values["promise"] == "Chat, Everybody"
    assert values["store"] == "Shop"
    assert values["invitation"] == "Admin, Overseer"
    assert values["ticket"] == ticket.reference
    assert values["alert"].startswith("sent at ")
    said = page(client)
    assert all(" ".join(value.split()) in said for value in values.values())
    assert "All is set up." in page(client)


def test_a_mailbox_is_a_way_in_as_a_key_is(client: Client, boss: Agent, make: Make) -> None:
    make.mailbox("demo@shop.example", store=make.store("Demo", environment=Environment.DEMO))
    assert not done()["store"]
    assert f'href="{reverse("mailboxes")}"' in client.get(reverse("checklist")).content.decode()

    make.mailbox()
    assert {step.part: step.value for step in checklist_steps(database_now())}["store"] == "Shop"


def all_but_alerts(client: Client, boss: Agent, make: Make) -> None:
    for what in ("hours", "promise"):
        confirm(client, what)
    make.key()
    make.agent("colleague")
    make.ticket(now=database_now(), store=make.store("Trial", environment=Environment.TEST))


def test_all_is_set_up_only_when_somebody_is_told(
    client: Client, boss: Agent, make: Make, mailoutbox: list[EmailMessage]
) -> None:
    all_but_alerts(client, boss, make)
    client.post(reverse("test-alert"))
    assert len(mailoutbox) == 1

    said = page(client)
    assert "nobody oversees Support" in said
    assert "All is set up." not in said

    overseer = make.agent("overseer")
    assert "All is set up." in page(client)
    Agent.objects.filter(pk=overseer.pk).update(is_active=False)
    assert "nobody oversees Support" in page(client)


@pytest.mark.parametrize("backend", ["filebased", "console", "dummy"])
def test_mail_that_stays_on_the_machine_reaches_nobody(
    client: Client, boss: Agent, make: Make, settings: Settings, backend: str
) -> None:
    all_but_alerts(client, boss, make)
    make.agent("overseer")
    client.post(reverse("test-alert"))
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"

    said = page(client)
    assert "mail stays on this machine: alerts reach nobody" in said
    assert "name a mail server in ATTEND_EMAIL_URL" in said
    assert "All is set up." not in said


def test_an_invitation_counts_before_it_is_accepted(client: Client, boss: Agent, make: Make) -> None:
    invitations.invite(
        email="new@example.com", queue=make.queue(), role=Role.MEMBER, by=boss, now=database_now()
    )
    step = next(step for step in checklist_steps(database_now()) if step.part == "invitation")
    assert (step.done, step.value) == (True, "new@example.com")


def test_the_zone_data_are_named(client: Client, boss: Agent) -> None:
    assert re.search(r"Time zones are read from the zone data 20\d\d\.\d+\.", page(client))


def test_it_is_for_admins(client: Client, make: Make) -> None:
    client.force_login(make.agent("outsider"))
    for name in ("checklist", "hours"):
        assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("what", ["revoked", "over"])
def test_an_invitation_that_is_good_no_more_counts_for_nothing(
    client: Client, boss: Agent, make: Make, what: str
) -> None:
    now, week = database_now(), timedelta(days=8)
    told: dict[str, Any] = {
        "email": "new@example.com",
        "queue": make.queue(),
        "role": Role.MEMBER,
        "by": boss,
    }
    invitation, _ = invitations.invite(**told, now=now - week if what == "over" else now)
    if what == "revoked":
        invitations.revoke(invitation, by=boss, now=now)

    step = next(step for step in checklist_steps(now) if step.part == "invitation")
    assert (step.done, step.value) == (False, "")


def test_hours_and_promises_are_changed_on_pages_and_not_as_json(client: Client, boss: Agent) -> None:
    shown = client.get(reverse("checklist")).content.decode()

    assert f'href="{reverse("policies")}">Change them</a>' in shown
    assert "/admin/monitor/" not in shown
