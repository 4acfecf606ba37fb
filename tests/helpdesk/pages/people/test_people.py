"""People on pages: whom one oversees, their places and rights, and what becomes of what they hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Absence, Agent, Membership, Role, SecurityEvent, SecurityEventKind, Ticket
from helpdesk.templatetags.presence import last_here
from tests.make import Make

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def page(client: Client, name: str = "people", *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def said(client: Client, name: str, agent: Agent, **fields: object) -> str:
    """Post what changes a person, and return the page that follows."""
    answer = client.post(reverse(name, args=[agent.pk]), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def enters(client: Client, make: Make, who: str) -> Agent:
    agent = make.agent(who)
    client.force_login(agent)
    return agent


def given(make: Make, agent: Agent, number: int) -> list[Ticket]:
    tickets = [make.ticket() for _each in range(number)]
    Ticket.objects.filter(pk__in=[one.pk for one in tickets]).update(assignee=agent)
    return tickets


def role_of(agent: Agent, make: Make) -> str | None:
    return Membership.objects.filter(agent=agent, queue=make.queue()).values_list("role", flat=True).first()


@pytest.mark.parametrize("who", ["owner", "outsider"])
def test_whoever_oversees_nothing_manages_nobody(client: Client, make: Make, who: str) -> None:
    colleague = make.agent("colleague")
    enters(client, make, who)
    assert client.get(reverse("people")).status_code == 403
    assert client.get(reverse("person", args=[colleague.pk])).status_code == 403
    for name in ("person-place", "person-administration", "person-activity"):
        assert client.post(reverse(name, args=[colleague.pk]), {"queue": make.queue().pk}).status_code == 403
    assert role_of(colleague, make) == Role.MEMBER


def test_an_overseer_sees_the_people_of_their_queues_alone(client: Client, make: Make) -> None:
    owner, outsider = make.agent("owner"), make.agent("outsider")
    make.member(owner, queue=make.queue("Secret"))
    enters(client, make, "overseer")
    shown = page(client)
    assert str(owner) in shown
    assert "Secret" not in shown + page(client, "person", owner.pk)
    assert str(outsider) not in shown
    assert client.get(reverse("person", args=[outsider.pk])).status_code == 404
    assert client.post(reverse("person-place", args=[outsider.pk]), {"role": "member"}).status_code == 404


def test_an_overseer_changes_roles_in_their_own_queues_alone(client: Client, make: Make) -> None:
    owner, elsewhere = make.agent("owner"), make.queue("Elsewhere")
    enters(client, make, "overseer")
    assert "is now in" in said(client, "person-place", owner, queue=make.queue().pk, role="overseer")
    assert role_of(owner, make) == Role.OVERSEER
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.ROLE_GIVEN).count() == 1
    foreign = {"queue": elsewhere.pk, "role": "member"}
    assert client.post(reverse("person-place", args=[owner.pk]), foreign).status_code == 404
    assert not Membership.objects.filter(agent=owner, queue=elsewhere).exists()


@pytest.mark.parametrize("role", ["boss", "MEMBER", "\x00"])
def test_a_role_that_there_is_not_is_refused(client: Client, make: Make, role: str) -> None:
    owner = make.agent("owner")
    enters(client, make, "overseer")
    client.post(reverse("person-place", args=[owner.pk]), {"queue": make.queue().pk, "role": role})
    assert role_of(owner, make) == Role.MEMBER


def test_whoever_is_taken_out_of_a_queue_leaves_what_they_held_there(client: Client, make: Make) -> None:
    owner = make.agent("owner")
    tickets = given(make, owner, 2)
    enters(client, make, "overseer")
    assert "2 tickets that have not ended" in page(client, "person", owner.pk)
    assert "2 tickets went back" in said(client, "person-place", owner, queue=make.queue().pk, role="leave")
    assert role_of(owner, make) is None
    assert not Ticket.objects.filter(pk__in=[one.pk for one in tickets]).exclude(assignee=None).exists()


def test_the_list_says_what_each_has_and_finds_people(client: Client, make: Make) -> None:
    given(make, make.agent("owner"), 3)
    make.agent("colleague")
    enters(client, make, "admin")
    assert "has 3 tickets" in page(client)
    assert "colleague@example.com" not in page(client, q="owner")
    assert "Nobody matches" in page(client, q="nobody at all")


def test_thirty_people_cost_no_more_statements_than_one(client: Client, make: Make) -> None:
    enters(client, make, "admin")
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)
    for number in range(30):
        make.agent(f"person{number}")
    with CaptureQueriesContext(connection) as many:
        page(client)
    assert len(many) == len(few)


def test_an_overseer_changes_nobodys_rights(client: Client, make: Make) -> None:
    owner = make.agent("owner")
    enters(client, make, "overseer")
    assert "Only an admin" in said(client, "person-administration", owner, admin="yes")
    assert "Only an admin" in said(client, "person-activity", owner, active="no")
    owner.refresh_from_db()
    assert (owner.is_admin, owner.is_active) == (False, True)


def test_whoever_is_deactivated_is_out_at_once_and_holds_nothing(client: Client, make: Make) -> None:
    owner = make.agent("owner")
    given(make, owner, 1)
    theirs = Client()
    theirs.force_login(owner)
    enters(client, make, "admin")
    assert "1 ticket went back" in said(client, "person-activity", owner, active="no")
    assert theirs.get(reverse("queue")).status_code == 302
    assert not Ticket.objects.filter(assignee=owner).exists()
    assert "can log in again" in said(client, "person-activity", owner, active="yes")
    assert role_of(owner, make) == Role.MEMBER


def test_nobody_changes_their_own_rights_or_those_of_the_last_admin(client: Client, make: Make) -> None:
    admin = enters(client, make, "admin")
    assert "about yourself" in said(client, "person-activity", admin, active="no")
    assert "about yourself" in said(client, "person-administration", admin, admin="no")
    admin.refresh_from_db()
    assert (admin.is_admin, admin.is_active) == (True, True)


def test_an_admin_makes_another_one_and_takes_it_back(client: Client, make: Make) -> None:
    outsider = make.agent("outsider")
    ticket = make.ticket()
    enters(client, make, "admin")
    assert "is an admin now" in said(client, "person-administration", outsider, admin="yes")
    Ticket.objects.filter(pk=ticket.pk).update(assignee=outsider)
    assert "1 ticket went back" in said(client, "person-administration", outsider, admin="no")
    outsider.refresh_from_db()
    assert (outsider.is_admin, outsider.is_superuser) == (False, False)
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.RIGHTS_CHANGED).count() == 2


def test_who_is_away_is_said_with_the_time_and_who_is_back_is_not(client: Client, make: Make) -> None:
    owner = make.agent("owner")
    now = database_now()
    absence = Absence.objects.create(agent=owner, since=now, until=now + timedelta(days=3), said_by=owner)
    enters(client, make, "overseer")
    assert "away until" in page(client)
    assert "away until" in page(client, "person", owner.pk)
    Absence.objects.filter(pk=absence.pk).update(since=now - timedelta(days=2), until=now - timedelta(days=1))
    assert "away until" not in page(client) + page(client, "person", owner.pk)
    assert reverse("agent-absence", args=[owner.pk]) in page(client, "person", owner.pk)


@pytest.mark.parametrize(("days", "words"), [
    (None, "never here yet"), (0, "last here today"), (1, "last here yesterday"), (6, "in the last seven days"),
    (7, "last here in November 2026"), (40, "last here in October 2026"),
])  # fmt: skip
def test_when_somebody_was_last_here_is_said_by_the_day_and_never_closer(
    make: Make, days: int | None, words: str
) -> None:
    owner = make.agent("owner")
    owner.last_login = None
    owner.last_seen_at = None if days is None else NOON - timedelta(days=days)

    assert words in last_here(owner, NOON)


def test_the_list_and_the_person_say_when_they_were_last_here(client: Client, make: Make) -> None:
    owner = make.agent("owner")
    enters(client, make, "overseer")
    Agent.objects.filter(pk=owner.pk).update(last_seen_at=database_now())
    assert "last here today" in page(client)
    assert "last here today" in page(client, "person", owner.pk)
    Agent.objects.filter(pk=owner.pk).update(is_active=False)
    assert "last here" not in page(client, "person", owner.pk)


def test_the_number_of_what_somebody_holds_leads_to_exactly_these_tickets(client: Client, make: Make) -> None:
    owner = make.agent("owner")
    tickets = given(make, owner, 2)
    hidden, shared = make.queue("Hidden"), make.queue("Shared")
    make.member(enters(client, make, "overseer"), queue=shared)
    for queue in (hidden, shared):
        Ticket.objects.filter(pk=given(make, owner, 1)[0].pk).update(queue=queue)
    test_store = make.store("Trials", environment="test")
    Ticket.objects.filter(pk=make.ticket(store=test_store).pk).update(assignee=owner)
    Ticket.objects.filter(pk=tickets[0].pk).update(status="resolved")

    listed = page(client)

    assert "has 2 tickets" in listed
    address = next(each for each in re.findall(r'href="([^"]+)"', listed) if "assignee=" in each)
    assert "2 tickets" in client.get(unescape(address)).content.decode()
