"""For a few seconds after *Send* a reply that leaves by mail can be taken back: nothing was said then."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from helpdesk.access.erasure import erase_customer
from helpdesk.conversation import held_replies
from helpdesk.conversation.held_replies import HasLeft
from helpdesk.conversation.replies import receive_customer_message
from helpdesk.database.instant import database_now
from helpdesk.mail import mailbox_removal
from helpdesk.models import (
    Agent,
    Attachment,
    Customer,
    HeldReply,
    Mailbox,
    MailedReply,
    Message,
    Status,
    Ticket,
    TicketEvent,
)
from helpdesk.tickets import merging, ticket_attributes, ticket_status
from helpdesk.tickets.opening.new_ticket import NewCustomer
from monitor.alarms import flags
from monitor.clock.metrics import Metric
from monitor.models import Clock
from tests.helpdesk.api.conftest import Caller, told
from tests.make import Make

SECONDS = timedelta(seconds=10)


def let_go(after: timedelta = SECONDS) -> datetime:
    """Do what the task does so long after the latest *Send*; return when that was."""
    sent_at = HeldReply.objects.latest("sent_at").sent_at
    held_replies.let_go(now=sent_at + after, limit=10)
    return sent_at


def undo(client: Client, ticket: Ticket, number: int | None = None) -> Any:
    number = number or HeldReply.objects.latest("pk").pk
    return client.post(reverse("ticket-held-reply", args=[ticket.reference, number]), follow=True)


def replies() -> list[str]:
    return list(Message.objects.filter(author="agent").order_by("pk").values_list("body", flat=True))


@pytest.mark.django_db
def test_nothing_is_said_before_its_seconds_are_over(asked: Ticket, send: Callable[..., Any]) -> None:
    page = send().content.decode()

    assert replies() == []
    assert re.search(r"leaving in ([1-9]|10)\ssec", page)
    assert "Undo: take it back" in page
    asked.refresh_from_db()
    assert (asked.status, asked.assignee, MailedReply.objects.count()) == (Status.NEW, None, 0)
    held_replies.let_go(now=HeldReply.objects.get().sent_at + timedelta(seconds=9.9), limit=10)
    assert replies() == []


@pytest.mark.django_db
def test_then_it_is_said_as_of_when_it_was_sent(asked: Ticket, send: Callable[..., Any]) -> None:
    send()
    sent_at = let_go()

    message = Message.objects.get(author="agent")
    asked.refresh_from_db()
    assert (message.sent_at, message.received_at) == (sent_at, sent_at + SECONDS)
    assert (asked.status, asked.waiting_since) == (Status.PENDING, None)
    assert (MailedReply.objects.get().message, HeldReply.objects.count()) == (message, 0)
    clock = Clock.objects.get(ticket=asked, metric=Metric.FIRST_RESPONSE)
    assert clock.ended_at == sent_at


@pytest.mark.django_db
def test_taken_back_it_stands_in_the_composer_and_was_never_said(
    client: Client, asked: Ticket, send: Callable[..., Any]
) -> None:
    events = TicketEvent.objects.count()
    send("Sorry, <wrong> customer.")

    page = undo(client, asked).content.decode()

    assert "Sorry, &lt;wrong&gt; customer.</textarea>" in page
    assert "Taken back" in page
    assert (HeldReply.objects.count(), TicketEvent.objects.count(), replies()) == (0, events, [])


@pytest.mark.django_db
def test_files_and_copies_wait_with_it_and_come_back_with_it(
    client: Client, asked: Ticket, send: Callable[..., Any]
) -> None:
    file = SimpleUploadedFile("label.txt", b"Label")
    send(files=[file], cc="Ana <ana@home.example>")
    page = undo(client, asked).content.decode()

    kept = Attachment.objects.get()
    assert "label.txt" in page
    assert "ana@home.example" in page
    send(attachments=[kept.pk], cc="Ana <ana@home.example>")
    let_go()

    message = Message.objects.get(author="agent")
    assert list(message.attachments.all()) == [kept]
    assert set(message.parties.values_list("address", flat=True)) == {"jon@home.example", "ana@home.example"}


@pytest.mark.django_db
def test_a_slip_mended_is_sent_once(client: Client, asked: Ticket, send: Callable[..., Any]) -> None:
    send("Helo.")
    undo(client, asked)
    send("Hello.")
    let_go()

    assert replies() == ["Hello."]


@pytest.mark.django_db
def test_what_has_left_is_not_taken_back_and_that_is_said(
    client: Client, asked: Ticket, send: Callable[..., Any]
) -> None:
    send()
    number = HeldReply.objects.get().pk
    let_go()

    page = undo(client, asked, number).content.decode()

    assert "cannot be taken back any more" in page
    assert replies() == ["Here it is."]


@pytest.mark.django_db
def test_what_is_refused_is_refused_at_once(asked: Ticket, send: Callable[..., Any]) -> None:
    seen = asked.last_seq
    receive_customer_message(ticket=asked, body="And another thing", now=database_now())

    assert send(seen_seq=seen).status_code == 409
    assert not HeldReply.objects.exists()


@pytest.mark.django_db
def test_on_a_ticket_that_has_ended_meanwhile_it_waits_for_its_author(
    make: Make, client: Client, asked: Ticket, send: Callable[..., Any]
) -> None:
    send()
    ticket_status.close(ticket=asked, by=make.agent("colleague"), now=database_now())
    let_go()
    let_go(timedelta(minutes=5))

    page = client.get(reverse("ticket", args=[asked.reference])).content.decode()
    assert replies() == []
    assert "Not sent" in page
    assert "Put it back into the composer" in page
    assert "Here it is." in undo(client, asked).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["removed", "only watches", "another customer"])
def test_where_nothing_leaves_any_more_it_waits_for_its_author_and_answers_nobody(
    make: Make, asked: Ticket, mailbox: Mailbox, send: Callable[..., Any], change: str
) -> None:
    send()
    match change:
        case "removed":
            mailbox_removal.remove(mailbox)
        case "only watches":
            Mailbox.objects.update(mode="watch")
        case _:
            Customer.objects.filter(pk=asked.customer_id).update(email="", email_key=None)

    let_go()

    asked.refresh_from_db()
    assert (replies(), asked.waiting_since is None) == ([], False)
    assert HeldReply.objects.get().why == "Answers to this customer do not leave by mail any more."


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["merged", "changed"])
def test_what_was_written_to_one_customer_never_goes_to_another(
    make: Make, asked: Ticket, send: Callable[..., Any], how: str
) -> None:
    send()
    now, by = database_now(), make.agent("colleague")
    with transaction.atomic():
        if how == "merged":
            merging.merge(ticket=asked, into=make.ticket(now=now, email="eve@home.example"), by=by, now=now)
        else:
            eve = NewCustomer(email="eve@home.example")
            ticket_attributes.change_customer(ticket=asked, customer=eve, by=by, now=now)
    let_go()

    assert (replies(), MailedReply.objects.exists()) == ([], False)
    assert HeldReply.objects.get().why.startswith("The customer is another one")


@pytest.mark.django_db
def test_merged_into_another_ticket_of_theirs_it_is_said_there(
    make: Make, asked: Ticket, send: Callable[..., Any]
) -> None:
    send()
    now = database_now()
    other = make.ticket(now=now, email="Jon@home.example")
    with transaction.atomic():
        merging.merge(ticket=asked, into=other, by=make.agent("colleague"), now=now)
    let_go()

    assert Message.objects.get(author="agent").ticket == other


@pytest.mark.django_db
def test_colleagues_see_it_and_cannot_take_it_back_and_outsiders_see_nothing(
    make: Make, client: Client, asked: Ticket, send: Callable[..., Any]
) -> None:
    send()
    address = reverse("ticket", args=[asked.reference])
    client.force_login(make.agent("colleague"))
    page = client.get(address).content.decode()

    assert ("leaving in" in page, "Undo: take it back" in page) == (True, False)
    undo(client, asked)
    client.force_login(make.agent("outsider"))
    assert undo(client, asked).status_code == 404
    assert HeldReply.objects.count() == 1


@pytest.mark.django_db
def test_a_number_of_another_ticket_is_not_there(
    make: Make, client: Client, asked: Ticket, send: Callable[..., Any]
) -> None:
    send()

    assert "cannot be taken back" in undo(client, make.ticket()).content.decode()
    assert HeldReply.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_held_where_none_is_wanted_or_nothing_leaves_by_mail(
    asked: Ticket, send: Callable[..., Any], settings: Any
) -> None:
    settings.HOLD_REPLIES = timedelta()
    send("At once.")
    settings.HOLD_REPLIES = SECONDS
    send("A note.", mode="note", then="note")
    Mailbox.objects.all().delete()
    send("By other ways.")

    assert (replies(), HeldReply.objects.count()) == (["At once.", "A note.", "By other ways."], 0)


@pytest.mark.django_db
@pytest.mark.parametrize(("usual", "own", "held"), [(10, 0, None), (10, 25, 25), (0, 5, 5), (10, None, 10)])
def test_each_agent_has_the_seconds_that_they_prefer(
    make: Make, send: Callable[..., Any], settings: Any, usual: int, own: int | None, held: int | None
) -> None:
    settings.HOLD_REPLIES = timedelta(seconds=usual)
    Agent.objects.filter(pk=make.agent().pk).update(hold_seconds=own)
    send()

    waits = [(one.leaves_at - one.sent_at).total_seconds() for one in HeldReply.objects.all()]
    assert waits == ([] if held is None else [held])


@pytest.mark.django_db
def test_replies_by_the_api_are_not_held(make: Make, asked: Ticket) -> None:
    make.agent()
    said = {"body": "Here.", "author": {"kind": "agent", "agent": "owner@example.com"}}

    answer = told(Caller(make.key()[1]).post(f"/tickets/{asked.reference}/messages", said))

    assert answer["message"]["delivery"]["state"] == "leaving"
    assert replies() == ["Here."]


@pytest.mark.django_db
def test_no_alarm_rings_over_a_reply_that_is_held(asked: Ticket, send: Callable[..., Any]) -> None:
    send()
    held = HeldReply.objects.get()
    Clock.objects.filter(ticket=asked).update(breach_at=held.sent_at, rings_at=held.sent_at)

    assert flags.raise_due(now=held.sent_at + timedelta(seconds=9), limit=10, noticed_by="worker") == 0
    HeldReply.objects.all().delete()
    assert flags.raise_due(now=held.sent_at + timedelta(seconds=9), limit=10, noticed_by="worker") > 0


@pytest.mark.django_db
def test_what_cannot_be_said_for_minutes_is_its_author_s_again_and_alarms_ring(
    asked: Ticket, send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **given: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(held_replies, "answer_or_ask", fail)
    send()
    sent_at = let_go()
    let_go(timedelta(minutes=4))
    assert HeldReply.objects.get().refused_at is None

    let_go(timedelta(minutes=5))

    held = HeldReply.objects.get()
    assert (held.refused_at, held.why) == (
        sent_at + timedelta(minutes=5),
        "Something went wrong here: it was not sent.",
    )
    assert replies() == []
    Clock.objects.filter(ticket=asked).update(breach_at=sent_at, rings_at=sent_at)
    assert flags.raise_due(now=sent_at + timedelta(minutes=5), limit=10, noticed_by="worker") > 0


@pytest.mark.django_db
def test_whoever_erases_a_customer_erases_what_was_to_be_said(
    asked: Ticket, send: Callable[..., Any]
) -> None:
    send()
    erase_customer(customer=asked.customer)

    assert not HeldReply.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_taken_back_as_it_leaves_one_of_both_happens(make: Make, mailbox: Mailbox) -> None:
    ticket, author = make.ticket(email="jon@home.example"), make.agent()
    for _ in range(10):
        held = held_replies.hold(
            ticket=ticket,
            author=author,
            now=database_now(),
            body="Here.",
            then="keep_open",
            external_id=f"page:{uuid4()}",
        )
        taken = _race(held, author)

        written = Message.objects.filter(external_id=held.external_id).count()
        assert (written, taken) in ((1, 0), (0, 1))
        assert not HeldReply.objects.exists()


def _race(held: HeldReply, author: Agent) -> int:
    start, taken = Barrier(2), []

    def take() -> None:
        start.wait()
        try:
            with transaction.atomic():
                taken.append(held_replies.take_back(ticket=held.ticket, number=held.pk, by=author))
        except HasLeft:
            pass
        connection.close()

    def leave() -> None:
        start.wait()
        held_replies.let_go(now=held.leaves_at, limit=10)
        connection.close()

    racers = [Thread(target=take), Thread(target=leave)]
    for one in racers:
        one.start()
    for one in racers:
        one.join()
    held_replies.let_go(now=held.leaves_at, limit=10)
    return len(taken)
