"""What happens in a conversation is told to webhooks that ask for it, each fact by a message of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from helpdesk.access.erasure import erase_customer
from helpdesk.conversation import replies
from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.bounces import ToldBounce, take_back_bounced
from helpdesk.conversation.outside_answers import take_in_answer
from helpdesk.models import Author, WebhookFact, WebhookKind
from helpdesk.tickets import assignment, ticket_status
from helpdesk.tickets.opening import opening
from helpdesk.webhooks.told_conversation import LONGEST_TEXT
from tests.helpdesk.desk import statements
from tests.helpdesk.webhooks.conftest import Told, minute, types
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

LetOut = Callable[..., Told]


@pytest.fixture(autouse=True)
def in_one_transaction() -> Any:
    with transaction.atomic():
        yield


def test_a_conversation_is_told_in_its_order(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver)
    ticket = make.ticket(external_id="shop-1", customer={"external_id": "c_7", "email": "jon@example.com"})
    said = replies.reply_in_public(
        ticket=ticket, author=make.agent(), body="Tomorrow.", now=minute(1), then=AfterReply.WAIT
    )
    replies.receive_customer_message(ticket=ticket, body="Thanks!", now=minute(2), external_id="m-2")
    take_back_bounced(ticket=ticket, message=said, now=minute(3), told=ToldBounce("550 gone"))

    told = let_out()

    assert types(told) == [
        "ticket.opened",
        "message.received",
        "ticket.status_changed",
        "message.sent",
        "message.received",
        "ticket.status_changed",
        "message.bounced",
    ]
    assert [one["data"]["sequence"] for one in told] == [1, 2, 3, 4, 5, 6, 7]
    assert told[0]["data"]["ticket"] == {
        "reference": ticket.reference,
        "external_id": "shop-1",
        "customer": "c_7",
        "subject": ticket.subject,
        "status": "new",
    }
    assert (told[2]["data"]["was"], told[2]["data"]["ticket"]["status"]) == ("new", "pending")
    sent, bounced = told[3]["data"]["message"], told[6]["data"]["message"]
    assert (sent["id"], sent["text"], sent["author"], sent["name"]) == (
        str(said.pk), "Tomorrow.", "agent", "Shop",
    )  # fmt: skip
    assert (bounced["id"], bounced["bounce_reason"]) == (sent["id"], "550 gone")
    assert (told[4]["data"]["message"]["external_id"], told[4]["environment"]) == ("m-2", "live")


def test_a_store_without_a_webhook_costs_no_row(make: Make, receiver: str) -> None:
    make.webhook(receiver, store=make.store("Another shop"))
    replies.reply_in_public(ticket=make.ticket(), author=make.agent(), body="Here.", now=NOW)

    assert not WebhookFact.objects.exists()


def test_each_webhook_is_told_the_kinds_that_it_asks_for_by_a_sequence_of_its_own(
    make: Make, receiver: str, let_out: LetOut
) -> None:
    make.webhook(receiver, kinds=[WebhookKind.MESSAGE_RECEIVED])
    make.webhook(receiver, kinds=[WebhookKind.MESSAGE_SENT, WebhookKind.MESSAGE_RECEIVED])
    ticket = make.ticket()
    replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=minute(1))
    replies.receive_customer_message(ticket=ticket, body="Thanks!", now=minute(2))

    told = sorted((one["type"], one["data"]["sequence"]) for one in let_out())

    assert told == [
        ("message.received", 1), ("message.received", 1), ("message.received", 2), ("message.received", 3),
        ("message.sent", 2),
    ]  # fmt: skip


def test_notes_and_third_parties_leave_only_where_they_are_asked_for(
    make: Make, receiver: str, let_out: LetOut
) -> None:
    make.webhook(receiver)
    asked_for = make.webhook(receiver, kinds=[WebhookKind.MESSAGE_NOTED])
    ticket = make.ticket()
    replies.add_note(ticket=ticket, author=make.agent(), body="He is cross.", now=minute(1))
    replies.add_note(
        ticket=ticket, author=None, otherwise=Author.THIRD_PARTY, author_name="dhl@courier.example",
        body="Lost it.", now=minute(2),
    )  # fmt: skip
    replies.answer_elsewhere(ticket=ticket, by=make.agent(), way="phone", body="Told him.", now=minute(3))

    told = let_out()

    noted = [one["data"]["message"] for one in told if one["type"] == "message.noted"]
    assert [(one["author"], one["text"], one["way"], one["outside"]) for one in noted] == [
        ("agent", "He is cross.", None, False),
        ("third_party", "Lost it.", None, True),
        ("agent", "Told him.", "phone", False),
    ]
    assert WebhookFact.objects.filter(subscription=asked_for).count() == len(noted)
    assert not [one for one in told if "cross" in str(one) and one["type"] != "message.noted"]


def test_what_another_program_has_sent_was_sent(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver, kinds=[WebhookKind.MESSAGE_SENT])
    take_in_answer(ticket=make.ticket(), by=make.agent(), body="Here.", now=minute(2), sent_at=minute(1))

    [told] = let_out()

    assert (told["data"]["message"]["way"], told["data"]["message"]["text"]) == ("mail", "Here.")


def test_nobody_s_name_login_or_address_leaves_unless_set(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver, kinds=WebhookKind.values)
    agent = make.agent("mira")
    ticket = make.ticket(customer={"email": "jon@example.com", "name": "Jon Doe"})
    assignment.claim(ticket=ticket, by=agent, now=minute(1))
    replies.add_note(ticket=ticket, author=agent, body="A note.", now=minute(1))
    replies.reply_in_public(ticket=ticket, author=agent, body="Here.", now=minute(2))

    told = str(let_out()).lower()

    assert [word for word in ("mira", "jon", "@") if word in told] == []


def test_real_names_leave_where_the_webhook_says_so(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver, agent_names=True, kinds=[WebhookKind.MESSAGE_SENT])
    replies.reply_in_public(ticket=make.ticket(), author=make.agent("mira"), body="Here.", now=minute(1))

    [told] = let_out()

    assert told["data"]["message"]["name"] == "Mira"
    assert "@" not in str(told)


def test_who_speaks_for_a_mailbox_is_called_as_it_is(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver, kinds=[WebhookKind.MESSAGE_NOTED])
    make.mailbox(public_name="Shop Care")
    replies.add_note(ticket=make.ticket(), author=make.agent(), body="Hm.", now=minute(1))

    [told] = let_out()

    assert told["data"]["message"]["name"] == "Shop Care"


def test_machines_and_history_tell_nothing(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver, kinds=WebhookKind.values)
    old = make.ticket(imported=True, occurred_at=minute(-9000))
    replies.reply_in_public(
        ticket=old, author=make.agent(), body="Long ago.", now=NOW, sent_at=minute(-8000), imported=True
    )
    ticket_status.resolve(ticket=old, by=make.agent(), now=NOW, occurred_at=minute(-7000), imported=True)
    assert let_out() == []

    ticket = make.ticket()
    replies.receive_customer_message(ticket=ticket, body="I am away", now=minute(1), automatic=True)
    receipt = replies.send_automatically(ticket=ticket, body="We got it", now=minute(2))
    take_back_bounced(ticket=ticket, message=receipt, now=minute(3))

    assert types(let_out()) == ["ticket.opened", "message.received"]


def test_a_long_text_is_cut_and_says_so(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver, kinds=[WebhookKind.MESSAGE_RECEIVED])
    make.ticket(body="ß" * (LONGEST_TEXT + 1))
    make.ticket(body="ß" * LONGEST_TEXT)

    long, short = [one["data"]["message"] for one in let_out()]

    assert (len(long["text"]), long["truncated"]) == (LONGEST_TEXT, True)
    assert (len(short["text"]), short["truncated"]) == (LONGEST_TEXT, False)


def test_what_was_erased_before_it_left_is_not_told(make: Make, receiver: str, let_out: LetOut) -> None:
    make.webhook(receiver, kinds=[WebhookKind.MESSAGE_RECEIVED])
    ticket = make.ticket(body="My secret.")
    erase_customer(customer=ticket.customer)

    [told] = let_out()

    assert told["data"]["message"]["text"] == ""


def test_a_follow_up_is_a_ticket_opened_and_a_message_received(
    make: Make, receiver: str, let_out: LetOut
) -> None:
    make.webhook(receiver)
    ticket = make.ticket()
    ticket_status.close(ticket=ticket, by=make.agent(), now=minute(1))
    said = replies.receive_customer_message(ticket=ticket, body="Once more", now=minute(2))

    told = let_out()

    new = [one for one in told if one["data"]["ticket"]["reference"] == said.ticket.reference]
    assert types(new) == ["ticket.opened", "message.received"]
    assert new[1]["data"]["message"]["text"] == "Once more"


def test_a_batch_is_written_by_one_statement(make: Make, receiver: str) -> None:
    make.webhook(receiver)
    store = make.store()

    def cost(number: int) -> int:
        shapes = [make.shape() for _ in range(number)]
        return statements(lambda: opening.open_tickets(shapes, store=store, now=NOW))

    cost(2)  # what is asked once is known from here on
    assert cost(50) == cost(2)
    assert WebhookFact.objects.filter(sequence=2).count() == 54
