"""Two tickets become one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.conversation.bounces import take_back_bounced
from helpdesk.conversation.replies import (
    receive_customer_message,
    reply_as_bot,
    reply_in_public,
)
from helpdesk.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets import ticket_status
from helpdesk.tickets.ended_ticket import TicketEnded
from helpdesk.tickets.membership import NotAMember
from helpdesk.tickets.merging import AlreadyMerged, MergeAcrossStores, MergeIntoItself, merge
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)


def absorbed(into: Ticket) -> TicketEvent:
    return TicketEvent.objects.get(ticket=into, kind="absorbed")


def test_a_ticket_goes_up_in_another(make: Make, ticket: Ticket) -> None:
    into = make.ticket(now=SOON)

    assert merge(ticket=ticket, into=into, by=make.agent(), now=LATER)
    assert not merge(ticket=ticket, into=into, by=make.agent(), now=LATER)

    assert history(ticket) == ["opened", "merged_into"]
    assert history(into) == ["opened", "absorbed"]
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.status, stored.merged_into) == (Status.MERGED, into)
    assert absorbed(into).payload == {"ticket": ticket.pk, "waiting_since": NOW.isoformat()}
    assert Message.objects.filter(ticket=ticket).count() == 1


def waits_since(make: Make, ticket: Ticket) -> datetime | None:
    into = make.ticket(now=LATER)
    merge(ticket=ticket, into=into, by=make.agent(), now=LATER)
    since = absorbed(into).payload["waiting_since"]
    return datetime.fromisoformat(since) if since else None


def test_an_answered_ticket_does_not_wait(make: Make, ticket: Ticket) -> None:
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=SOON)

    assert waits_since(make, ticket) is None


def test_the_oldest_unanswered_message_counts(make: Make, ticket: Ticket) -> None:
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=SOON)
    for minutes in (10, 20):
        receive_customer_message(ticket=ticket, body="No.", now=NOW + timedelta(minutes=minutes))

    assert waits_since(make, ticket) == NOW + timedelta(minutes=10)


def test_machines_and_bounced_replies_answer_nothing(make: Make, ticket: Ticket) -> None:
    reply_as_bot(ticket=ticket, body="Have you tried …", now=SOON)
    receive_customer_message(ticket=ticket, body="Out of office", now=SOON, automatic=True)
    message = reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=SOON)
    take_back_bounced(ticket=ticket, message=message, now=SOON)

    assert waits_since(make, ticket) == NOW


def test_what_needs_no_reply_or_is_resolved_does_not_wait(make: Make, ticket: Ticket) -> None:
    other = make.ticket()
    ticket_status.mark_no_reply_needed(ticket=ticket, by=make.agent(), now=SOON)
    ticket_status.resolve(ticket=other, by=make.agent(), now=SOON)

    assert waits_since(make, ticket) is None
    assert waits_since(make, other) is None


def test_who_waited_goes_on_waiting_through_a_second_merge(make: Make, ticket: Ticket) -> None:
    middle = make.ticket(now=SOON)
    merge(ticket=ticket, into=middle, by=make.agent(), now=LATER)

    assert waits_since(make, middle) == NOW


def test_an_outbound_ticket_waits_for_nobody(make: Make) -> None:
    assert waits_since(make, make.ticket(by=make.agent(), outbound=True)) is None


def test_somebody_who_waits_brings_the_other_ticket_back(make: Make, ticket: Ticket) -> None:
    into = make.ticket()
    reply_in_public(ticket=into, author=make.agent(), body="Here.", now=SOON)
    ticket_status.set_status(ticket=into, status="pending", by=make.agent(), now=SOON)
    merge(ticket=ticket, into=into, by=make.agent(), now=LATER)

    assert history(into)[-2:] == ["absorbed", "status_changed open"]
    assert Ticket.objects.get(pk=into.pk).status == Status.OPEN


def test_a_ticket_is_not_merged_into_itself(make: Make, ticket: Ticket) -> None:
    with pytest.raises(MergeIntoItself):
        merge(ticket=ticket, into=Ticket.objects.get(pk=ticket.pk), by=make.agent(), now=LATER)


def test_tickets_of_two_stores_stay_apart(make: Make, ticket: Ticket) -> None:
    elsewhere = make.ticket(store=make.store("Shop", environment="test"))

    with pytest.raises(MergeAcrossStores):
        merge(ticket=ticket, into=elsewhere, by=make.agent(), now=LATER)


def test_a_ticket_is_merged_once(make: Make, ticket: Ticket) -> None:
    into, other = make.ticket(), make.ticket()
    merge(ticket=ticket, into=into, by=make.agent(), now=LATER)

    with pytest.raises(AlreadyMerged) as refused:
        merge(ticket=ticket, into=other, by=make.agent(), now=LATER)
    assert into.reference in str(refused.value)
    with pytest.raises(TicketEnded):
        merge(ticket=into, into=ticket, by=make.agent(), now=LATER)
    with pytest.raises(TicketEnded):
        ticket_status.mark_spam(ticket=ticket, by=make.agent(), now=LATER)


def test_nothing_is_merged_into_what_has_ended(make: Make, ticket: Ticket) -> None:
    into = make.ticket()
    ticket_status.resolve(ticket=into, by=make.agent(), now=SOON)

    with pytest.raises(TicketEnded) as refused:
        merge(ticket=ticket, into=into, by=make.agent(), now=LATER)
    assert refused.value.pointer == "/into"


def test_spam_is_not_merged(make: Make, ticket: Ticket) -> None:
    ticket_status.mark_spam(ticket=ticket, by=make.agent(), now=SOON)

    with pytest.raises(TicketEnded):
        merge(ticket=ticket, into=make.ticket(), by=make.agent(), now=LATER)


def test_an_outsider_merges_nothing(make: Make, ticket: Ticket) -> None:
    with pytest.raises(NotAMember):
        merge(ticket=ticket, into=make.ticket(), by=make.agent("outsider"), now=LATER)
