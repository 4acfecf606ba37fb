"""What machines send: kept where it belongs, and it touches no clock; what they report of replies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.conversation.recipients import Recipient
from helpdesk.models import MailId, MailOutcome, Message, MessageParty, Store, Ticket
from helpdesk.models.mail.raw_mail import MailReason
from tests.helpdesk.desk import history
from tests.helpdesk.mail.filing.post import MIRA, mail, post
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def reply(make: Make, shop: Store) -> Message:
    """A reply of ours, to a customer who had written by mail."""
    asked = post(shop, mail()).message
    assert asked is not None
    with transaction.atomic():
        message = replies.reply_in_public(ticket=asked.ticket, author=make.agent(), body="Tomorrow.", now=NOW)
        MailId.objects.create(store=shop, value="ours@shop.example", ticket=message.ticket, message=message)
    return message


def report(action: str, *, about: str = "ours@shop.example", to: str = "jon@example.com") -> bytes:
    status = {"failed": "5.1.1", "delayed": "4.4.1", "delivered": "2.0.0"}[action]
    lines = [
        "--b", "Content-Type: text/plain", "", "About your mail.",
        "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.com", "",
        f"Final-Recipient: rfc822; {to}", f"Action: {action}", f"Status: {status}", "",
        "--b", "Content-Type: text/rfc822-headers", "", f"Message-ID: <{about}>", "",
        "--b--", "",
    ]  # fmt: skip
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    mid = f"{action}-{about}-{to}".replace("@", ".") + "@mx.example.com"
    return mail("\r\n".join(lines), by="MAILER-DAEMON@mx.example.com", mid=mid, Content_Type=kind)


AWAY: dict[str, Any] = {"Auto-Submitted": "auto-replied", "Subject": "Out of office"}


def test_an_automatic_mail_opens_nothing(shop: Store) -> None:
    kept = post(shop, mail("I am away", **AWAY))

    assert (kept.outcome, kept.reason, kept.message) == (MailOutcome.AUTOMATIC, MailReason.NO_TICKET, None)
    assert not Ticket.objects.exists()


def test_on_its_ticket_it_is_kept_and_nobody_waits_for_it(shop: Store, reply: Message) -> None:
    with transaction.atomic():
        before = Ticket.objects.get(pk=reply.ticket_id)
    kept = post(
        shop, mail("I am away", mid="away@example.com", answers=["ours@shop.example"], **AWAY), now=LATER
    )

    after = Ticket.objects.get(pk=reply.ticket_id)
    assert kept.outcome == MailOutcome.AUTOMATIC
    assert kept.message is not None
    assert (kept.message.ticket, kept.message.automatic) == (after, True)
    assert (after.status, after.waiting_since, after.unacknowledged_since) == (
        before.status, before.waiting_since, before.unacknowledged_since,
    )  # fmt: skip


def test_a_reply_that_failed_for_good_is_taken_back_and_no_other(
    make: Make, shop: Store, reply: Message
) -> None:
    with transaction.atomic():
        other = replies.reply_in_public(ticket=make.ticket(), author=make.agent(), body="Yes.", now=NOW)

    kept = post(shop, report("failed"), now=LATER)

    reply.refresh_from_db()
    other.refresh_from_db()
    assert (kept.outcome, kept.reason, kept.message) == (MailOutcome.BOUNCE, MailReason.TAKEN_BACK, reply)
    assert (reply.bounced_at, reply.bounce_reason, other.bounced_at) == (LATER, "5.1.1", None)
    assert Ticket.objects.get(pk=reply.ticket_id).waiting_since == NOW


@pytest.mark.parametrize(("action", "reason"), [("delayed", MailReason.MAY_ARRIVE), ("delivered", "")])
def test_what_may_still_arrive_is_only_noted(shop: Store, reply: Message, action: str, reason: str) -> None:
    before = history(reply.ticket)

    kept = post(shop, report(action))

    assert (kept.outcome, kept.reason, kept.message) == (MailOutcome.BOUNCE, reason, reply)
    assert history(reply.ticket) == before


def test_a_copy_that_failed_for_a_third_party_takes_nothing_back(shop: Store, reply: Message) -> None:
    post(shop, mail("I am his wife", mid="wife@example.org", by=MIRA, answers=["ours@shop.example"]))

    post(shop, report("failed", to="mira@example.org"))

    reply.refresh_from_db()
    assert reply.bounced_at is None


def copied(make: Make, reply: Message) -> Message:
    """Another reply of ours to the same customer, which left by mail, with a copy to somebody who never wrote."""
    make.mailbox()
    with transaction.atomic():
        eve = Recipient("Eve@example.net")
        return replies.reply_in_public(
            ticket=reply.ticket, author=make.agent(), body="On Monday.", now=NOW, cc=[eve]
        )


def report_on(message: Message, **about: str) -> bytes:
    known = MailId.objects.create(
        store_id=message.store_id, value="copied@shop.example", ticket=message.ticket, message=message
    )
    return report("failed", about=known.value, **about)


def test_a_copy_that_never_arrived_takes_nothing_back_though_its_receiver_never_wrote(
    make: Make, shop: Store, reply: Message
) -> None:
    message = copied(make, reply)

    kept = post(shop, report_on(message, to="eve@example.net"), now=LATER)

    message.refresh_from_db()
    assert (kept.outcome, kept.reason, kept.message) == (MailOutcome.BOUNCE, "", message)
    assert (message.bounced_at, Ticket.objects.get(pk=reply.ticket_id).waiting_since) == (None, None)
    unreached = MessageParty.objects.filter(failed_at=LATER)
    assert [party.address for party in unreached] == ["Eve@example.net"]


@pytest.mark.parametrize("to", ["jon@example.com", "JON@example.com", "jon@where-his-mail-goes.example"])
def test_of_a_reply_with_copies_the_customer_s_own_is_still_what_counts(
    make: Make, shop: Store, reply: Message, to: str
) -> None:
    message = copied(make, reply)

    kept = post(shop, report_on(message, to=to), now=LATER)

    message.refresh_from_db()
    assert (kept.reason, message.bounced_at) == (MailReason.TAKEN_BACK, LATER)


@pytest.mark.parametrize("about", ["one@example.com", "unknown@shop.example"])
def test_a_report_of_what_is_no_reply_of_ours_takes_nothing_back(
    shop: Store, reply: Message, about: str
) -> None:
    before = history(reply.ticket)

    kept = post(shop, report("failed", about=about))

    assert (kept.outcome, kept.reason) == (MailOutcome.BOUNCE, MailReason.NO_TICKET)
    assert history(reply.ticket) == before


def test_a_loop_ends_and_says_so(shop: Store, settings: pytest.FixtureRequest) -> None:
    settings.MAIL_PER_SENDER = 3  # type: ignore[attr-defined]  # Django's

    kept = [post(shop, mail(f"Hello {number}", mid=f"{number}@example.com")) for number in range(5)]
    other = post(shop, mail(by=MIRA, mid="mira@example.org"))
    an_hour_later = post(shop, mail("Later", mid="later@example.com", at=NOW + timedelta(hours=2)),
                         now=NOW + timedelta(hours=2))  # fmt: skip

    assert [each.outcome for each in kept] == ["opened"] * 3 + ["set_aside"] * 2
    assert kept[-1].reason == MailReason.TOO_MANY
    assert other.outcome == an_hour_later.outcome == MailOutcome.OPENED
