"""Who was mentioned and does not look is mailed: once, in their language, and nothing that they may not see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from helpdesk.access.people import departures
from helpdesk.conversation.mentions import mention_mail
from helpdesk.conversation.replies import add_note
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Delivery, Membership, Mention, Ticket
from helpdesk.outbox import outbox
from tests.helpdesk.at_once import at_once
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
DUE = NOW + 5 * MINUTE


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket()


@pytest.fixture
def colleague(make: Make) -> Agent:
    return make.agent("colleague")


def mention(
    make: Make, ticket: Ticket, *whom: Agent, body: str = "Please look.\nHer address is wrong."
) -> None:
    with transaction.atomic():
        add_note(ticket=ticket, author=make.agent(), body=body, now=NOW, mentions=whom)


def let_out(now: datetime = DUE) -> list[list[str]]:
    """Let out what is due by then; return to whom mails have left in all."""
    mention_mail.make_out(now=now, limit=100)
    outbox.send_due(clock=lambda: now + MINUTE, seconds=20)
    return [message.to for message in mail.outbox]


def test_who_has_not_looked_for_five_minutes_is_mailed_once(
    make: Make, ticket: Ticket, colleague: Agent
) -> None:
    mention(make, ticket, colleague)
    assert let_out(DUE - timedelta(seconds=1)) == []

    assert let_out() == [[colleague.email]]
    assert let_out(DUE + 10 * MINUTE) == [[colleague.email]]
    [sent] = mail.outbox
    assert sent.subject == f"[Attend] Owner mentioned you on {ticket.reference}"
    assert "Please look." in sent.body
    assert reverse("ticket", args=[ticket.reference]) in sent.body
    assert ticket.subject not in sent.body


def test_of_a_note_only_its_beginning_is_told(make: Make, ticket: Ticket, colleague: Agent) -> None:
    mention(make, ticket, colleague, body="Look " + "at this " * 100)
    let_out()

    assert len(max(mail.outbox[0].body.splitlines(), key=len)) < 200


def test_several_are_one_mail(make: Make, ticket: Ticket, colleague: Agent) -> None:
    mention(make, ticket, colleague)
    mention(make, make.ticket(), colleague)

    assert let_out() == [[colleague.email]]
    assert mail.outbox[0].subject == "[Attend] 2 notes mention you"


def looks(ticket: Ticket, agent: Agent) -> None:
    client = Client()
    client.force_login(agent)
    client.get(reverse("ticket", args=[ticket.reference]))
    Mention.objects.filter(agent=agent).update(read_at=database_now())


def leaves_the_queue(ticket: Ticket, agent: Agent) -> None:
    Membership.objects.filter(agent=agent).delete()


def is_deactivated(ticket: Ticket, agent: Agent) -> None:
    with transaction.atomic():
        departures.deactivate(agent=agent, now=NOW + MINUTE)


def wants_none(ticket: Ticket, agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(mails_mentions=False)


@pytest.mark.parametrize("what", [looks, leaves_the_queue, is_deactivated, wants_none])
@pytest.mark.parametrize("when", ["before it is due", "before it leaves"])
def test_nobody_is_mailed_who(
    make: Make, ticket: Ticket, colleague: Agent, what: Callable[[Ticket, Agent], None], when: str
) -> None:
    mention(make, ticket, colleague)
    if when == "before it leaves":
        mention_mail.make_out(now=DUE, limit=100)
    what(ticket, colleague)

    assert let_out() == []


def test_it_is_said_in_their_language(make: Make, ticket: Ticket, colleague: Agent) -> None:
    Agent.objects.filter(pk=colleague.pk).update(locale="he")
    mention(make, ticket, colleague)
    let_out()

    [sent] = mail.outbox
    assert "mentioned" not in f"{sent.subject} {sent.body}"


def test_where_no_mail_is_wanted_nobody_is_mailed(
    make: Make, ticket: Ticket, colleague: Agent, settings: Settings
) -> None:
    settings.MENTIONS_MAILED_AFTER = timedelta()
    mention(make, ticket, colleague)

    assert let_out() == []


def test_what_history_says_is_told_to_nobody(make: Make, ticket: Ticket, colleague: Agent) -> None:
    with transaction.atomic():
        add_note(ticket=ticket, author=make.agent(), body="Hm.", now=NOW, mentions=[colleague], imported=True)

    assert let_out() == []


def test_mail_of_tests_stays_here(make: Make, colleague: Agent, settings: Settings) -> None:
    mention(make, make.ticket(store=make.store("Trial", environment="test")), colleague)
    mention_mail.make_out(now=DUE, limit=100)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    outbox.send_due(clock=lambda: DUE + MINUTE, seconds=20)

    assert Delivery.objects.get().needless_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_workers_put_it_into_the_outbox_once(make: Make, ticket: Ticket, colleague: Agent) -> None:
    for _ in range(10):
        mention(make, ticket, colleague)

    found = at_once(*[lambda: mention_mail.make_out(now=DUE, limit=100)] * 2)

    assert sum(int(number) for number in found if isinstance(number, int)) == 10
    assert Delivery.objects.get().items.count() == 10


def test_whether_one_is_mailed_is_chosen_in_the_profile(client: Client, colleague: Agent) -> None:
    client.force_login(colleague)
    assert 'name="mails_mentions"' in client.get(reverse("preferences")).content.decode()
    fields = {"name": "C", "locale": "en", "timezone": "UTC", "theme": "auto", "after_sending": "stay"}
    client.post(reverse("preferences"), fields)

    colleague.refresh_from_db()
    assert not colleague.mails_mentions
