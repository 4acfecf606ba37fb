"""What a third party wrote counts as the customer's once an agent says so, as of when it was written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation.counted_words import NotAThirdPartys, count_as_the_customers
from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Message, Status, Ticket
from helpdesk.tickets import ticket_status
from helpdesk.tickets.ended_ticket import TicketEnded
from monitor.models import Clock
from tests.helpdesk.desk import history
from tests.helpdesk.mail.filing.post import MIRA, mail, post
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

HOUR = timedelta(hours=1)


@pytest.fixture
def theirs(make: Make) -> Message:
    """What a wife wrote two hours after her husband had asked, and an hour after we answered him."""
    make.agent()
    asked = post(make.store(), mail()).message
    assert asked
    with transaction.atomic():
        reply_in_public(ticket=asked.ticket, author=make.agent(), body="Tomorrow.", now=NOW + HOUR)
    wrote = mail("And if not?", by=MIRA, mid="w@x.example", answers=["one@example.com"], at=NOW + 2 * HOUR)
    message = post(make.store(), wrote, now=NOW + 2 * HOUR).message
    assert message
    return message


def count(make: Make, message: Message, hours: int = 3) -> bool:
    ticket = Ticket.objects.get(pk=message.ticket_id)
    with transaction.atomic():
        return count_as_the_customers(ticket=ticket, message=message, by=make.agent(), now=NOW + hours * HOUR)


def test_the_customer_waits_since_it_was_written(make: Make, theirs: Message) -> None:
    assert Ticket.objects.get().waiting_since is None

    assert count(make, theirs) is True

    theirs.refresh_from_db()
    assert (theirs.author, theirs.public, theirs.author_name) == ("customer", True, "Mira <mira@example.org>")
    assert Ticket.objects.get().waiting_since == NOW + 2 * HOUR
    clock = Clock.objects.get(metric="next_response", ended_at=None)
    assert clock.started_at == NOW + 2 * HOUR


def test_said_twice_it_counts_once(make: Make, theirs: Message) -> None:
    count(make, theirs)
    before = history(theirs.ticket)

    assert count(make, theirs, hours=4) is False
    assert history(theirs.ticket) == before


@pytest.mark.parametrize("status", [Status.PENDING, Status.RESOLVED])
def test_a_ticket_that_waits_or_rests_comes_back(make: Make, theirs: Message, status: Status) -> None:
    with transaction.atomic():
        ticket_status.set_status(ticket=theirs.ticket, status=status, by=make.agent(), now=NOW + 2 * HOUR)
    count(make, theirs)

    assert Ticket.objects.get().status == Status.OPEN


def test_one_that_has_ended_does_not(make: Make, theirs: Message) -> None:
    with transaction.atomic():
        ticket_status.mark_spam(ticket=theirs.ticket, by=make.agent(), now=NOW + 2 * HOUR)
    with pytest.raises(TicketEnded):
        count(make, theirs)


@pytest.mark.parametrize("author", ["agent", "another ticket's"])
def test_words_of_others_count_for_what_they_are(make: Make, theirs: Message, author: str) -> None:
    message = Message.objects.filter(author="agent").get() if author == "agent" else theirs
    if author != "agent":
        Message.objects.filter(pk=theirs.pk).update(ticket=make.ticket())
        ticket = Ticket.objects.order_by("pk").first()
        assert ticket
        with pytest.raises(NotAThirdPartys), transaction.atomic():
            count_as_the_customers(ticket=ticket, message=theirs, by=make.agent(), now=NOW + 3 * HOUR)
    else:
        with pytest.raises(NotAThirdPartys):
            count(make, message)


def test_the_page_asks_first_shows_it_once_and_lets_no_outsider(
    make: Make, theirs: Message, client: Client
) -> None:
    place = reverse("ticket-message-author", args=[theirs.ticket.reference, theirs.pk])
    client.force_login(make.agent("outsider"))
    assert client.post(place).status_code == 404

    client.force_login(make.agent())
    ticket = reverse("ticket", args=[theirs.ticket.reference])
    assert "This cannot be undone." in client.get(ticket).content.decode()
    page = client.post(place, follow=True).content.decode()

    assert page.count("And if not?") == 1
    assert page.replace("<wbr>", "").count("<bdi>Mira &lt;mira@example.org&gt;</bdi>") == 1
    assert "It counts as the customer" in page
    assert "This cannot be undone." not in page
