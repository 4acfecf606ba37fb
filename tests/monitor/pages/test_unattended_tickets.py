"""What is late while whoever has it is not here is offered to who takes the next, by name, and asked first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, HeldReply, Ticket
from helpdesk.tickets import assignment, ticket_status
from monitor.models import Calendar
from monitor.promises import versions
from monitor.queue.unattended import unattended
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LATE = NOW + timedelta(days=2)
MINUTE = timedelta(minutes=1)


def held(make: Make, *, by: Agent, now: datetime = NOW) -> Ticket:
    ticket = make.ticket(now=now)
    with transaction.atomic():
        assignment.claim(ticket=ticket, by=by, now=now)
    return ticket


def seen(agent: Agent, at: datetime) -> None:
    Agent.objects.filter(pk=agent.pk).update(last_seen_at=at, last_login=None, joined_at=NOW)


def offered(make: Make, now: datetime = LATE, before: int | None = None) -> int | None:
    return unattended(make.agent("colleague"), "live", now, before=before)


def test_what_is_late_is_offered_once_its_agent_was_not_here_for_half_an_hour(make: Make) -> None:
    owner = make.agent()
    ticket = held(make, by=owner)

    seen(owner, LATE - 29 * MINUTE)
    assert offered(make) is None
    seen(owner, LATE - 30 * MINUTE)
    assert offered(make) == ticket.pk


def test_what_a_colleague_has_just_answered_is_not(make: Make) -> None:
    owner = make.agent()
    ticket = held(make, by=owner)
    seen(owner, LATE - 30 * MINUTE)
    HeldReply.objects.create(
        ticket=ticket, author=owner, body="Here.", then="open", external_id="page:1",
        sent_at=LATE, leaves_at=LATE,
    )  # fmt: skip

    assert offered(make) is None


def test_half_an_hour_is_one_of_the_hours_in_which_the_promise_counts(make: Make) -> None:
    office = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    before = NOW - timedelta(days=1)
    with transaction.atomic():
        versions.publish_calendar(
            calendar=Calendar.objects.get(),
            spec={"timezone": "UTC", "weekly": office},
            now=before,
            effective_at=before,
        )
    owner = make.agent()
    ticket = held(make, by=owner)
    opens = datetime(2026, 3, 11, 9, 0, tzinfo=NOW.tzinfo)
    seen(owner, opens - timedelta(hours=14))

    assert offered(make, opens + 29 * MINUTE) is None
    assert offered(make, opens + 30 * MINUTE) == ticket.pk


def test_nothing_is_offered_that_is_in_time_or_waits_for_no_words_or_is_ones_own(make: Make) -> None:
    owner = make.agent()
    held(make, by=owner, now=LATE - 5 * MINUTE)
    pending = held(make, by=owner)
    with transaction.atomic():
        ticket_status.set_status(ticket=pending, status="pending", by=owner, now=NOW)
    held(make, by=make.agent("colleague"))
    seen(owner, NOW)

    assert offered(make) is None


def test_what_nobody_has_and_is_more_urgent_comes_first(make: Make) -> None:
    owner = make.agent()
    free = make.ticket(now=NOW)
    held(make, by=owner, now=NOW + MINUTE)
    seen(owner, NOW)

    assert offered(make, before=free.pk) is None
    assert offered(make) is not None


@pytest.fixture
def left(make: Make, owner: Agent) -> Ticket:
    """Return what a colleague has had for days, and left."""
    long_ago = database_now() - timedelta(days=9)
    ticket = held(make, by=make.agent("colleague"), now=long_ago)
    Agent.objects.filter(email="colleague@example.com").update(last_seen_at=long_ago, joined_at=long_ago)
    return ticket


def test_the_offer_names_the_holder_and_asks(client: Client, make: Make, owner: Agent, left: Ticket) -> None:
    answer = client.post(reverse("next-ticket"))
    assert answer.headers["Location"] == reverse("unattended-ticket", args=[left.reference])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Take it over from <bdi>Colleague</bdi>" in page

    client.post(answer.headers["Location"], {"holder": make.agent("colleague").pk})
    left.refresh_from_db()
    assert left.assignee == owner


def test_it_can_be_left_and_what_nobody_has_be_taken(client: Client, make: Make, left: Ticket) -> None:
    free = make.ticket(now=database_now())

    answer = client.post(reverse("next-ticket"), {"free": "yes"})
    assert answer.headers["Location"] == reverse("ticket", args=[free.reference])


def test_nobody_takes_over_what_has_changed_hands_since(client: Client, make: Make, left: Ticket) -> None:
    where = reverse("unattended-ticket", args=[left.reference])

    page = client.post(where, {"holder": make.agent("overseer").pk}, follow=True).content.decode()
    assert "Somebody else has it by now, or nobody. Look again." in page
    left.refresh_from_db()
    assert left.assignee == make.agent("colleague")


def test_to_outsiders_and_to_who_is_gone_there_is_no_such_ticket(
    client: Client, make: Make, owner: Agent, left: Ticket
) -> None:
    where = reverse("unattended-ticket", args=[left.reference])
    client.force_login(make.agent("outsider"))
    assert client.get(where).status_code == client.post(where).status_code == 404

    client.force_login(owner)
    Agent.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.get(where).headers["Location"].startswith(reverse("login"))


def test_agents_are_seen_once_a_minute_and_not_by_a_page_that_stands_alone(
    client: Client, owner: Agent
) -> None:
    long_ago = database_now() - timedelta(hours=1)
    Agent.objects.update(last_login=long_ago, last_seen_at=long_ago)

    client.get(reverse("queue") + "?part=rows", headers={"hx-request": "true"})
    assert Agent.objects.get().last_seen_at == long_ago
    client.get(reverse("queue"))
    here = Agent.objects.get().last_seen_at
    assert here is not None
    assert here > long_ago
    client.get(reverse("queue"))
    assert Agent.objects.get().last_seen_at == here
