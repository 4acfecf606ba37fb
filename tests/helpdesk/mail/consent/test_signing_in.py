"""Both servers of a mailbox let us in by consent, and say in words where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from helpdesk.conversation.replies import reply_in_public
from helpdesk.mail.servers import server_trial
from helpdesk.mail.servers.server_trial import WayTrial
from helpdesk.models import Mailbox, MailboxConsent, MailedReply, WayOut
from helpdesk.outbox import outbox
from helpdesk.secrets import key_ring
from tests.helpdesk.mail.consent.token_provider import TokenProvider
from tests.helpdesk.mail.servers.running_imap import running_imap
from tests.helpdesk.outbox.smtp_server import serving
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


def both(mailbox: Mailbox) -> Iterator[WayTrial | None]:
    yield server_trial.try_reading(mailbox, now=LATER)
    yield server_trial.try_sending(mailbox, now=LATER)


def wrong(mailbox: Mailbox) -> list[str]:
    return [trial.wrong for trial in both(mailbox) if trial]


def test_both_ways_work_by_one_token(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    assert list(both(mailbox)) == [WayTrial(mails={"INBOX": 0}), WayTrial()]
    assert provider.logins == [("help@shop.example", True)] * 2
    assert len(provider.asked) == 1


def test_a_shared_mailbox_is_entered_under_its_own_name(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    MailboxConsent.objects.update(account="dana@shop.example")
    mailbox.imap_login = mailbox.smtp_login = "common@shop.example"

    assert wrong(mailbox) == ["", ""]
    assert {login for login, _ in provider.logins} == {"common@shop.example"}


def test_a_server_that_does_not_take_the_token_says_so_and_the_next_time_has_another(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    MailboxConsent.objects.update(access_until=NOW + timedelta(hours=1))
    MailboxConsent.objects.update(access_token=key_ring.seal("stale"))

    read, sent = wrong(mailbox)
    assert read.startswith(
        "127.0.0.1 does not let “help@shop.example” in by the consent of help@shop.example."
    )
    assert "[AUTHENTICATIONFAILED] Invalid credentials" in read
    assert '"status": "400"' in read
    assert sent == ""
    assert len(provider.asked) == 1


@pytest.mark.parametrize("way", ["reading", "sending"])
def test_where_nobody_knows_of_consent_that_is_said(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider, way: str
) -> None:
    with running_imap() as imap, serving() as smtp:
        mailbox.imap_port, mailbox.smtp_port = imap.port, smtp.port
        told = wrong(mailbox)[way == "sending"]

    assert "by the consent of help@shop.example" in told


def test_a_consent_that_is_over_is_said_of_both_ways(
    mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    provider.revoke()

    assert all(told.startswith("The consent for help@shop.example is over") for told in wrong(mailbox))
    assert provider.logins == []


def reply(make: Make) -> MailedReply:
    ticket = make.ticket(customer={"email": "dana@home.example"})
    return reply_in_public(ticket=ticket, author=make.agent(), body="Here it is.", now=LATER).mailed


def test_an_answer_leaves_by_consent(make: Make, mailbox: Mailbox, consent: MailboxConsent) -> None:
    answer = reply(make)
    outbox.send_due(clock=lambda: LATER, seconds=5)

    answer.refresh_from_db()
    assert answer.left_at == LATER


def test_an_answer_waits_for_a_consent_that_is_over_and_says_whom_to_ask(
    make: Make, mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    provider.revoke()
    answer = reply(make)
    outbox.send_due(clock=lambda: LATER, seconds=5)

    answer.refresh_from_db()
    assert answer.left_at is None
    assert answer.said.startswith("The consent for help@shop.example is over: ask ")
    assert WayOut.objects.get(down_since=LATER).last_error == "consent-refused"


def test_an_answer_leaves_with_another_token_where_one_ended_early(
    make: Make, mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    MailboxConsent.objects.update(access_until=LATER + timedelta(hours=1))
    answer = reply(make)
    outbox.send_due(clock=lambda: LATER, seconds=5)
    answer.refresh_from_db()
    assert (answer.left_at, answer.said[:3]) == (None, "535")

    soon = LATER + timedelta(seconds=20)
    outbox.send_due(clock=lambda: soon, seconds=5)

    answer.refresh_from_db()
    assert answer.left_at == soon
