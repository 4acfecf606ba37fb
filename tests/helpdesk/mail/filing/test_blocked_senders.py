"""Who is blocked opens nothing; what they wrote is kept for a while, counted, and let in where that was a mistake."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.access.erasure import erase_customer
from helpdesk.mail import past_mail
from helpdesk.mail.addressing.mail_providers import is_mail_provider
from helpdesk.mail.spam import blocked_mail, sender_blocks, spam_tickets
from helpdesk.mail.spam.sender_blocks import NotTheirSender, OneOfUs
from helpdesk.models import Agent, Customer, MailOutcome, RawMail, SenderBlock, Store, Ticket
from helpdesk.tickets import ticket_status
from helpdesk.tickets.membership import NotAMember
from tests.helpdesk.mail.filing.post import file_all, mail, post
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SPAMMER = "Eve <Eve@Spam.Example>"
EVE, DOMAIN = "eve@spam.example", "@spam.example"


@pytest.fixture
def agent(make: Make, shop: Store) -> Agent:
    return make.agent()


def spam(shop: Store, agent: Agent, *, sender: str = EVE, for_good: bool = False) -> Ticket:
    """Post a mail, and put its ticket aside as spam."""
    kept = post(shop, mail("Buy!", by=SPAMMER, mid="spam@spam.example"))
    assert kept.message is not None
    ticket = kept.message.ticket
    with transaction.atomic():
        spam_tickets.mark_spam(ticket=ticket, by=agent, now=NOW, sender=sender, for_good=for_good)
    return ticket


def more(shop: Store, number: int = 2, *, by: str = SPAMMER, after: timedelta = DAY) -> RawMail:
    when = NOW + after
    return post(shop, mail("More!", by=by, mid=f"{number}@spam.example", at=when), now=when)


def test_mail_of_a_blocked_address_opens_nothing_and_is_counted(shop: Store, agent: Agent) -> None:
    spam(shop, agent)
    stopped = more(shop)

    assert (stopped.outcome, stopped.message, stopped.detail) == (MailOutcome.BLOCKED, None, "My order")
    assert Ticket.objects.count() == 1
    assert SenderBlock.objects.get().stopped == 1
    assert more(shop, 3, by="other@spam.example").outcome == MailOutcome.OPENED


def test_a_blocked_domain_stops_all_its_addresses_and_no_other(shop: Store, agent: Agent) -> None:
    spam(shop, agent, sender=DOMAIN)

    assert more(shop, by="other@SPAM.example").outcome == MailOutcome.BLOCKED
    assert more(shop, 3, by="eve@nospam.example").outcome == MailOutcome.OPENED
    assert more(shop, 4, by="eve@sub.spam.example").outcome == MailOutcome.OPENED


@pytest.mark.parametrize(("for_good", "outcome"), [(False, MailOutcome.OPENED), (True, MailOutcome.BLOCKED)])
def test_a_block_runs_out_after_90_days_or_never(
    shop: Store, agent: Agent, for_good: bool, outcome: str
) -> None:
    spam(shop, agent, for_good=for_good)

    assert more(shop, after=90 * DAY - MINUTE).outcome == MailOutcome.BLOCKED
    assert more(shop, 3, after=90 * DAY).outcome == outcome


def test_their_answers_into_a_conversation_are_stopped_too(shop: Store, agent: Agent) -> None:
    spam(shop, agent)
    answer = mail("And?", by=SPAMMER, mid="2@spam.example", answers=["spam@spam.example"])

    assert post(shop, answer).outcome == MailOutcome.BLOCKED


def test_a_block_is_its_store_s_alone(make: Make, shop: Store, agent: Agent) -> None:
    spam(shop, agent)

    assert more(make.store("Another")).outcome == MailOutcome.OPENED


def test_what_a_shop_sends_for_them_by_its_api_opens_tickets(make: Make, shop: Store, agent: Agent) -> None:
    spam(shop, agent)

    assert make.ticket(store=shop, email=EVE).is_live


def test_not_spam_opens_it_as_of_when_they_wrote(shop: Store, agent: Agent) -> None:
    spam(shop, agent)
    stopped, later = more(shop), NOW + 3 * DAY
    with transaction.atomic():
        assert blocked_mail.let_in(stopped, lift=False, now=later)
    file_all(now=later)

    stopped.refresh_from_db()
    assert stopped.message is not None
    assert (stopped.outcome, stopped.block) == (MailOutcome.OPENED, None)
    assert stopped.message.ticket.waiting_since == stopped.message.ticket.occurred_at == NOW + DAY
    assert more(shop, 3, after=4 * DAY).outcome == MailOutcome.BLOCKED


def test_with_the_mail_its_sender_may_be_let_in(shop: Store, agent: Agent) -> None:
    spam(shop, agent)
    with transaction.atomic():
        blocked_mail.let_in(more(shop), lift=True, now=NOW + DAY)
        assert not blocked_mail.let_in(
            Ticket.objects.get().messages.get().raw_mails.get(), lift=True, now=NOW
        )

    assert more(shop, 3, after=2 * DAY).outcome == MailOutcome.OPENED


@pytest.mark.parametrize("for_good", [True, False])
def test_who_is_blocked_twice_is_blocked_as_was_asked_last(shop: Store, agent: Agent, for_good: bool) -> None:
    ticket = spam(shop, agent, for_good=not for_good)
    with transaction.atomic():
        spam_tickets.mark_spam(ticket=ticket, by=agent, now=NOW + DAY, sender=EVE, for_good=for_good)

    block = SenderBlock.objects.get()
    assert block.until == (None if for_good else NOW + 91 * DAY)


def test_a_ticket_that_is_restored_lifts_what_was_blocked_for_it(shop: Store, agent: Agent) -> None:
    ticket = spam(shop, agent)
    with transaction.atomic():
        ticket_status.restore(ticket=ticket, by=agent, now=NOW + MINUTE)
        spam_tickets.lift_with(ticket, now=NOW + MINUTE)

    assert SenderBlock.objects.get().lifted_at == NOW + MINUTE
    assert more(shop).outcome == MailOutcome.OPENED


@pytest.mark.parametrize(
    ("by", "sender", "refusal"),
    [
        ("jon@gmail.com", "@gmail.com", NotTheirSender),
        ("jon@example.com", "@other.example", NotTheirSender),
        ("jon@example.com", "eve@example.com", NotTheirSender),
        ("owner@example.com", "owner@example.com", OneOfUs),
        ("jon@example.com", "@example.com", OneOfUs),
        ("jon@shop.example", "@shop.example", OneOfUs),
    ],
)
def test_nobody_blocks_others_ourselves_or_a_provider_of_everybody_s_mail(
    make: Make, shop: Store, agent: Agent, by: str, sender: str, refusal: type[Exception]
) -> None:
    make.mailbox("help@shop.example")
    post(shop, mail(by=by))

    with pytest.raises(refusal), transaction.atomic():
        spam_tickets.mark_spam(ticket=Ticket.objects.get(), by=agent, now=NOW, sender=sender)
    assert Ticket.objects.get().is_live
    assert not SenderBlock.objects.exists()


def test_who_does_not_work_there_blocks_nobody(make: Make, shop: Store) -> None:
    post(shop, mail(by=SPAMMER))
    with pytest.raises(NotAMember), transaction.atomic():
        spam_tickets.mark_spam(ticket=Ticket.objects.get(), by=make.agent("outsider"), now=NOW, sender=EVE)

    assert not SenderBlock.objects.exists()


@pytest.mark.parametrize(
    "domain", ["gmail.com", "Yahoo.co.in", "outlook.de", "hotmail.co.uk", "gmx.net", "walla.co.il"]
)
def test_domains_of_many_strangers_are_known(domain: str) -> None:
    assert is_mail_provider(domain)
    assert not is_mail_provider(f"shop-{domain}")


def test_what_was_stopped_is_kept_for_30_days_and_its_count_with_the_block(shop: Store, agent: Agent) -> None:
    spam(shop, agent, for_good=True)
    stopped = more(shop)

    long = timedelta(days=90)
    assert past_mail.forget(kept_for=long, now=NOW + 31 * DAY) == 0
    assert past_mail.forget(kept_for=long, now=NOW + 31 * DAY + MINUTE) == 1
    assert not RawMail.objects.filter(pk=stopped.pk).exists()
    assert SenderBlock.objects.get().stopped == 1


def test_a_block_is_forgotten_when_it_has_been_over_for_as_long(shop: Store, agent: Agent) -> None:
    spam(shop, agent)

    month = past_mail.BLOCKED_KEPT_FOR
    assert sender_blocks.forget(kept_for=month, now=NOW + 120 * DAY) == 0
    assert sender_blocks.forget(kept_for=month, now=NOW + 120 * DAY + MINUTE) == 1


def test_with_a_customer_who_is_erased_goes_the_block_of_their_address(shop: Store, agent: Agent) -> None:
    spam(shop, agent)
    more(shop)
    with transaction.atomic():
        erase_customer(customer=Customer.objects.get())

    assert not SenderBlock.objects.exists()
    assert not RawMail.objects.exclude(sender_key="", detail="").exists()
