"""Whoever writes to a store is told at once that it came, and by when a person answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from helpdesk.conversation.bounces import take_back_bounced
from helpdesk.conversation.replies import reply_in_public
from helpdesk.mail import inbox
from helpdesk.mail.filing import mail_turn
from helpdesk.mail.inbox import FoundIn
from helpdesk.models import (
    Customer,
    Leaving,
    Mailbox,
    MailboxMode,
    MailedReply,
    Receipt,
    Ticket,
    TicketEvent,
)
from helpdesk.models.mail.raw_mail import RawMail
from helpdesk.tickets import ticket_status
from monitor.models import Clock
from monitor.promises.defaults import ensure_defaults
from tests.helpdesk.desk import history
from tests.helpdesk.mail.filing.post import bring, file_all, mail, post
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer, Taken
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

LetOut = Callable[[float], None]
HOUR = timedelta(hours=1)


@pytest.fixture
def mailbox(mailbox: Mailbox) -> Mailbox:
    """The mailbox of the store, which sends receipts; the shipped promises are in force."""
    ensure_defaults()
    mailbox.receipts_since = NOW
    mailbox.save()
    return mailbox


def plain(taken: Taken) -> str:
    """Return the text of a mail, its lines ended as usual."""
    body = taken.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_one_receipt_leaves_in_the_thread_of_the_question(
    mailbox: Mailbox, server: MailServer, let_out: LetOut
) -> None:
    post(mailbox.store, mail())
    let_out(1)

    [taken] = server.taken
    head, said = taken.message, plain(taken)
    assert taken.recipients == ["jon@example.com"]
    assert (head["Auto-Submitted"], head["Subject"]) == ("auto-replied", "Re: My order")
    assert head["In-Reply-To"] == head["References"] == "<one@example.com>"
    assert str(head["Reply-To"]).startswith("Läden & Söhne <help+")
    assert "A person will answer by Monday, March 9, 2026, 7:00" in said
    assert Ticket.objects.get().reference in said
    assert "Where is my order?" not in said
    assert MailedReply.objects.get().state == Leaving.LEFT


def test_it_names_the_time_at_which_the_first_response_is_due(mailbox: Mailbox) -> None:
    post(mailbox.store, mail())

    receipt = Receipt.objects.get()
    assert receipt.promised_at == Clock.objects.of("first_response").get().due_at == NOW + 4 * HOUR
    assert (receipt.customer.email, receipt.language) == ("jon@example.com", "en")


def test_it_touches_no_clock(mailbox: Mailbox) -> None:
    post(mailbox.store, mail())

    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.waiting_since) == ("new", NOW)
    assert history(ticket) == ["opened", "public_reply_sent"]
    assert not Clock.objects.exclude(ended_at=None).exists()


def test_where_nobody_watches_no_time_is_named(mailbox: Mailbox, settings: Any) -> None:
    settings.ANSWER_PROMISED_AT = ""
    post(mailbox.store, mail())

    assert Receipt.objects.get().promised_at is None
    assert "\n\nA person will answer you.\n\n" in Receipt.objects.get().message.body


@pytest.mark.parametrize(
    ("body", "way", "tag", "zone"),
    [("איפה ההזמנה שלי?", "rtl", "he", "שעון קולקטה"), ("என் ஆர்டர் எங்கே?", "ltr", "ta", "கொல்கத்தா நேரம்")],
)
def test_it_is_written_in_the_language_and_for_the_place_of_its_reader(
    mailbox: Mailbox, server: MailServer, let_out: LetOut, body: str, way: str, tag: str, zone: str
) -> None:
    Customer.objects.create(
        store=mailbox.store, email="jon@example.com", email_key="jon@example.com", timezone="Asia/Kolkata"
    )
    post(mailbox.store, mail(body, Content_Type="text/plain; charset=utf-8", MIME_Version="1.0"))
    let_out(1)

    html = server.taken[0].message.get_body(("html",)).get_content()  # type: ignore[union-attr]  # it has one
    assert f'<html lang="{tag}" dir="{way}">' in html
    assert zone in html


def test_answers_to_it_and_later_mails_get_none(
    mailbox: Mailbox, server: MailServer, let_out: LetOut
) -> None:
    post(mailbox.store, mail())
    let_out(1)
    ours = str(server.taken[0].message["Message-ID"]).strip("<>")
    post(mailbox.store, mail("And this.", mid="2@example.com", answers=[ours]), now=minute(2))

    assert (Ticket.objects.count(), Receipt.objects.count()) == (1, 1)


def test_a_ticket_that_follows_an_ended_one_is_a_ticket_too(mailbox: Mailbox) -> None:
    post(mailbox.store, mail())
    ticket_status.close(ticket=Ticket.objects.get(), by=None, now=minute(1))
    post(mailbox.store, mail("Again.", mid="2@example.com", answers=["one@example.com"]), now=minute(2))

    assert Receipt.objects.count() == 2


def test_an_agent_s_answer_does_not_quote_it(
    make: Make, mailbox: Mailbox, server: MailServer, let_out: LetOut
) -> None:
    post(mailbox.store, mail())
    reply_in_public(ticket=Ticket.objects.get(), author=make.agent(), body="On its way.", now=minute(2))
    let_out(3)

    answer = plain(server.taken[-1])
    assert "> Where is my order?" in answer
    assert "A person will answer" not in answer


def test_an_address_gets_three_a_day_however_it_is_spelled(mailbox: Mailbox) -> None:
    for number, by in enumerate(["jon@example.com", "Jon@Example.com", "JON@EXAMPLE.COM", "jon@example.com"]):
        post(mailbox.store, mail(by=by, mid=f"{number}@example.com"))
    assert Receipt.objects.count() == 3

    later = NOW + timedelta(hours=24, seconds=1)
    post(mailbox.store, mail(mid="later@example.com", at=later), now=later)
    assert Receipt.objects.count() == 4


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"by": "no-reply@example.com", "Reply_To": "jon.no-reply@example.com"},
        {"by": "mailer@shopify.com"},
        {"by": "Owner <owner@example.com>"},
        {"by": "postmaster@example.com"},
        {"by": "no-reply@shopify.com", "Reply_To": "noreply@example.com"},
    ],
)
def test_machines_forms_without_a_customer_and_our_own_people_get_none(
    make: Make, mailbox: Mailbox, headers: dict[str, str]
) -> None:
    make.agent()
    post(mailbox.store, mail(**headers))  # type: ignore[arg-type]  # names of headers

    assert not Receipt.objects.exists()


def test_whom_a_form_names_gets_one(mailbox: Mailbox) -> None:
    post(mailbox.store, mail(by="mailer@shopify.com", Reply_To="Jon <jon@example.com>"))

    assert Receipt.objects.get().customer.email == "jon@example.com"


@pytest.mark.parametrize(("hours", "told"), [(5, True), (7, False)])
def test_mail_that_is_read_long_after_it_was_written_gets_none(
    mailbox: Mailbox, hours: int, told: bool
) -> None:
    post(mailbox.store, mail(), now=NOW + hours * HOUR)

    assert Receipt.objects.exists() is told
    assert Receipt.objects.filter(promised_at__isnull=False).count() == 0


@pytest.mark.parametrize("change", [{"receipts_since": None}, {"mode": MailboxMode.WATCH}])
def test_none_leaves_by_a_mailbox_that_does_not_send_them(mailbox: Mailbox, change: dict[str, Any]) -> None:
    watched = {"imap_host": "imap.example"}
    Mailbox.objects.filter(pk=mailbox.pk).update(**change, **watched)
    post(mailbox.store, mail())

    assert Ticket.objects.exists()
    assert not Receipt.objects.exists()


def test_one_that_comes_back_leaves_the_ticket_as_it_stands(mailbox: Mailbox, let_out: LetOut) -> None:
    post(mailbox.store, mail())
    let_out(1)
    ticket, receipt = Ticket.objects.get(), Receipt.objects.get().message
    ticket_status.resolve(ticket=ticket, by=None, now=minute(2))
    assert take_back_bounced(ticket=ticket, message=receipt, now=minute(3))

    ticket.refresh_from_db()
    receipt.refresh_from_db()
    assert (ticket.status, receipt.bounced_at) == ("resolved", minute(3))


def test_a_reader_that_dies_leaves_no_ticket_without_its_receipt(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    bring(mailbox.store, mail())
    with monkeypatch.context() as patched:
        patched.setattr(mail_turn, "_write_down", die)
        with pytest.raises(KeyboardInterrupt):
            mail_turn.take(now=NOW)
    assert (Ticket.objects.count(), Receipt.objects.count(), MailedReply.objects.count()) == (0, 0, 0)

    RawMail.objects.update(rests_until=None)
    mail_turn.take(now=minute(2))
    assert (Ticket.objects.count(), Receipt.objects.count(), MailedReply.objects.count()) == (1, 1, 1)


def test_history_gets_none(mailbox: Mailbox) -> None:
    with transaction.atomic():
        inbox.keep(mail(), store=mailbox.store, now=NOW, found_in=FoundIn(mailbox, arrived_at=NOW))
    file_all()

    assert TicketEvent.objects.get(seq=1).imported
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("minutes", [239.0, 240.0])
def test_a_promise_that_has_passed_by_then_does_not_leave(
    mailbox: Mailbox, server: MailServer, let_out: LetOut, minutes: float
) -> None:
    post(mailbox.store, mail())
    server.steps["MAIL"] = 451
    let_out(1)
    server.steps.clear()
    let_out(minutes)
    let_out(minutes)

    assert len(server.taken) == (1 if minutes < 240 else 0)


@pytest.mark.parametrize("what", ["answered", "spam"])
def test_it_does_not_leave_once_nobody_waits_any_more(
    make: Make, mailbox: Mailbox, server: MailServer, let_out: LetOut, what: str
) -> None:
    post(mailbox.store, mail())
    ticket = Ticket.objects.get()
    if what == "answered":
        reply_in_public(ticket=ticket, author=make.agent(), body="On its way.", now=minute(1))
    else:
        ticket_status.mark_spam(ticket=ticket, by=None, now=minute(1))
    let_out(2)

    assert [plain(taken).startswith("On its way.") for taken in server.taken] == [True] * (what == "answered")
    receipt = Receipt.objects.get().message
    assert (receipt.mailed.state, receipt.bounced_at) == (Leaving.REFUSED, None)


def test_an_answer_does_not_wait_for_a_receipt_that_was_put_off(
    make: Make, mailbox: Mailbox, server: MailServer, let_out: LetOut
) -> None:
    post(mailbox.store, mail())
    server.steps["MAIL"] = 451
    for minutes in (1, 2, 4, 10, 21):
        let_out(minutes)
    server.steps.clear()
    reply_in_public(ticket=Ticket.objects.get(), author=make.agent(), body="On its way.", now=minute(22))
    let_out(23)

    assert [plain(taken)[:11] for taken in server.taken] == ["On its way."]
    assert [each.state for each in MailedReply.objects.order_by("pk")] == [Leaving.REFUSED, Leaving.LEFT]
