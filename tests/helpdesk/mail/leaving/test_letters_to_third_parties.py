"""An answer to a third party goes to them alone: the customer never sees it, and no clock hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from helpdesk.conversation.answers import NothingSaid
from helpdesk.conversation.recipients import MailRecipients, NothingLeavesByMail, Recipient
from helpdesk.conversation.replies import reply_in_public
from helpdesk.conversation.third_party_answers import CustomerAmongThem, write_to_third_party
from helpdesk.models import Delivery, Leaving, Mailbox, MailedReply, Message, MessageParty, Ticket
from monitor.models import Clock
from tests.helpdesk.desk import history
from tests.helpdesk.mail.filing.post import mail, post
from tests.helpdesk.mail.filing.test_machines import report
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LetOut = Callable[[float], None]
COURIER, DEPOT = Recipient("desk@courier.example", "Courier"), Recipient("depot@courier.example")


@pytest.fixture
def asked(make: Make, mailbox: Mailbox) -> Ticket:
    """A ticket whose customer has been answered, and in whose conversation a courier has written."""
    make.agent()
    first = mail(by="Dana <dana@home.example>", mid="one@home.example", at=minute(0))
    ticket = post(mailbox.store, first, now=minute(0)).message.ticket  # type: ignore[union-attr]  # it has one
    with transaction.atomic():
        reply_in_public(ticket=ticket, author=make.agent(), body="We ask the courier.", now=minute(1))
    theirs = mail(
        "It is at the depot.", by="Courier <desk@courier.example>", mid="two@courier.example",
        answers=["one@home.example"], at=minute(2), To="help@shop.example, Dana <dana@home.example>",
    )  # fmt: skip
    post(mailbox.store, theirs, now=minute(2))
    return Ticket.objects.get()


def write(make: Make, ticket: Ticket, at: float = 3, **fields: Any) -> Message:
    given: dict[str, Any] = {
        "body": "Please send it on.",
        "to": MailRecipients((COURIER,), (DEPOT,)),
    } | fields
    with transaction.atomic():
        return write_to_third_party(ticket=ticket, author=make.agent(), now=minute(at), **given)


def told_by_clocks() -> list[tuple[Any, ...]]:
    known = Clock.objects.values_list("metric", "start_seq", "started_at", "due_at", "ended_at", "outcome")
    return list(known.order_by("pk"))


def test_it_leaves_for_them_in_their_own_thread_and_quotes_nothing_of_the_customer_s(
    make: Make, asked: Ticket, server: MailServer, let_out: LetOut
) -> None:
    let_out(2.5)
    write(make, asked)
    let_out(4)

    [_to_the_customer, taken] = server.taken
    assert taken.recipients == ["desk@courier.example", "depot@courier.example"]
    assert (taken.message["To"], taken.message["Cc"]) == (
        "Courier <desk@courier.example>",
        "depot@courier.example",
    )
    assert taken.message["In-Reply-To"] == taken.message["References"] == "<two@courier.example>"
    text = taken.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    assert "> It is at the depot." in text
    assert "Where is my order?" not in text
    assert "We ask the courier." not in text
    assert "dana@home.example" not in str(taken.message)


def test_it_is_a_note_and_touches_no_clock(make: Make, asked: Ticket) -> None:
    before, clocks = history(asked), told_by_clocks()

    message = write(make, asked)

    after = Ticket.objects.get()
    assert (message.public, message.author) == (False, "agent")
    assert history(asked) == [*before, "note_added"]
    assert (after.status, after.waiting_since) == (asked.status, asked.waiting_since)
    assert told_by_clocks() == clocks


def test_the_customer_s_next_answer_quotes_none_of_it(
    make: Make, asked: Ticket, server: MailServer, let_out: LetOut
) -> None:
    write(make, asked)
    with transaction.atomic():
        reply_in_public(ticket=asked, author=make.agent(), body="It comes tomorrow.", now=minute(5))
    let_out(6)

    mailed = str(server.taken[-1].message)
    assert server.taken[-1].recipients == ["dana@home.example"]
    assert not any(words in mailed for words in ("courier.example", "depot", "send it on"))


def test_what_they_answer_joins_as_theirs(
    make: Make, asked: Ticket, server: MailServer, let_out: LetOut, mailbox: Mailbox
) -> None:
    let_out(2.5)
    write(make, asked)
    let_out(4)
    sent = server.taken[-1].message

    again = mail("It is on its way.", by="desk@courier.example", mid="three@courier.example", at=minute(5),
                 To=str(sent["Reply-To"]), In_Reply_To=sent["Message-ID"])  # fmt: skip
    kept = post(mailbox.store, again, now=minute(5))

    assert kept.message is not None
    assert (kept.message.ticket, kept.message.author, kept.message.public) == (asked, "third_party", False)


@pytest.mark.parametrize("place", ["to", "cc"])
def test_the_customer_is_never_among_them(make: Make, asked: Ticket, place: str) -> None:
    dana = Recipient("DANA@home.example")
    to = MailRecipients((dana,)) if place == "to" else MailRecipients((COURIER,), (dana,))
    with pytest.raises(CustomerAmongThem):
        write(make, asked, to=to)

    assert MailedReply.objects.count() == 1


def test_nothing_is_no_letter_and_without_a_mailbox_it_is_not_kept_as_if_it_had_left(
    make: Make, asked: Ticket
) -> None:
    with pytest.raises(NothingSaid):
        write(make, asked, body=" \n")
    Mailbox.objects.all().delete()
    with pytest.raises(NothingLeavesByMail):
        write(make, asked)

    assert not Message.objects.filter(author="agent", public=False).exists()


def test_said_twice_it_leaves_once(make: Make, asked: Ticket) -> None:
    first = write(make, asked, external_id="a")

    assert write(make, asked, external_id="a", at=4) == first
    assert Delivery.objects.count() == 2


def test_taking_long_or_refused_it_is_noted_and_takes_nothing_back(
    make: Make, asked: Ticket, server: MailServer, let_out: LetOut
) -> None:
    let_out(2.5)
    message = write(make, asked)
    before = history(asked)
    server.steps["DATA"] = 451
    let_out(4)
    let_out(20)
    assert (MailedReply.objects.get(message=message).delayed_at, history(asked)) == (None, before)

    server.steps["DATA"] = 554
    let_out(40)

    mailed = MailedReply.objects.get(message=message)
    assert (mailed.state, mailed.said) == (Leaving.REFUSED, "554 so be it")
    assert history(asked) == before
    assert Message.objects.get(pk=message.pk).bounced_at is None


def test_a_report_that_it_never_arrived_is_noted_with_them(
    make: Make, asked: Ticket, let_out: LetOut, mailbox: Mailbox
) -> None:
    message = write(make, asked)
    let_out(4)
    before = history(asked)

    about = message.mail_ids.get().value
    kept = post(mailbox.store, report("failed", about=about, to="desk@courier.example"), now=minute(9))

    unreached = MessageParty.objects.filter(failed_at=minute(9)).values_list("address", flat=True)
    assert (kept.message, list(unreached), history(asked)) == (message, ["desk@courier.example"], before)
