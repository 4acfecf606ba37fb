"""Into which ticket a mail goes, as whose word, and what it does to clocks there."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.conversation.recipients import MailRecipients, Recipient
from helpdesk.conversation.third_party_answers import write_to_third_party
from helpdesk.mail.composing.signed_address import signed_address
from helpdesk.mail.leaving.mail_keys import mail_keys
from helpdesk.models import Mailbox, MailId, MailOutcome, Message, Store, Ticket
from helpdesk.models.mail.raw_mail import MailReason
from helpdesk.tickets import merging, ticket_status
from tests.helpdesk.desk import history
from tests.helpdesk.mail.filing.post import JON, MIRA, mail, post
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

KIM = "Kim <kim@example.net>"
LATER = NOW + timedelta(hours=1)


def on(message: Message | None) -> Ticket:
    assert message is not None
    return message.ticket


def answered(make: Make, ticket: Ticket, mid: str = "ours@shop.example") -> Message:
    """Answer a ticket by mail, under this id."""
    with transaction.atomic():
        message = replies.reply_in_public(
            ticket=ticket, author=make.agent(), body="It is on its way.", now=NOW
        )
        MailId.objects.create(store=ticket.store, value=mid, ticket=ticket, message=message)
    return message


def test_a_mail_opens_a_ticket_as_of_when_it_was_written(shop: Store) -> None:
    kept = post(shop, mail(at=NOW - timedelta(hours=3)))

    ticket = on(kept.message)
    assert (kept.outcome, ticket.channel, ticket.subject) == (MailOutcome.OPENED, "email", "My order")
    assert ticket.occurred_at == NOW - timedelta(hours=3)
    assert (ticket.customer.email, ticket.customer.name) == ("jon@example.com", "Jon")


@pytest.mark.parametrize("at", [None, NOW + timedelta(days=400)])
def test_without_a_date_or_with_one_to_come_it_was_written_when_it_came(shop: Store, at: None) -> None:
    assert on(post(shop, mail(at=at)).message).occurred_at == NOW


RECEIVED = "from a by mx.shop.example; Mon, 09 Mar 2026 12:00:00 +0000"


@pytest.mark.parametrize(
    ("days", "written"),
    [(5, NOW - timedelta(days=5)), (8, NOW - timedelta(hours=3)), (7000, NOW - timedelta(hours=3))],
)
def test_a_date_long_before_a_server_had_the_mail_is_of_a_clock_that_is_wrong(
    shop: Store, days: int, written: datetime
) -> None:
    raw = mail(at=NOW - timedelta(days=days), Received=RECEIVED)

    kept = post(shop, raw)
    again = post(shop, b"Received: from c by d; Mon, 09 Mar 2026 14:00:00 +0000\r\n" + raw)

    assert on(kept.message).occurred_at == written
    assert (again.reason, again.message) == (MailReason.KNOWN, kept.message)


def test_of_two_addresses_that_we_signed_a_customer_s_own_is_meant(shop: Store) -> None:
    tickets = [
        on(post(shop, mail(by=by, mid=mid)).message)
        for by, mid in ((JON, "1@example.com"), (MIRA, "2@example.com"))
    ]
    to = ", ".join(
        signed_address("help@shop.example", ticket=each.pk, key=mail_keys()[0]) for each in tickets
    )

    kept = [post(shop, mail("And?", by=by, mid=f"{by}", To=to)) for by in (JON, MIRA)]

    assert [(on(each.message), each.reason) for each in kept] == [(ticket, "") for ticket in tickets]


def test_it_goes_to_the_queue_of_the_mailbox_it_was_written_to(make: Make, shop: Store) -> None:
    returns = make.queue("Returns")
    Mailbox.objects.create(
        store=shop, environment=shop.environment, address="help@shop.example", queue=returns, mode="full",
        public_name="Shop", smtp_host="mail.shop.example",
    )  # fmt: skip

    assert on(post(shop, mail()).message).queue == returns


def test_an_answer_joins_the_ticket_of_the_mail_that_it_answers(make: Make, shop: Store) -> None:
    ticket = on(post(shop, mail()).message)
    answered(make, ticket)

    kept = post(shop, mail("Thanks, and when?", mid="two@example.com", subject="Re: anything", at=LATER,
                           answers=["one@example.com", "ours@shop.example"]), now=LATER)  # fmt: skip

    assert (kept.outcome, on(kept.message)) == (MailOutcome.JOINED, ticket)
    ticket.refresh_from_db()
    assert ticket.waiting_since == LATER


@pytest.mark.parametrize(("by", "reason"), [(JON, ""), (MIRA, MailReason.THIRD_PARTY)])
def test_an_answer_to_the_signed_address_needs_nothing_else(shop: Store, by: str, reason: str) -> None:
    ticket = on(post(shop, mail()).message)
    to = signed_address("help@shop.example", ticket=ticket.pk, key=mail_keys()[0])

    kept = post(shop, mail("And?", mid="two@example.com", by=by, To=to.upper()))

    assert (on(kept.message), kept.reason) == (ticket, reason)


def test_one_that_names_no_mail_joins_by_the_reference_if_its_customer_wrote_it(shop: Store) -> None:
    ticket = on(post(shop, mail()).message)
    subject = f"Re: your ticket {ticket.reference}"

    again = post(shop, mail("And?", mid="two@example.com", subject=subject))
    stranger = post(shop, mail("Me too", mid="three@example.com", subject=subject, by=MIRA))

    assert (again.outcome, on(again.message)) == (MailOutcome.JOINED, ticket)
    assert (stranger.outcome, on(stranger.message)) != (MailOutcome.JOINED, ticket)


def test_what_somebody_else_writes_into_a_conversation_is_a_note_and_touches_no_clock(
    make: Make, shop: Store
) -> None:
    ticket = on(post(shop, mail()).message)
    answered(make, ticket)
    before = history(ticket)

    kept = post(shop, mail("I am his wife", mid="two@example.org", by=MIRA, answers=["ours@shop.example"]))

    message = Message.objects.get(pk=on(kept.message).messages.latest("pk").pk)
    assert (kept.outcome, kept.reason, message.ticket) == ("joined", MailReason.THIRD_PARTY, ticket)
    assert (message.author, message.public, message.author_name) == (
        "third_party",
        False,
        "Mira <mira@example.org>",
    )
    assert history(ticket) == [*before, "note_added"]


def test_who_has_written_there_once_may_write_there_by_the_reference(make: Make, shop: Store) -> None:
    ticket = on(post(shop, mail()).message)
    answered(make, ticket)
    post(shop, mail("I am his wife", mid="two@example.org", by=MIRA, answers=["ours@shop.example"]))

    kept = post(shop, mail("Hello?", mid="three@example.org", by=MIRA, subject=f"[{ticket.reference}]"))

    assert (kept.reason, on(kept.message)) == (MailReason.THIRD_PARTY, ticket)


def test_an_answer_to_a_merged_ticket_reaches_the_survivor(make: Make, shop: Store) -> None:
    merged = on(post(shop, mail()).message)
    survivor = on(post(shop, mail(mid="other@example.com")).message)
    with transaction.atomic():
        merging.merge(ticket=merged, into=survivor, by=make.agent(), now=NOW)

    kept = post(shop, mail("And?", mid="two@example.com", answers=["one@example.com"]))
    third = post(shop, mail("Hm", mid="three@example.org", by=MIRA, answers=["one@example.com"]))

    assert on(kept.message) == on(third.message) == survivor


def test_an_answer_to_a_closed_ticket_opens_one_that_follows_it(make: Make, shop: Store) -> None:
    ticket = on(post(shop, mail()).message)
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=NOW)
        ticket_status.close(ticket=ticket, by=make.agent(), now=NOW)

    kept = post(shop, mail("Again!", mid="two@example.com", answers=["one@example.com"]), now=LATER)

    assert (kept.outcome, kept.reason) == (MailOutcome.OPENED, MailReason.FOLLOW_UP)
    assert on(kept.message).follows == ticket


def test_whoever_asked_on_a_ticket_that_was_merged_asks_on_the_survivor_whichever_mail_they_answer(
    make: Make, shop: Store
) -> None:
    jons, miras, kims = (
        on(post(shop, mail(by=by, mid=mid)).message)
        for by, mid in ((JON, "one@example.com"), (MIRA, "two@example.com"), (KIM, "three@example.com"))
    )
    with transaction.atomic():
        merging.merge(ticket=jons, into=miras, by=make.agent(), now=NOW)
        merging.merge(ticket=miras, into=kims, by=make.agent(), now=NOW)
    answered(make, kims)

    kept = [
        post(shop, mail("And?", by=by, mid=f"{number}@example.com", at=LATER, answers=[answers]), now=LATER)
        for number, (by, answers) in enumerate(
            product((JON, MIRA, KIM), ("one@example.com", "ours@shop.example"))
        )
    ]

    assert {(each.outcome, each.reason, on(each.message)) for each in kept} == {
        (MailOutcome.JOINED, "", kims)
    }
    kims.refresh_from_db()
    assert kims.waiting_since == LATER


def ended(make: Make, ticket: Ticket) -> None:
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=NOW)
        ticket_status.close(ticket=ticket, by=make.agent(), now=NOW)


def test_of_a_conversation_of_two_that_ended_each_goes_on_alone(make: Make, shop: Store) -> None:
    """The answer to what one of them writes must not go to the other."""
    jons, miras = (
        on(post(shop, mail(by=by, mid=mid)).message)
        for by, mid in ((JON, "one@example.com"), (MIRA, "two@example.com"))
    )
    with transaction.atomic():
        merging.merge(ticket=jons, into=miras, by=make.agent(), now=NOW)
    ended(make, miras)

    told = [
        post(
            shop,
            mail(f"{number}", by=by, mid=f"{number}@example.com", at=LATER, answers=["one@example.com"]),
            now=LATER + timedelta(seconds=number),
        )
        for number, by in enumerate((JON, MIRA, JON, MIRA))
    ]

    assert [each.outcome for each in told] == [*[MailOutcome.OPENED] * 2, *[MailOutcome.JOINED] * 2]
    assert [on(each.message).customer.email for each in told] == ["jon@example.com", "mira@example.org"] * 2
    assert {on(each.message).follows for each in told} == {miras}
    assert all(each.message and each.message.author == "customer" for each in told)


def test_where_a_ticket_has_ended_for_good_nobody_reads_a_note_and_a_stranger_opens_their_own(
    make: Make, shop: Store
) -> None:
    ticket = on(post(shop, mail()).message)
    ended(make, ticket)
    before = history(ticket)

    first = post(shop, mail("I am his wife.", by=MIRA, mid="two@example.com", answers=["one@example.com"]))
    second = post(
        shop, mail("Hello?", by=MIRA, mid="three@example.com", answers=["one@example.com"]), now=LATER
    )
    jons = post(shop, mail("And?", mid="four@example.com", answers=["one@example.com"]), now=LATER)

    assert [each.reason for each in (first, second, jons)] == [MailReason.FOLLOW_UP, "", MailReason.FOLLOW_UP]
    assert on(first.message) == on(second.message) != on(jons.message)
    assert (on(first.message).follows, on(first.message).customer.email) == (ticket, "mira@example.org")
    assert history(ticket) == before


def test_on_one_that_has_ended_colleagues_and_whoever_was_written_to_write_notes(
    make: Make, shop: Store
) -> None:
    make.mailbox()
    ticket = on(post(shop, mail()).message)
    with transaction.atomic():
        to = MailRecipients((Recipient("depot@courier.example", "Depot"),))
        write_to_third_party(ticket=ticket, author=make.agent(), body="Where is it?", to=to, now=NOW)
    ended(make, ticket)

    kept = [
        post(shop, mail("Here.", by=by, mid=f"{by}", answers=["one@example.com"]))
        for by in ("depot@courier.example", "owner@example.com", "anne@shop.example")
    ]

    assert {(each.reason, on(each.message)) for each in kept} == {(MailReason.THIRD_PARTY, ticket)}


def test_another_store_has_conversations_of_its_own(make: Make, shop: Store) -> None:
    ticket = on(post(shop, mail()).message)

    kept = post(make.store("Another"), mail("And?", mid="two@example.com", answers=["one@example.com"]))

    assert kept.outcome == MailOutcome.OPENED
    assert on(kept.message) != ticket


def test_an_answer_that_came_before_what_it_answers_has_one_ticket_with_it(shop: Store) -> None:
    second = post(shop, mail("And?", mid="two@example.com", answers=["one@example.com"]))
    first = post(shop, mail(at=NOW - timedelta(hours=1)))

    assert (second.outcome, first.outcome) == (MailOutcome.OPENED, MailOutcome.JOINED)
    assert on(second.message) == on(first.message)


def test_what_another_mail_only_spoke_of_is_a_question_of_its_own_if_somebody_else_wrote_it(
    shop: Store,
) -> None:
    post(shop, mail("And?", mid="two@example.org", by=MIRA, answers=["one@example.com"]))

    kept = post(shop, mail(by=JON))

    assert kept.outcome == MailOutcome.OPENED


@pytest.mark.parametrize("whose", ["owner", "admin", "outsider"])
def test_an_agent_who_answers_by_mail_is_a_third_party_under_their_name(
    make: Make, shop: Store, whose: str
) -> None:
    """A `From` proves nothing: by a forged one somebody would stop clocks, and speak for us to a customer."""
    ticket = on(post(shop, mail()).message)
    agent = make.agent(whose)
    to = signed_address("help@shop.example", ticket=ticket.pk, key=mail_keys()[0])

    kept = post(
        shop, mail("It is on its way.", mid="two@example.com", by=f"{agent.name} <{agent.email}>", To=to)
    )

    message, after = kept.message, Ticket.objects.get(pk=ticket.pk)
    assert message is not None
    assert (message.author, message.agent, message.public) == ("third_party", None, False)
    assert message.author_name == f"{agent.name} <{agent.email}>"
    assert (after.waiting_since, after.status, after.assignee) == (ticket.waiting_since, ticket.status, None)
