"""Real conversations, sent once more as mail: the same tickets and the same first responses, in whatever order."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from helpdesk.intake.message_log import read
from helpdesk.mail.filing.mail_ids import MOST_NAMED
from helpdesk.models import Mailbox, MailOutcome, RawMail, Ticket
from monitor.promises import defaults
from tests.helpdesk.mail.filing import resent
from tests.helpdesk.mail.filing.post import mail
from tests.helpdesk.mail.filing.resent import ResentMail
from tests.make import NOW, Make

SHARES = 24
"""In so many parts the log is sent, for each a test."""

QUESTION = mail("Where is it?", mid="one@home.example", at=NOW)
REMINDER = mail("Hello?", mid="two@home.example", answers=["one@home.example"], at=NOW)


@pytest.fixture
def mailbox(make: Make) -> Mailbox:
    defaults.ensure_defaults()
    return make.mailbox("help@shop.example")


def computed_elsewhere(folder: Path) -> dict[str, float | None]:
    """Return the seconds that each waited for a person's public answer; None for whoever still waits."""
    rows = csv.DictReader((folder / "tickets_expected.csv").read_text().splitlines())
    waited = {row["ticket_id"]: row["frt_human_public_s"] for row in rows}
    return {ticket: float(seconds) if seconds else None for ticket, seconds in waited.items()}


@pytest.mark.django_db(transaction=True)  # in a single transaction, thousands of updates slow one another
@pytest.mark.parametrize("share", range(SHARES))
def test_sent_in_any_order_and_twice_they_are_what_the_log_says(
    mailbox: Mailbox, shared_data: Path, share: int
) -> None:
    folder = shared_data / "helpdesk_messages"
    talks = read(folder / "messages.csv.gz")[0][share::SHARES]
    mails = [each for talk in talks for each in resent.mails_of(talk, mailbox=mailbox)]

    resent.send(resent.shuffled(mails, seed=f"share {share}"), mailbox=mailbox, now=NOW)

    waited = computed_elsewhere(folder)
    assert resent.first_responses(talks) == {talk.ticket_id: waited[talk.ticket_id] for talk in talks}
    assert Ticket.objects.count() == len(talks)
    assert not RawMail.objects.filter(outcome=MailOutcome.SET_ASIDE).exists()


@pytest.mark.django_db
def test_of_a_customers_mails_that_lie_here_the_first_opens_the_ticket(mailbox: Mailbox) -> None:
    resent.send([ResentMail(REMINDER, False), ResentMail(QUESTION, False)], mailbox=mailbox, now=NOW)

    opened = RawMail.objects.get(outcome=MailOutcome.OPENED)
    assert bytes(opened.original.raw) == QUESTION
    assert Ticket.objects.count() == 1


@pytest.mark.django_db
def test_one_whose_first_mail_never_comes_opens_it_all_the_same(mailbox: Mailbox) -> None:
    later = mail(
        "And now?", mid="three@home.example", answers=["one@home.example", "two@home.example"], at=NOW
    )
    resent.send([ResentMail(REMINDER, False), ResentMail(later, False)], mailbox=mailbox, now=NOW)

    outcomes = RawMail.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == [MailOutcome.OPENED, MailOutcome.JOINED]


@pytest.mark.django_db
def test_a_long_conversation_is_known_by_the_mail_that_began_it(mailbox: Mailbox) -> None:
    between = [f"{number}@home.example" for number in range(MOST_NAMED + 5)]
    far = mail("At last.", mid="far@home.example", answers=["one@home.example", *between], at=NOW)
    resent.send([ResentMail(far, False), ResentMail(QUESTION, False)], mailbox=mailbox, now=NOW)

    assert Ticket.objects.count() == 1


@pytest.mark.django_db
def test_nobody_waits_for_a_mail_that_names_nobody(mailbox: Mailbox) -> None:
    other = mail("Something else.", mid="four@home.example", by="Mira <mira@example.org>", at=NOW)
    resent.send([ResentMail(QUESTION, False), ResentMail(other, False)], mailbox=mailbox, now=NOW)

    assert set(RawMail.objects.values_list("read_at", flat=True)) == {NOW}
