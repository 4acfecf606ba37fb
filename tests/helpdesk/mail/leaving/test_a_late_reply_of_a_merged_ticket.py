"""A reply that leaves late, of a ticket that was merged meanwhile: whoever waits does so where the ticket went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.bounces import take_back_bounced
from helpdesk.conversation.replies import receive_customer_message, reply_in_public
from helpdesk.models import MailedReply, Message, Status, Ticket
from helpdesk.tickets import ticket_status
from helpdesk.tickets.merging import merge
from helpdesk.tickets.undo import undo
from monitor.models import Clock, Flag
from monitor.promises.defaults import ensure_defaults
from monitor.watch import sweep
from tests.helpdesk.desk import history
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LetOut = Callable[[float], None]


@pytest.fixture
def promises() -> None:
    ensure_defaults()


@pytest.fixture
def late(make: Make, ticket: Ticket, server: MailServer) -> Message:
    """A reply of the second minute that no server takes for now."""
    server.steps["DATA"] = 451
    author = make.agent()
    return reply_in_public(ticket=ticket, author=author, body="Here.", now=minute(2), then=AfterReply.WAIT)


@pytest.fixture
def into(make: Make) -> Ticket:
    """Another ticket, which asks nothing, and into which the first goes up."""
    into = make.ticket(now=minute(1))
    ticket_status.mark_no_reply_needed(ticket=into, by=make.agent(), now=minute(1))
    return into


def waits_since(ticket: Ticket) -> datetime | None:
    return Ticket.objects.get(pk=ticket.pk).waiting_since


def waits_on(ticket: Ticket) -> list[tuple[datetime, datetime | None]]:
    """Tell the response clocks of a ticket that begin with the first ticket's question, and when they ended."""
    clocks = Clock.objects.filter(ticket=ticket, metric__in=["first_response", "next_response"])
    stand = clocks.filter(started_at=NOW, superseded_at=None)
    return list(stand.values_list("started_at", "ended_at"))


def test_its_customer_waits_on_the_survivor_until_it_has_left(
    make: Make, ticket: Ticket, late: Message, into: Ticket, server: MailServer, let_out: LetOut
) -> None:
    merge(ticket=ticket, into=into, by=make.agent(), now=minute(3))
    assert waits_since(into) is None

    let_out(7)
    assert (waits_since(into), waits_on(into)) == (NOW, [(NOW, None)])
    assert history(ticket)[-1] == "reply_delayed 2"

    server.steps.clear()
    let_out(30)
    assert (waits_since(into), waits_on(into)) == (None, [])
    assert history(into)[-2:] == ["absorbed", "undone"]


def test_what_was_flagged_there_meanwhile_is_withdrawn(
    make: Make, promises: None, late: Message, into: Ticket, server: MailServer, let_out: LetOut
) -> None:
    merge(ticket=late.ticket, into=into, by=make.agent(), now=minute(3))
    let_out(7)
    sweep.sweep(now=minute(300), limit=100, noticed_by="sweep")
    raised = Flag.objects.filter(clock__ticket=into, clock__started_at=NOW, level="breached")
    assert raised.filter(withdrawn_at=None).exists()

    server.steps.clear()
    let_out(301)

    of_nobody = Flag.objects.filter(clock__ticket=into, clock__metric="next_response", withdrawn_at=None)
    assert not of_nobody.exists()
    assert set(raised.values_list("withdrawn_at", flat=True)) == {minute(301)}


def test_merged_while_it_was_late_they_wait_no_more_once_it_has_left(
    make: Make, ticket: Ticket, late: Message, into: Ticket, server: MailServer, let_out: LetOut
) -> None:
    let_out(7)
    merge(ticket=ticket, into=into, by=make.agent(), now=minute(8))
    assert waits_since(into) == NOW

    server.steps.clear()
    let_out(30)

    assert (waits_since(into), waits_on(into)) == (None, [])


def test_what_they_have_asked_since_they_still_wait_for(
    make: Make, ticket: Ticket, late: Message, into: Ticket, server: MailServer, let_out: LetOut
) -> None:
    let_out(7)
    receive_customer_message(ticket=ticket, body="And?", now=minute(8))
    merge(ticket=ticket, into=into, by=make.agent(), now=minute(9))
    assert waits_since(into) == NOW

    server.steps.clear()
    let_out(30)

    assert waits_since(into) == minute(8)


def test_they_wait_no_more_on_any_of_a_chain(
    make: Make, ticket: Ticket, late: Message, into: Ticket, server: MailServer, let_out: LetOut
) -> None:
    let_out(7)
    last = make.ticket(now=minute(1))
    ticket_status.mark_no_reply_needed(ticket=last, by=make.agent(), now=minute(1))
    merge(ticket=ticket, into=into, by=make.agent(), now=minute(8))
    merge(ticket=into, into=last, by=make.agent(), now=minute(9))
    assert waits_since(last) == NOW

    server.steps.clear()
    let_out(30)

    assert (waits_since(last), waits_on(last), waits_on(into)) == (None, [], [])


def test_who_was_answered_on_the_survivor_does_not_wait(
    make: Make, ticket: Ticket, late: Message, into: Ticket, server: MailServer, let_out: LetOut
) -> None:
    merge(ticket=ticket, into=into, by=make.agent(), now=minute(3))
    reply_in_public(ticket=into, author=make.agent(), body="Here.", now=minute(4))

    let_out(7)

    assert (waits_since(into), history(into).count("absorbed")) == (None, 1)


def test_an_answer_before_it_came_in_again_is_no_answer_to_them(
    make: Make, ticket: Ticket, late: Message, into: Ticket, server: MailServer, let_out: LetOut
) -> None:
    merge(ticket=ticket, into=into, by=make.agent(), now=minute(3))
    undo(ticket=into, by=make.agent(), now=minute(4))
    reply_in_public(ticket=into, author=make.agent(), body="Here.", now=minute(5))
    merge(ticket=Ticket.objects.get(pk=ticket.pk), into=into, by=make.agent(), now=minute(6))

    let_out(7)

    assert waits_since(into) == NOW


def test_late_and_then_refused_they_wait_once_and_the_survivor_is_open(
    make: Make, ticket: Ticket, late: Message, into: Ticket, server: MailServer, let_out: LetOut
) -> None:
    merge(ticket=ticket, into=into, by=make.agent(), now=minute(3))
    ticket_status.set_status(ticket=into, status="pending", by=make.agent(), now=minute(4))
    let_out(7)
    assert Ticket.objects.get(pk=into.pk).status == Status.PENDING

    server.steps["DATA"] = 554
    let_out(60)

    assert MailedReply.objects.get(message=late).refused_at == minute(60)
    assert history(into)[-2:] == ["absorbed", "status_changed open"]
    assert (waits_since(into), waits_on(into)) == (NOW, [(NOW, None)])


def test_left_and_then_bounced_they_wait_anew(
    make: Make, ticket: Ticket, late: Message, into: Ticket, server: MailServer, let_out: LetOut
) -> None:
    merge(ticket=ticket, into=into, by=make.agent(), now=minute(3))
    let_out(7)
    server.steps.clear()
    let_out(30)

    take_back_bounced(ticket=ticket, message=late, now=minute(40))

    assert (waits_since(into), waits_on(into)) == (NOW, [(NOW, None)])
