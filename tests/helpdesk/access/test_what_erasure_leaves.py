"""Whoever is erased stands nowhere any more: in no table that hangs on them, and in none that tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction

from helpdesk.access.erasure import erase_customer, make_anonymous
from helpdesk.conversation.inquiries import ask_outside
from helpdesk.conversation.recipients import MailRecipients, Recipient
from helpdesk.conversation.replies import reply_in_public
from helpdesk.input.visible_text import isolated
from helpdesk.models import (
    Attachment,
    Author,
    Customer,
    Draft,
    DraftKind,
    HeldReply,
    Inquiry,
    Job,
    JobError,
    Mailbox,
    MailedReply,
    MailId,
    Message,
    MessageMarkup,
    MessageParty,
    RawMail,
    RawMailBytes,
    SavedView,
    SenderBlock,
    TeamNote,
)
from helpdesk.search import search_rows
from helpdesk.tickets.assignment import AlreadyTaken
from monitor.models import BreachCause, Excusal
from tests.helpdesk.mail.filing.post import MIRA, mail, post
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ZELDA: Final = "zelda@home.example"

SAY_NOTHING: Final = {
    "Attachment.content_type": "found in its bytes",
    "Attachment.digest": "of its bytes, until they are swept",
    "Attachment.infection": "the scanner's word for it",
    "Attachment.path": "chosen by us",
    "Clock.basis": "a name of ours",
    "Clock.breach_kind": "a name of ours",
    "Flag.metric": "a name of ours",
    "Flag.noticed_by": "a name of ours",
    "Flag.withdrawn_reason": "a name of ours",
    "Clock.substantive_outcome": "a name of ours",
    "HidingAct.act": "a name of ours",
    "HidingAct.metric": "a name of ours",
    "KeptFold.checkpoint": "instants and numbers",
    "RawMail.digest": "by which the same bytes are known",
    "Receipt.language": "a tag",
    "Standing.environment": "a name of ours",
    "Standing.status": "a name of ours",
    "Ticket.channel": "tickets are counted by it",
    "Ticket.language": "tickets are counted by it",
    "Ticket.reference": "by which events are found",
    "Ticket.tags": "tickets are counted by them",
    "Ticket.tier": "its promises were made for it",
    "TicketEvent.last_error": "why a relay failed",
    "TicketEvent.payload": "codes and numbers",
}
"""Columns of what hangs on a customer that may stay; whoever adds one says here why, or has it emptied."""


@pytest.fixture
def zelda(make: Make) -> Customer:
    """Somebody of whom every table that could tell of them has a row."""
    mailbox, agent = make.mailbox(), make.agent()
    ticket = make.ticket(email=ZELDA, order={"id": "o-1"}, external_id="o-1")
    reply = reply_in_public(ticket=ticket, author=agent, body="Here it is.", now=NOW)
    asked = ticket.messages.get(author=Author.CUSTOMER)
    _come_by_mail(asked, mailbox)
    MailedReply.objects.filter(message=reply).update(said="550 unknown")
    Inquiry.objects.create(letter=reply, ticket=ticket, name="x", address_key="x", asked_at=NOW)
    HeldReply.objects.create(ticket=ticket, author=agent, sent_at=NOW, leaves_at=NOW, refused_at=NOW)
    SenderBlock.objects.create(store=ticket.store, sender=ZELDA, blocked_at=NOW, blocked_by=agent, until=NOW)
    written = {"body": "Dear Zelda", "token": uuid4(), "page": uuid4(), "nth": 1}
    Draft.objects.create(
        ticket=ticket, author=agent, kind=DraftKind.COMPOSER, begun_at=NOW, saved_at=NOW, **written
    )
    TeamNote.objects.create(queue=ticket.store.default_queue, message=reply, kept_by=agent, kept_at=NOW)
    given: dict[str, Any] = {"size": 1, "digest": b"x", "given_at": NOW, "kept_at": NOW, "path": "x"}
    Attachment.objects.create(store=ticket.store, message=asked, **given)
    promise: dict[str, Any] = {"ticket": ticket, "metric": "first_response", "start_seq": 1}
    BreachCause.objects.create(**promise, words="x", named_at=NOW, named_by=agent)
    Excusal.objects.create(**promise, reason="x", excused_at=NOW, excused_by=agent)
    search_rows.write([ticket.pk])
    return ticket.customer


def _come_by_mail(asked: Message, mailbox: Mailbox) -> None:
    came: dict[str, Any] = {"outcome": "opened", "read_at": NOW, "received_at": NOW, "size": 1}
    mail = RawMail.objects.create(
        store=asked.store, mailbox=mailbox, message=asked, digest=b"x", **came, sender_key=ZELDA
    )
    RawMailBytes.objects.create(mail=mail, raw=b"x")
    MailId.objects.create(store=asked.store, value="x", ticket=asked.ticket, message=asked)
    MessageMarkup.objects.create(message=asked, html="x")
    MessageParty.objects.create(message=asked, role="cc", address="x", address_key="x")


def test_nothing_that_hangs_on_them_says_who_they_were(zelda: Customer) -> None:
    for column in _columns():
        _write_their_name_into(column)

    with transaction.atomic():
        erase_customer(customer=Customer.objects.get(pk=zelda.pk))

    assert list(_rows_that_name("zelda")) == []


def _columns() -> Iterator[models.Field[Any, Any]]:
    for model in _hanging_on_customers():
        for column in model._meta.concrete_fields:  # Django's own door to it
            if _holds_text(column) and f"{model.__name__}.{column.name}" not in SAY_NOTHING:
                yield column


def _hanging_on_customers() -> list[type[models.Model]]:
    found: set[type[models.Model]] = {Customer}
    count = 0
    while len(found) > count:
        count = len(found)
        found |= {model for model in apps.get_models() if _refers(model) & found}
    return sorted(found, key=lambda model: model.__name__)


def _refers(model: type[models.Model]) -> set[Any]:
    fields = model._meta.concrete_fields  # Django's own door to it
    return {field.related_model for field in fields if field.is_relation}


def _holds_text(column: models.Field[Any, Any]) -> bool:
    held = column.base_field if isinstance(column, ArrayField) else column
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    return isinstance(held, kinds) and not held.choices


def _write_their_name_into(column: models.Field[Any, Any]) -> None:
    rows = list(column.model._base_manager.all())  # all of them
    assert rows, f"there is nothing of {column.model.__name__} to be erased"
    if column in (Customer._meta.get_field("email_key"), SenderBlock._meta.get_field("sender")):
        return  # by which they are found
    for row in rows:
        type(row)._base_manager.filter(pk=row.pk).update(**{column.name: _naming(column, row.pk)})


def _naming(column: models.Field[Any, Any], number: object) -> Any:
    match column:
        case ArrayField():
            return [ZELDA]
        case models.JSONField():
            return {"said": ZELDA}
        case models.BinaryField():
            return ZELDA.encode()
    return f"{ZELDA} {number}"[: column.max_length]


def _rows_that_name(word: str) -> Iterator[str]:
    """Yield of all tables there are which rows have the word somewhere."""
    for model in apps.get_models():
        for row in model._base_manager.values():  # all of them
            told = {
                name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()
            }
            if word in repr(told).lower():
                yield f"{model.__name__}: {told}"


@pytest.fixture
def on_another_ticket(make: Make, zelda: Customer) -> Message:
    """What Zelda wrote into somebody else's conversation, in which she was asked something and got a copy."""
    store, agent = zelda.store, make.agent()
    post(store, mail(by=MIRA, mid="mira@example.org"))
    filed = post(
        store, mail("Here.", by=f"Zelda <{ZELDA}>", mid="z@home.example", answers=["mira@example.org"])
    )
    assert filed.message is not None
    assert "Zelda" in filed.message.author_name
    ticket = filed.message.ticket
    with transaction.atomic():
        ask_outside(
            ticket=ticket,
            author=agent,
            body="Is it?",
            to=MailRecipients((Recipient(ZELDA, "Zelda"),)),
            now=NOW,
        )
    reply_in_public(ticket=ticket, author=agent, body="Yes.", now=NOW, cc=[Recipient(ZELDA, "Zelda")])
    told = f"{ZELDA}: 550 unknown"
    MailedReply.objects.filter(message__ticket=ticket).update(said=told)
    return filed.message


def test_nor_does_what_hangs_on_others(zelda: Customer, on_another_ticket: Message) -> None:
    with transaction.atomic():
        erase_customer(customer=zelda)

    assert list(_rows_that_name("zelda")) == []
    on_another_ticket.refresh_from_db()
    assert on_another_ticket.body == "Here."
    assert Customer.objects.filter(name="Mira").exists()


def test_nor_does_a_list_that_somebody_kept(make: Make, zelda: Customer) -> None:
    Customer.objects.filter(pk=zelda.pk).update(name="Zelda Quist")
    kept = {"environment": "live", "page": "search", "agent": make.agent()}
    SavedView.objects.create(name="Hers", query="q=Zelda%40home.example&status=open", **kept)
    SavedView.objects.create(name="Of zelda quist", query="", queue=make.queue(), **kept)
    SavedView.objects.create(name="Home", query="q=at+home", **kept)

    with transaction.atomic():
        erase_customer(customer=Customer.objects.get(pk=zelda.pk))

    assert [view.name for view in SavedView.objects.all()] == ["Home"]


def test_nor_does_a_note_that_says_their_address_though_it_was_made_of_an_answer_to_others(
    make: Make, zelda: Customer
) -> None:
    reply = reply_in_public(
        ticket=make.ticket(email="eve@example.org"), author=make.agent(), body="Ask.", now=NOW
    )
    kept = {"queue": make.queue(), "message": reply, "kept_by": make.agent(), "kept_at": NOW}
    TeamNote.objects.create(title="Whom to ask", body=f"Ask {ZELDA.title()}.", **kept)
    other = TeamNote.objects.create(title="Whom else to ask", body="Ask Eve.", **kept)

    with transaction.atomic():
        erase_customer(customer=zelda)

    assert list(TeamNote.objects.exclude(title="")) == [other]


def test_nor_does_what_could_not_be_done_to_the_ticket_of_an_agent_who_became_a_number(make: Make) -> None:
    owner = make.agent()
    job = Job.objects.create(kind="bulk", asked_by=make.agent("colleague"), asked_at=NOW)
    why = str(AlreadyTaken(agent=isolated(str(owner))))
    JobError.objects.create(job=job, what="T-1", why=why)
    SavedView.objects.create(name="Owner's", agent=owner, environment="live", page="queue")

    with transaction.atomic():
        make_anonymous(agent=owner, now=NOW)

    assert list(_rows_that_name("owner's")) == []
    assert JobError.objects.get().why == f"\u2068№ {owner.pk}\u2069 already has this ticket."


def test_nor_does_mail_name_an_agent_who_became_a_number(make: Make) -> None:
    owner, shop = make.agent(), make.store()
    thread = ["mira@example.org"]
    post(shop, mail(by=MIRA, mid="mira@example.org"))
    post(
        shop,
        mail("And now?", by=MIRA, mid="more@example.org", answers=thread, Cc="Owner <Owner@example.com>"),
    )
    post(shop, mail("Look.", by="Owner <owner@example.com>", mid="o@example.com", answers=thread))
    assert MessageParty.objects.filter(address_key="owner@example.com").count() == 2

    with transaction.atomic():
        make_anonymous(agent=owner, now=NOW)

    assert [row for row in _rows_that_name("owner") if not row.startswith("RawMailBytes")] == []
