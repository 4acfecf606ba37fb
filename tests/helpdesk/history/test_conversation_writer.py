"""Whole conversations, written at once, are what the verbs would have made of them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from helpdesk.conversation.answers import AfterReply
from helpdesk.database.transaction import NoTransaction
from helpdesk.history import past_facts
from helpdesk.history.conversation_writer import (
    PastConversation,
    Retold,
    WrittenConversation,
    write_conversations,
)
from helpdesk.history.past_facts import AgentReplied, CustomerWrote, PastFact, StatusSet, TakenInHand
from helpdesk.models import Agent, Message, Status, Store, Ticket, TicketEvent
from helpdesk.refusal import Refused
from helpdesk.tickets.ended_ticket import TicketEnded
from monitor.models import Clock, Flag
from monitor.promises import defaults
from monitor.relay import recount
from tests.helpdesk.desk import history, statements
from tests.helpdesk.history import verbs
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

ASKED = NOW - timedelta(hours=10)


def after(minutes: int) -> datetime:
    return ASKED + timedelta(minutes=minutes)


def tell(make: Make, *facts: PastFact, **shape: Any) -> PastConversation:
    shape = {"occurred_at": ASKED, "imported": True, "external_id": "t-1"} | shape
    return PastConversation(opening=make.shape(**shape), facts=facts)


def write(*conversations: PastConversation, store: Store, now: datetime = NOW) -> list[WrittenConversation]:
    return write_conversations(conversations, store=store, now=now)


def story(make: Make) -> list[PastFact]:
    """A question, its answer, a resolution that did not hold, and a second answer."""
    owner = make.agent()
    return [
        TakenInHand(at=after(5), by=owner),
        AgentReplied(
            at=after(20), by=owner, body="It left today.", external_id="m-1", then=AfterReply.RESOLVE
        ),
        CustomerWrote(at=after(300), body="It did not.", external_id="m-2"),
        AgentReplied(at=after(320), by=owner, body="Now it did.", external_id="m-3"),
        StatusSet(at=after(330), by=owner, status=Status.CLOSED),
    ]


def test_a_conversation_is_written_whole_and_never_rings(make: Make) -> None:
    defaults.ensure_defaults()
    [written] = write(tell(make, *story(make)), store=make.store())

    assert written.opened.created
    assert written.facts == (Retold.ADDED,) * 5
    ticket = Ticket.objects.get()
    assert history(ticket) == [
        "opened", "acknowledged", "public_reply_sent", "resolved", "customer_message_received",
        "reopened customer", "public_reply_sent", "closed agent",
    ]  # fmt: skip
    assert (ticket.status, ticket.last_seq, ticket.last_event_at) == (Status.CLOSED, 8, after(330))
    assert all(event.imported for event in TicketEvent.objects.all())
    assert not TicketEvent.objects.waiting().exists()
    assert not Clock.objects.filter(rings_at__isnull=False).exists()
    assert not Flag.objects.exists()
    assert recount.check([ticket.pk], now=NOW) == []


def test_the_same_conversation_again_changes_nothing(make: Make) -> None:
    conversation = tell(make, *story(make))
    write(conversation, store=make.store())
    before = list(TicketEvent.objects.values())

    [again] = write(conversation, store=make.store(), now=NOW + timedelta(days=1))

    assert not again.opened.created
    assert again.facts == (Retold.KNOWN,) * 5
    assert list(TicketEvent.objects.values()) == before


def test_a_longer_one_gets_only_what_is_new(make: Make) -> None:
    facts = story(make)
    write(tell(make, *facts[:2], external_id="t-1"), store=make.store())

    [longer] = write(tell(make, *facts, external_id="t-1"), store=make.store())

    assert longer.facts == (Retold.KNOWN, Retold.KNOWN, Retold.ADDED, Retold.ADDED, Retold.ADDED)
    other = make.store("Other")
    [whole] = write(tell(make, *facts), store=other)
    assert whole.ticket
    assert longer.ticket
    assert history(longer.ticket) == history(whole.ticket)


def test_two_tellings_of_one_ticket_in_one_batch_are_one_ticket(make: Make) -> None:
    facts = story(make)
    first, second = write(tell(make, *facts[:3]), tell(make, *facts), store=make.store())

    assert second.facts == (Retold.KNOWN,) * 3 + (Retold.ADDED,) * 2
    assert first.ticket == second.ticket == Ticket.objects.get()
    assert TicketEvent.objects.count() == 8


def test_a_fact_that_is_refused_keeps_no_other_out(make: Make) -> None:
    owner = make.agent()
    conversation = tell(
        make,
        StatusSet(at=after(1), by=owner, status=Status.CLOSED),
        CustomerWrote(at=after(2), body="But …"),
        past_facts.NoteWritten(at=after(3), by=owner, body="Not ours."),
        past_facts.NoteWritten(at=NOW + timedelta(days=2), by=owner, body="Not yet."),
    )
    [written] = write(conversation, store=make.store())

    closed, refused, noted, future = written.facts
    assert (closed, noted) == (Retold.ADDED, Retold.ADDED)
    assert isinstance(refused, TicketEnded)
    assert isinstance(future, Refused)
    assert history(Ticket.objects.get()) == ["opened", "closed agent", "note_added"]


def test_a_refused_opening_has_no_ticket_and_keeps_no_other_out(make: Make) -> None:
    bad = tell(make, *story(make), external_id="bad", occurred_at="9999-12-31T00:00:00Z")
    refused, written = write(bad, tell(make), store=make.store())

    assert refused.ticket is None
    assert refused.opened.refusal
    assert written.ticket == Ticket.objects.get()


def test_hundreds_of_tickets_cost_no_more_statements_than_one(make: Make) -> None:
    store, facts = make.store(), story(make)
    write(tell(make, *facts, external_id="zero"), store=store)
    one = [tell(make, *facts, external_id="one")]
    many = [tell(make, *facts, external_id=f"many-{n}") for n in range(200)]

    cost = statements(lambda: write(*one, store=store))
    assert statements(lambda: write(*many, store=store)) == cost <= 25
    again = statements(lambda: write(*one, store=store))
    assert statements(lambda: write(*many, store=store)) == again <= 25


@pytest.mark.django_db(transaction=True)
def test_a_writer_asks_for_a_transaction(make: Make) -> None:
    with pytest.raises(NoTransaction):
        write(tell(make), store=make.store())


# By the writer, and by the verbs.

minutes = st.integers(-30, 700).map(after)
agents = st.sampled_from([0, 1])
statuses = st.sampled_from([Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.RESOLVED, Status.CLOSED])
seldom = st.sampled_from([False, False, False, True])
MADE: dict[type[PastFact], dict[str, st.SearchStrategy[Any]]] = {
    past_facts.CustomerWrote: {"body": st.just("And?"), "automatic": seldom},
    past_facts.AgentReplied: {"body": st.just("Here."), "by": agents, "then": st.sampled_from(AfterReply)},
    past_facts.BotReplied: {"body": st.just("Beep."), "name": st.just("robot")},
    past_facts.ReceiptSent: {"body": st.just("We have it.")},
    past_facts.NoteWritten: {"body": st.just("Hm."), "by": st.sampled_from([0, 1, None])},
    past_facts.TakenInHand: {"by": agents},
    past_facts.Claimed: {"by": agents},
    past_facts.HandedTo: {"by": st.sampled_from([0, 1, None]), "to": agents},
    past_facts.PutBack: {"by": agents},
    past_facts.StatusSet: {"by": agents, "status": statuses},
    past_facts.ClosedByCustomer: {},
    past_facts.BroughtBack: {"by": st.sampled_from([0, 1, None])},
}
drawn = st.sampled_from(list(MADE)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.fixed_dictionaries({"at": minutes, **MADE[kind]}))
)
conversations = st.lists(st.lists(drawn, max_size=10), min_size=1, max_size=2)

Drawn = Sequence[tuple[type[PastFact], dict[str, Any]]]


def cast(facts: Drawn, staff: Sequence[Agent]) -> list[PastFact]:
    """Give the agents that were drawn by number their names, and each message an id."""
    return [
        kind(**{
            **values,
            **{role: staff[values[role]] for role in ("by", "to") if values.get(role) is not None},
            **({"external_id": f"m-{place}"} if issubclass(kind, past_facts.PastMessage) else {}),
        })
        for place, (kind, values) in enumerate(facts)
    ]  # fmt: skip


def account(ticket: Ticket) -> dict[str, object]:
    """Return all that is stored of a ticket, but ids, stamps, and clocks that were believed in only meanwhile."""
    clocks = Clock.objects.filter(ticket=ticket, superseded_at=None).order_by("metric", "start_seq")
    events = TicketEvent.objects.filter(ticket=ticket).order_by("seq")
    keys = ("seq", "kind", "occurred_at", "recorded_at", "imported", "actor_kind", "actor", "payload")
    said = ("author", "agent", "author_name", "public", "automatic", "body", "sent_at", "received_at")
    stands = ("status", "assignee", "last_seq", "last_event_at")
    return {
        "ticket": Ticket.objects.filter(pk=ticket.pk).values(*stands).get(),
        "events": list(events.values(*keys, "message__body")),
        "messages": list(Message.objects.filter(ticket=ticket).order_by("pk").values(*said)),
        "clocks": [
            {name: value for name, value in row.items() if name not in {"id", "ticket_id"}}
            for row in clocks.values()
        ],
    }


@example(
    told=[
        [
            (AgentReplied, {"at": ASKED, "body": "Here.", "by": 0, "then": AfterReply.KEEP_OPEN}),
            (CustomerWrote, {"at": after(1), "body": "And?", "automatic": False}),
            (CustomerWrote, {"at": ASKED, "body": "And?", "automatic": False}),
        ]
    ]
)
@given(told=conversations)
@settings(
    max_examples=settings.default.max_examples // 5,  # type: ignore[union-attr]  # there is a default
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_random_conversation_is_what_the_verbs_make_of_it(make: Make, told: list[Drawn]) -> None:
    with transaction.atomic():
        defaults.ensure_defaults()
        staff, ours, theirs = [make.agent("owner"), make.agent("colleague")], make.store(), make.store("Twin")
        whole = [
            tell(make, *cast(facts, staff), external_id=f"t-{place}") for place, facts in enumerate(told)
        ]
        written = write(*whole, store=ours)
        one_by_one = [verbs.tell(conversation, store=theirs, now=NOW) for conversation in whole]

        for one, (ticket, changed) in zip(written, one_by_one, strict=True):
            assert one.ticket
            assert [fact is Retold.ADDED for fact in one.facts] == changed
            assert _of_one_store(account(one.ticket)) == _of_one_store(account(ticket))
            assert recount.check([one.ticket.pk], now=NOW) == []
        transaction.set_rollback(True)


def _of_one_store(told: dict[str, Any]) -> Any:
    told["events"][0]["payload"].pop("store")
    return msgspec.to_builtins(told)
