"""What a page or a list of the API asks of the database does not grow with its rows: each is read at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.conversation import held_replies
from helpdesk.conversation.inquiries import ask_outside
from helpdesk.conversation.recipients import MailRecipients, Recipient
from helpdesk.conversation.replies import add_note, receive_customer_message, reply_in_public
from helpdesk.database.instant import database_now
from helpdesk.models import (
    Agent,
    Attachment,
    DatabaseHome,
    Mailbox,
    MessageMarkup,
    RawMail,
    RawMailBytes,
    SenderBlock,
    Ticket,
)
from helpdesk.outbox import copied_database
from monitor.promises import defaults
from tests import figures
from tests.helpdesk.api.conftest import Caller
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PAGES: Final = (
    "queue", "board", "delivery", "deliveries-csv", "board-days", "board-tickets", "checklist", "hours",
    "tickets", "new-ticket", "stores", "mailboxes", "set-aside-mail", "blocked-senders", "invitations",
    "security", "hold", "jobs", "preferences",
)  # fmt: skip
ADMIN_PAGES: Final = (
    "helpdesk_agent", "helpdesk_apikey", "helpdesk_customer", "helpdesk_delivery", "helpdesk_deliveryaddress",
    "helpdesk_invitation", "helpdesk_message", "helpdesk_queue", "helpdesk_refusedrequest", "helpdesk_store",
    "helpdesk_ticket", "helpdesk_ticketevent", "helpdesk_wayout", "helpdesk_webhooksubscription",
    "monitor_clock", "monitor_flag", "monitor_news", "monitor_policyversion",
)  # fmt: skip


@pytest.fixture
def admin(make: Make, client: Client) -> Client:
    defaults.ensure_defaults()
    client.force_login(make.agent("admin"))
    return client


def test_a_page_asks_as_much_of_six_stores_as_of_two(make: Make, admin: Client) -> None:
    pages = [*map(reverse, PAGES), *(reverse(f"admin:{name}_changelist") for name in ADMIN_PAGES)]
    copied_database.look(now=database_now())
    figures.begin()
    for number in (1, 2):
        _shop(make, number)
    copied_database.hold(now=database_now())
    figures.fold()
    few = {page: _asked(admin, page) for page in pages}

    for number in range(3, 7):
        _shop(make, number)
    DatabaseHome.objects.update(held_since=database_now())
    figures.fold()

    assert {page: asked for page in pages if (asked := _asked(admin, page)) > few[page]} == {}


def test_a_ticket_asks_as_much_of_many_messages_as_of_few(make: Make, admin: Client) -> None:
    ticket, agent = _shop(make, 1), make.agent("agent1")
    _say_more(ticket, agent, 2)
    caller = Caller(make.key(store=ticket.store)[1])
    page, path = reverse("ticket", args=[ticket.reference]), f"/tickets/{ticket.reference}"
    paths = (path, f"{path}/messages", "/tickets", "/customers")
    few = {page: _asked(admin, page)} | {path: _asked(caller, path) for path in paths}

    for number in range(3, 7):
        _say_more(ticket, agent, number)
        make.ticket(store=ticket.store, now=database_now())

    many = {page: _asked(admin, page)} | {path: _asked(caller, path) for path in paths}
    assert {each: asked for each, asked in many.items() if asked > few[each]} == {}


def _asked(client: Any, address: str) -> int:
    """Return by how many statements it is read, once what is read at first alone is known."""
    client.get(address)
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(address)
        b"".join(answer)
    assert answer.status_code == 200, address
    return len(statements)


def _shop(make: Make, number: int) -> Ticket:
    """Make a store of which every list has rows, and return its ticket."""
    store = make.store(f"Shop {number}", queue=make.queue(f"Team {number}"))
    make.queue(f"Empty {number}")
    agent, mailbox = (
        make.agent(f"agent{number}", queue=store.default_queue),
        make.mailbox(f"help{number}@shop.example", store=store),
    )
    make.webhook("https://shop.example/hook", store=store)
    make.key(store=store)
    asked_at = database_now() - timedelta(hours=3)
    ticket = make.ticket(store=store, now=asked_at, email=f"c{number}@home.example")
    _stop_mail(mailbox, ticket, by=agent)
    _say_more(ticket, agent, number)
    return ticket


def _stop_mail(mailbox: Mailbox, ticket: Ticket, *, by: Agent) -> None:
    """Block a sender, and keep a mail of theirs and one that was set aside."""
    now, store = database_now(), mailbox.store
    block = SenderBlock.objects.create(
        store=store, sender="x@home.example", blocked_at=now, blocked_by=by, ticket=ticket
    )
    for outcome, why in (("set_aside", {"reason": "unreadable"}), ("blocked", {"block": block})):
        came: dict[str, Any] = {"received_at": now, "read_at": now, "size": 1, "outcome": outcome} | why
        mail = RawMail.objects.create(store=store, mailbox=mailbox, digest=outcome.encode(), **came)
        RawMailBytes.objects.create(mail=mail, raw=b"x")


def _say_more(ticket: Ticket, agent: Agent, number: int) -> None:
    """Say one of everything that can be said on a ticket."""
    now = database_now()
    with transaction.atomic():
        reply_in_public(
            ticket=ticket, author=agent, body="Here.", now=now, cc=[Recipient("eve@home.example")]
        )
        dhl = MailRecipients((Recipient(f"dhl{number}@post.example"),))
        ask_outside(ticket=ticket, author=agent, body="Where?", to=dhl, now=now)
        add_note(ticket=ticket, author=agent, body="A note.", now=now)
        said = receive_customer_message(ticket=ticket, body="And?", now=now)
    MessageMarkup.objects.create(message=said, html="<b>And?</b>")
    given: dict[str, Any] = {"size": 1, "digest": b"x", "given_at": now, "kept_at": now}
    Attachment.objects.create(
        store=ticket.store, message=said, name="x", path=f"{ticket.pk}-{number}", **given
    )
    held_replies.hold(
        ticket=ticket, author=agent, body="Yes.", then="keep_open", external_id=f"page:{number}", now=now
    )
