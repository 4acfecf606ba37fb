"""What becomes of a shape that comes in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from django.db import transaction

from helpdesk.database.transaction import NoTransaction
from helpdesk.models import Author, Message, Status, Store, Ticket, TicketEvent
from helpdesk.tickets.membership import NotAMember
from helpdesk.tickets.opening import opening
from helpdesk.tickets.opening.new_ticket import NewTicket
from helpdesk.tickets.opening.opening import Opened, open_tickets
from tests.helpdesk.desk import history, statements
from tests.make import NOW, Make


def open_all(shapes: Sequence[NewTicket], store: Store, now: datetime = NOW) -> list[Opened]:
    return open_tickets(shapes, store=store, now=now)


def test_a_ticket_comes_in_with_its_message_and_its_event(make: Make) -> None:
    ticket = make.ticket(
        external_id="shop-8841",
        subject="Where is my order?",
        body="It was to be here on Monday.",
        priority="high",
        channel="contact_form",
        tags=["wismo", 'q"uo\\te', "wismo"],
        metadata={"page": "/orders"},
        order={"id": "1001", "total": {"amount": "59.90", "currency": "GBP"}},
        customer={"email": "Jon@Example.com", "locale": "en_GB", "tier": "vip"},
    )

    stored = Ticket.objects.get(pk=ticket.pk)
    assert {f.attname: getattr(stored, f.attname) for f in Ticket._meta.concrete_fields} == {
        f.attname: getattr(ticket, f.attname) for f in Ticket._meta.concrete_fields
    }
    assert stored.tags == ["wismo", 'q"uo\\te']
    assert stored.order == {"id": "1001", "total": {"amount": "59.90", "currency": "GBP"}}
    assert (stored.status, stored.language, stored.tier) == (Status.NEW, "en", "vip")
    assert stored.customer.email == "Jon@Example.com"

    message = Message.objects.get(ticket=ticket)
    assert (message.author, message.public, message.sent_at) == (Author.CUSTOMER, True, NOW)
    event = TicketEvent.objects.get(ticket=ticket)
    assert (event.seq, event.kind, event.actor_kind) == (1, "opened", Author.CUSTOMER)
    assert (event.message, event.occurred_at, event.recorded_at) == (message, NOW, NOW)
    assert event.payload == {
        "store": stored.store_id,
        "queue": stored.queue_id,
        "priority": "high",
        "channel": "contact_form",
        "tier": "vip",
        "language": "en",
        "tags": ["wismo", 'q"uo\\te'],
        "initiated_by": "customer",
        "automatic": False,
    }
    assert event.txid > 0


def test_a_thousand_tickets_cost_no_more_statements_than_one(make: Make) -> None:
    store = make.store()
    one = [make.shape(external_id="one")]
    many = [make.shape(external_id=f"many-{n}") for n in range(300)]

    cost = statements(lambda: open_all(one, store))
    assert statements(lambda: open_all(many, store)) == cost <= 5
    assert Ticket.objects.count() == 301


def test_each_shape_of_a_batch_gets_its_own_answer(make: Make) -> None:
    shapes = [
        make.shape(external_id="b"),
        make.shape(occurred_at="9999-12-31T23:59:59Z"),
        make.shape(external_id="a"),
        make.shape(external_id="b", priority="urgent"),
        make.shape(),
    ]

    first, refused, second, repeat, plain = open_all(shapes, make.store())

    assert [one.created for one in (first, refused, second, repeat, plain)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    assert refused.ticket is None
    assert refused.refusal is not None
    assert (refused.refusal.code, refused.refusal.pointer) == ("in-the-future", "/occurred_at")
    assert repeat.ticket == first.ticket
    assert any("priority" in warning for warning in repeat.warnings)
    assert Ticket.objects.count() == 3


def test_an_empty_batch_is_no_work(make: Make) -> None:
    assert open_all([], make.store()) == []


def test_a_repeat_changes_nothing_and_names_what_differs(make: Make) -> None:
    store = make.store()
    shape = make.shape(external_id="x", email="jon@example.com", body="First.", metadata={"a": "1"})
    [first] = open_all([shape], store)
    again = make.shape(
        external_id="x",
        subject=shape.subject,
        customer={"email": "JON@example.com", "name": "Jonathan"},
        body="Second.",
        metadata={"a": "2"},
        order={"id": "7"},
    )

    stamp = Ticket.objects.get().updated_at
    [repeat] = open_all([again], store, NOW + timedelta(hours=1))

    assert repeat.ticket == first.ticket
    assert not repeat.created
    assert [warning.split()[0] for warning in repeat.warnings] == ["message.body", "metadata", "order"]
    assert first.ticket is not None
    stored = Ticket.objects.get()
    assert (stored.updated_at, stored.metadata, stored.customer.name) == (stamp, {"a": "1"}, "")


def test_a_repeat_is_compared_with_what_was_said_at_first(make: Make) -> None:
    store = make.store()
    shape = make.shape(external_id="x", occurred_at=NOW.isoformat())
    open_all([shape], store)
    Ticket.objects.update(priority="urgent", tags=["escalated"])

    [repeat] = open_all([shape], store, NOW + timedelta(days=2))

    assert repeat.warnings == []


def test_two_stores_may_use_the_same_external_id(make: Make) -> None:
    make.ticket(external_id="x")
    make.ticket(external_id="x", store=make.store("Other shop"))

    assert Ticket.objects.count() == 2


def test_a_ticket_without_a_subject_takes_the_beginning_of_its_message(make: Make) -> None:
    ticket = make.ticket(subject=None, body="\n Hello,\nwhere is it?" + "!" * 200)

    assert ticket.subject.startswith("Hello, where is it?")
    assert len(ticket.subject) <= 80


def test_a_subject_stays_on_its_line(make: Make) -> None:
    assert make.ticket(subject="Hi\r\nBcc: all@example.com").subject == "Hi  Bcc: all@example.com"


@pytest.mark.parametrize("ago", [timedelta(hours=60), timedelta(days=400)])
def test_clocks_start_when_the_customer_asked_however_late_we_heard(make: Make, ago: timedelta) -> None:
    asked = NOW - ago
    ticket = make.ticket(occurred_at=asked.isoformat())

    assert (ticket.occurred_at, ticket.received_at) == (asked, NOW)
    assert ticket.waiting_since == ticket.unacknowledged_since == asked
    assert TicketEvent.objects.get().occurred_at == ticket.last_event_at == asked
    assert Message.objects.get().sent_at == asked


def test_imported_history_keeps_its_times(make: Make) -> None:
    asked = NOW - timedelta(days=300)
    make.ticket(occurred_at=asked.isoformat(), imported=True)

    event = TicketEvent.objects.get()
    assert (event.occurred_at, event.imported) == (asked, True)


def test_a_clock_that_goes_a_little_ahead_is_taken_as_now(make: Make) -> None:
    assert make.ticket(occurred_at=(NOW + timedelta(minutes=4)).isoformat()).occurred_at == NOW


@pytest.mark.parametrize("ahead", [timedelta(minutes=5, seconds=1), timedelta(hours=24)])
def test_a_clock_that_goes_further_ahead_is_taken_as_now_and_told(make: Make, ahead: timedelta) -> None:
    [opened] = open_all([make.shape(occurred_at=(NOW + ahead).isoformat())], make.store())

    assert opened.ticket is not None
    assert opened.ticket.occurred_at == NOW
    assert [warning.split()[0] for warning in opened.warnings] == ["/occurred_at"]


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (NOW + timedelta(hours=24, seconds=1), "in-the-future"),
        (datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12))), "in-the-future"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "bad-time"),
        (datetime(1969, 12, 31, tzinfo=UTC), "bad-time"),
        (datetime(2026, 3, 9), "bad-time"),  # noqa: DTZ001 (a naive time is the point)
    ],
)
def test_an_impossible_time_is_refused(make: Make, moment: datetime, code: str) -> None:
    shape = msgspec.structs.replace(make.shape(), occurred_at=moment)

    [opened] = open_all([shape], make.store())

    assert opened.refusal is not None
    assert (opened.refusal.code, opened.refusal.pointer, opened.refusal.status) == (code, "/occurred_at", 422)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"message": {"body": "Out of office", "automatic": True}}, "/message/automatic"),
    ],
)
def test_what_no_schema_can_state_is_refused_at_its_place(
    make: Make, fields: dict[str, object], pointer: str
) -> None:
    [opened] = open_all([make.shape(**fields)], make.store())

    assert opened.refusal is not None
    assert opened.refusal.pointer == pointer
    assert str(opened.refusal)


@pytest.mark.parametrize(
    "fields",
    [
        {"body": ""},
        {"body": "nul \0 byte"},
        {"subject": "half \ud800 character"},
        {"external_id": ""},
        {"external_id": 7},
        {"external_id": 7.0},
        {"priority": "asap"},
        {"channel": "Contact Form"},
        {"metadata": {"n": 1}},
        {"occurred_at": "2026-03-09T15:00:00"},
        {"email": "nobody"},
        {"email": "two words@example.com"},
        {"email": "a@b@c"},
        {"email": "<jon@x.example>"},
        {"email": "jon@x.example,ann@x.example"},
        {"external_id": " outer blanks "},
        {"order": {"id": "1", "total": {"amount": "1e9", "currency": "GBP"}}},
        {"order": {"id": "1", "total": {"amount": "1", "currency": "pounds"}}},
    ],
)
def test_a_shape_says_no_by_itself(make: Make, fields: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        make.shape(**fields)


@pytest.mark.parametrize(
    "email", ["o'neil+tag@sub.example.co.uk", "用户@例え.jp", '"a@b"@example.com', "x@localhost"]
)
def test_an_unusual_address_is_an_address(make: Make, email: str) -> None:
    assert make.ticket(email=email).customer.email == email


def test_an_agent_opens_a_ticket_for_a_customer_with_a_note(make: Make) -> None:
    ticket = make.ticket(by=make.agent())

    message = Message.objects.get()
    assert (message.public, message.author, message.agent) == (False, Author.AGENT, make.agent())
    event = TicketEvent.objects.get(ticket=ticket)
    assert event.payload["initiated_by"] == "agent_for_customer"
    assert (event.actor_kind, event.actor) == (Author.AGENT, make.agent())


def test_an_agent_writes_to_a_customer_first(make: Make) -> None:
    ticket = make.ticket(by=make.agent(), outbound=True)

    assert history(ticket) == ["opened", "status_changed open"]
    stored = Ticket.objects.get()
    assert (stored.status, stored.last_seq) == (Status.OPEN, 2) == (ticket.status, ticket.last_seq)
    assert Message.objects.get().public
    assert TicketEvent.objects.get(seq=1).payload["initiated_by"] == "agent"


def test_an_outsider_opens_nothing_here(make: Make) -> None:
    with pytest.raises(NotAMember):
        make.ticket(by=make.agent("outsider"))


def test_a_ticket_may_come_in_to_another_queue(make: Make) -> None:
    returns = make.queue("Returns")

    assert make.ticket(queue=returns).queue == returns


@pytest.mark.django_db(transaction=True)
def test_the_door_opens_the_transaction(make: Make) -> None:
    shape, store = make.shape(), make.store()

    with pytest.raises(NoTransaction):
        opening.open_tickets([shape], store=store, now=NOW)
    with transaction.atomic():
        assert opening.open_tickets([shape], store=store, now=NOW)[0].created


def test_what_a_repeat_leaves_out_differs_from_nothing(make: Make) -> None:
    store = make.store()
    whole = make.shape(
        external_id="x",
        subject="Where is it?",
        priority="high",
        channel="chat",
        tags=["wismo"],
        metadata={"a": "1"},
        order={"id": "7"},
        imported=True,
        customer={"email": "jon@example.com", "external_id": "c1"},
    )
    open_all([whole], store)
    bare = {"external_id": "x", "message": {"body": whole.message.body}}

    [silent] = open_all([msgspec.convert(bare, NewTicket)], store)
    [spoken] = open_all([msgspec.convert(bare | {"priority": "normal", "channel": "api"}, NewTicket)], store)

    assert silent.warnings == []
    assert [warning.split()[0] for warning in spoken.warnings] == ["priority", "channel"]
