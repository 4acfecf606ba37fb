"""The demo has three stores, two queues and their people; one wipe removes all that its customers wrote."""

from __future__ import annotations

from threading import Event

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from helpdesk.conversation import held_replies, replies
from helpdesk.conversation.canned import canned_replies
from helpdesk.demo import handbook, shop
from helpdesk.mail.spam import spam_tickets
from helpdesk.models import (
    Agent,
    Customer,
    DemoShop,
    Environment,
    HeldReply,
    Queue,
    RawMail,
    SenderBlock,
    Store,
    TeamNote,
    Ticket,
    TicketEvent,
)
from tests.config.running import eventually
from tests.helpdesk.mail.filing.post import bring, mail
from tests.make import NOW, Make
from tests.monitor.watched import Elsewhere, elsewhere, somebody_waits_for_a_lock

__all__ = ["elsewhere"]


@pytest.fixture
def demo(db: None, settings: Settings, make: Make) -> None:
    """A demo to each of whose stores somebody has written."""
    settings.ATTEND_DEMO = settings.DEMO_IS_OPEN = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    shop.seed()
    for store in Store.objects.all():
        make.ticket(store=store, queue=store.default_queue)


def test_seeding_makes_three_stores_two_queues_and_their_people(demo: None) -> None:
    shop.seed()

    assert Store.objects.in_environment(Environment.DEMO).count() == DemoShop.objects.count() == 3
    assert set(Queue.objects.values_list("name", flat=True)) == {shop.NAME, shop.LANGUAGES}
    assert not Agent.objects.filter(is_demo=False).exists()
    assert all(queue.memberships.count() >= 5 for queue in Queue.objects.all())


def test_its_people_have_written_down_what_they_know_once(demo: None) -> None:
    ours = Queue.objects.get(name=shop.NAME)
    replies = ours.canned_replies
    replies.filter(name="On its way").delete()
    TeamNote.objects.filter(queue=ours).update(title="Renamed")
    shop.seed()

    assert replies.count() == len(handbook.REPLIES) - 1
    assert set(ours.team_notes.values_list("title", flat=True)) == {"Renamed"}
    for store in Store.objects.in_environment(Environment.DEMO):
        assert [topic.name for topic in store.topics.all()] == [*handbook.TOPICS[store.locale]]


def test_what_is_written_down_can_be_sent_once_it_is_filled_in(demo: None) -> None:
    agent = Agent.objects.get(email=shop.AGENT)
    Customer.objects.update(name="Jane Doe")
    for ticket in Ticket.objects.all():
        offered = canned_replies.offered(ticket, to=agent)
        assert offered
        for reply in offered:
            said = canned_replies.use(reply, ticket=ticket, by=agent, now=NOW).body
            assert "{{customer" not in said


def test_a_wipe_removes_the_tickets_of_all_its_stores_and_no_other(demo: None, make: Make) -> None:
    kept = make.ticket()

    assert shop.wipe(now=NOW) == 3
    assert shop.is_stopped()
    assert Ticket.objects.get() == kept
    assert Customer.objects.get() == kept.customer
    assert DemoShop.objects.count() == 3


def test_a_wipe_removes_mail_that_is_on_no_ticket_too(demo: None, make: Make) -> None:
    kept = bring(make.store(), mail())
    bring(Store.objects.in_environment(Environment.DEMO)[0], mail())

    shop.wipe(now=NOW)

    assert RawMail.objects.get() == kept


def test_a_wipe_lets_in_whose_mail_was_stopped_there(demo: None, make: Make) -> None:
    supervisor = Agent.objects.get(email=shop.SUPERVISOR)
    elsewhere = make.ticket()
    for ticket in Ticket.objects.all():
        _spam_for_good(ticket, by=supervisor if ticket != elsewhere else make.agent())

    shop.wipe(now=NOW)

    assert SenderBlock.objects.get().store == elsewhere.store


def _spam_for_good(ticket: Ticket, *, by: Agent) -> None:
    sender = str(ticket.customer.email_key)
    spam_tickets.mark_spam(ticket=ticket, by=by, now=NOW, sender=sender, for_good=True)


@pytest.mark.django_db(transaction=True)
def test_a_wipe_waits_for_a_reply_that_is_just_leaving_and_holds_it_up_by_nothing(
    demo: None, make: Make, elsewhere: Elsewhere
) -> None:
    ticket, author = Ticket.objects.all()[0], Agent.objects.get(email=shop.SUPERVISOR)
    held_replies.hold(ticket=ticket, author=author, body="Yes.", then="keep_open", external_id="1", now=NOW)

    def wipe() -> int:
        with transaction.atomic():
            return shop.wipe(now=NOW)

    with transaction.atomic():  # in the order in which it is said
        HeldReply.objects.select_for_update().get()
        wiping = elsewhere(wipe)
        eventually(somebody_waits_for_a_lock)
        Ticket.objects.select_for_update(nowait=True).get(pk=ticket.pk)

    assert wiping.result(timeout=60) == 3
    assert not HeldReply.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_wipe_waits_for_whoever_is_writing(demo: None, elsewhere: Elsewhere) -> None:
    ticket = Ticket.objects.all()[0]
    written, asked = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            replies.receive_customer_message(ticket=ticket, body="And?", now=NOW)
            written.set()
            asked.wait(timeout=20)

    def wipe() -> int:
        asked.set()
        with transaction.atomic():
            return shop.wipe(now=NOW)

    writing = elsewhere(write)
    written.wait(timeout=20)

    assert elsewhere(wipe).result(timeout=60) == 3
    writing.result(timeout=20)
    assert not Ticket.objects.exists()
    assert not TicketEvent.objects.exists()


def test_stopped_and_started_again_all_stores_go_on(demo: None) -> None:
    shop.stop(now=NOW)
    assert shop.is_stopped()

    shop.start()
    assert not DemoShop.objects.exclude(stopped_at=None).exists()


def test_the_page_says_how_many_tickets_go_and_wipes_them(demo: None, client: Client) -> None:
    client.login(username=shop.SUPERVISOR, password=shop.PASSWORD)

    page = client.get(reverse("demo-removal"))
    assert page.context["tickets"] == Ticket.objects.count()
    assert client.post(reverse("demo-removal")).status_code == 302
    assert not Ticket.objects.exists()


def test_whoever_does_not_oversee_the_demo_finds_no_wipe(demo: None, client: Client) -> None:
    client.login(username=shop.AGENT, password=shop.PASSWORD)

    assert client.post(reverse("demo-removal")).status_code == 404
