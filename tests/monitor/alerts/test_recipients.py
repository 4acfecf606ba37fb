"""Who is told is asked when the alert leaves: whoever can act then, and somebody always."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from helpdesk.models import Agent, Delivery, Membership, Queue, Role, Ticket
from helpdesk.outbox import limits, outbox
from helpdesk.tickets import assignment, ticket_attributes
from monitor.alerts import news_delivery
from monitor.promises import defaults
from monitor.watch import sweep
from tests.helpdesk.outbox.smtp_server import MailServer, serving
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LATER = NOW + timedelta(hours=5)
"""When a normal ticket has waited too long for its first response, which another queue owes it as well."""


@pytest.fixture(autouse=True)
def promises(db: None) -> None:
    defaults.ensure_defaults()


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """Let mail leave by a server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with serving() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, False, ""
        yield server


def assign(ticket: Ticket, to: Agent) -> None:
    with transaction.atomic():
        assignment.assign(ticket=ticket, to=to, by=None, now=NOW)


def breach() -> None:
    sweep.sweep(now=LATER, limit=100, noticed_by="test")
    news_delivery.make_out(now=LATER, limit=100)


def let_out(now: Any = LATER) -> None:
    outbox.send_due(clock=lambda: now, seconds=20)


def told() -> list[tuple[str, set[str]]]:
    """Return of each mail its subject's last word, a queue's name, and who got it."""
    return sorted((sent.subject.split()[-1], set(sent.to)) for sent in mail.outbox)


def deactivate(agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(is_active=False)


@pytest.mark.parametrize("overseer", [None, "inactive"])
def test_where_nobody_oversees_the_queue_the_admins_are_told(make: Make, overseer: str | None) -> None:
    make.agent("owner")
    admin = make.agent("admin")
    if overseer:
        deactivate(make.agent("overseer"))
    make.ticket(priority="urgent")
    breach()
    let_out()

    assert told() == [("Support", {admin.email})]
    delivery = Delivery.objects.get()
    assert delivery.sent_at == LATER
    assert delivery.last_error == "nobody oversees this queue; the admins were told instead"
    assert "nobody oversees the queue Support" in mail.outbox[0].body
    assert "/start/" in mail.outbox[0].body


def test_an_alert_that_nobody_is_there_for_is_not_sent(make: Make) -> None:
    make.agent("owner")
    make.ticket()
    breach()
    let_out()

    delivery = Delivery.objects.get()
    assert (delivery.sent_at, delivery.due_at) == (None, LATER + limits.BACK_OFF[0])
    assert "nobody" in delivery.last_error


def test_whoever_comes_while_it_waits_gets_it(make: Make) -> None:
    make.ticket()
    breach()
    let_out()
    overseer = make.agent("overseer")
    let_out(LATER + limits.BACK_OFF[0])

    assert told() == [("Support", {overseer.email})]


def test_whoever_has_the_only_late_ticket_is_enough(make: Make) -> None:
    owner, _admin = make.agent("owner"), make.agent("admin")
    assign(make.ticket(), owner)
    breach()
    let_out()

    assert told() == [("Support", {owner.email})]
    assert Delivery.objects.get().last_error == ""


def test_but_not_for_a_ticket_that_nobody_has(make: Make) -> None:
    owner, admin = make.agent("owner"), make.agent("admin")
    assign(make.ticket(), owner)
    make.ticket()
    breach()
    let_out()

    assert told() == [("Support", {owner.email, admin.email})]


@pytest.mark.parametrize("left", ["the queue", "altogether"])
def test_whoever_has_left_is_not_told_of_what_was_theirs(make: Make, left: str) -> None:
    owner, overseer = make.agent("owner"), make.agent("overseer")
    assign(make.ticket(), owner)
    breach()
    if left == "the queue":
        Membership.objects.filter(agent=owner).delete()
    else:
        deactivate(owner)
    let_out()

    assert told() == [("Support", {overseer.email})]


def _second(make: Make) -> tuple[Queue, Agent]:
    second = make.queue("Second")
    lead = make.agent("lead", queue=second)
    Membership.objects.filter(agent=lead).update(role=Role.OVERSEER)
    return second, lead


def _move(ticket: Ticket, queue: Queue) -> None:
    with transaction.atomic():
        ticket_attributes.change_queue(ticket=ticket, queue=queue, by=None, now=LATER)


def test_a_ticket_that_has_moved_is_told_to_those_of_its_queue(make: Make) -> None:
    make.agent("overseer")
    second, lead = _second(make)
    ticket = make.ticket()
    breach()
    _move(ticket, second)
    let_out()

    assert told() == [("Second", {lead.email})]
    assert Delivery.objects.get(address__key=make.queue().pk).needless_at == LATER


def test_one_that_has_moved_takes_none_of_the_others_along(make: Make) -> None:
    overseer = make.agent("overseer")
    second, lead = _second(make)
    moved, stays = make.ticket(), make.ticket()
    breach()
    _move(moved, second)
    let_out()

    assert told() == [("Second", {lead.email}), ("Support", {overseer.email})]
    bodies = {sent.subject.split()[-1]: sent.body for sent in mail.outbox}
    assert moved.reference in bodies["Second"]
    assert moved.reference not in bodies["Support"]
    assert stays.reference in bodies["Support"]


@pytest.mark.parametrize("environment", ["test", "demo"])
def test_test_and_demo_tickets_wake_nobody(make: Make, server: MailServer, environment: str) -> None:
    make.agent("overseer")
    make.ticket(store=make.store("Trial", environment=environment))
    breach()
    let_out()

    assert server.taken == []
    assert not Delivery.objects.exists()


def test_nor_do_they_ride_along_where_they_were_put_while_mail_stayed_here(make: Make, settings: Any) -> None:
    make.agent("overseer")
    trial, live = make.ticket(store=make.store("Trial", environment="test")), make.ticket()
    breach()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with serving() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, False, ""
        let_out()

    [taken] = server.taken
    text = taken.message.get_content()
    assert live.reference in text
    assert trial.reference not in text


def test_logins_that_everybody_knows_are_mailed_by_no_server(make: Make, server: MailServer) -> None:
    overseer = make.agent("overseer")
    Agent.objects.filter(pk=make.agent("admin").pk).update(is_demo=True)
    Agent.objects.filter(pk=overseer.pk).update(is_demo=True)
    make.ticket()
    breach()
    let_out()

    assert server.taken == []
    assert "nobody" in Delivery.objects.get().last_error


def test_every_alert_names_its_environment(make: Make) -> None:
    make.agent("overseer")
    make.ticket()
    breach()
    let_out()
    make.ticket(store=make.store("Trial", environment="test"))
    breach()
    let_out(LATER + timedelta(minutes=1))

    live, trial = mail.outbox
    assert live.subject.startswith("[Attend] 2 promises broken")
    assert "Shop (live)" in live.body
    assert trial.subject.startswith("[Attend] [test] 2 promises broken")
    assert "Trial (test)" in trial.body
