"""What lay in a mailbox before it was connected is read as history: its clocks are true, and nobody is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from imap_tools.mailbox import BaseMailBox

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_request, job_turn
from helpdesk.jobs.job_kind import find_kind
from helpdesk.mail import history_request
from helpdesk.mail.fetching import folder_visit, history_visit
from helpdesk.mail.filing import mail_turn
from helpdesk.mail.history_request import HistoryUnderWay
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.models import (
    Job,
    LineSecurity,
    Mailbox,
    MailboxHistory,
    MailedReply,
    RawMail,
    Receipt,
    Status,
    Ticket,
    TicketEvent,
)
from helpdesk.models.mail.raw_mail import MailReason
from helpdesk.secrets import key_ring
from monitor.alarms import flags
from monitor.models import Clock, Flag
from tests.helpdesk.mail.servers.running_imap import LOGIN, PASSWORD, put, running_imap
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SENT = "Sent"
US, JON, MIRA = "help@shop.example", "jon@home.example", "mira@home.example"


@pytest.fixture
def now() -> datetime:
    return database_now().replace(microsecond=0)


@pytest.fixture
def mailbox(make: Make) -> Iterator[Mailbox]:
    make.agent()
    with running_imap() as imap:
        mailbox = make.mailbox(
            public_name="The Shop", sent_folder=SENT, receipts_since=database_now(),
            imap_host="127.0.0.1", imap_port=imap.port, imap_login=LOGIN, imap_security=LineSecurity.NONE,
            imap_password=key_ring.seal(PASSWORD),
        )  # fmt: skip
        with there(mailbox) as line:
            put(line, SENT)
        yield mailbox


def there(mailbox: Mailbox) -> AbstractContextManager[BaseMailBox]:
    return reading(imap_server_of(mailbox, now=database_now()), seconds=60)


def lay(mailbox: Mailbox, *, by: str, to: str, at: datetime, mid: str, answers: str = "") -> None:
    """Let a mail lie there since then, that speaks of those before it, the oldest first."""
    before = [f"<{each}>" for each in answers.split()]
    head = {"From": by, "To": to, "Subject": "Lamp", "Message-ID": f"<{mid}>", "Date": format_datetime(at)}
    head |= {"In-Reply-To": before[-1], "References": " ".join(before)} if before else {}
    raw = "".join(f"{name}: {value}\r\n" for name, value in head.items()) + f"\r\n{mid}\r\n"
    with there(mailbox) as line:
        line.append(raw.encode(), SENT if by == US else "INBOX", dt=at)


@pytest.fixture
def past(mailbox: Mailbox, now: datetime) -> None:
    """Jon is answered after an hour; Mira asks twice and waits; something is too old. Laid in no order of time."""
    ago = {hours: now - timedelta(hours=hours) for hours in (2000, 100, 99, 50, 48)}
    lay(mailbox, by=US, to=JON, at=ago[99], mid="a1", answers="q1")
    lay(mailbox, by=US, to="press@news.example", at=ago[99], mid="a0")
    lay(mailbox, by=MIRA, to=US, at=ago[48], mid="q3", answers="q2")
    lay(mailbox, by=JON, to=US, at=ago[2000], mid="old")
    lay(mailbox, by=JON, to=US, at=ago[100], mid="q1")
    lay(mailbox, by=MIRA, to=US, at=ago[50], mid="q2")
    look(mailbox)


def look(mailbox: Mailbox) -> None:
    with there(mailbox) as line:
        for folder in mailbox.folders_to_read:
            folder_visit.visit(line, mailbox, folder, clock=database_now, may_go_on=lambda: True)


def fetch(mailbox: Mailbox, *, until: int = 1000) -> bool:
    left = iter(range(until))
    with there(mailbox) as line:
        return history_visit.visit(
            line, mailbox, clock=database_now, may_go_on=lambda: next(left, None) is not None
        )


def ask(mailbox: Mailbox, *, days: int = 30) -> Job:
    with transaction.atomic():
        return history_request.ask(mailbox, days=days, by=None, now=database_now())


def work(job: Job) -> Job:
    """File what is here, and carry the job on, as the tasks do."""
    while mail_turn.take(now=database_now()):
        pass
    while job_turn.take(now=_rested(job), limit=100):
        job.refresh_from_db()
        if job.rests_until:
            break
    job.refresh_from_db()
    return job


def _rested(job: Job) -> datetime:
    """Return when the job may be carried on."""
    return max(job.rests_until or database_now(), database_now())


def told() -> dict[str, list[str]]:
    return {
        ticket.customer.email: [message.body.strip() for message in ticket.messages.in_order()]
        for ticket in Ticket.objects.select_related("customer")
    }


EXPECTED = {JON: ["q1", "a1"], MIRA: ["q2", "q3"]}


def test_its_clocks_are_those_that_would_have_run(mailbox: Mailbox, past: None, now: datetime) -> None:
    job = ask(mailbox)
    fetch(mailbox)
    work(job)

    assert told() == EXPECTED
    assert job.finished_at is not None
    assert (job.done, job.total) == (5, 5)
    clocks = Clock.objects.filter(metric="first_response").order_by("started_at")
    assert [(one.started_at, one.ended_at) for one in clocks] == [
        (now - timedelta(hours=100), now - timedelta(hours=99)),
        (now - timedelta(hours=50), None),
    ]
    states = dict(Ticket.objects.values_list("customer__email", "status"))
    assert states == {JON: Status.RESOLVED, MIRA: Status.NEW}
    resolved = TicketEvent.objects.get(kind="resolved")
    assert (resolved.occurred_at, resolved.imported) == (now - timedelta(hours=99), True)


def test_nobody_is_told_and_no_alarm_rings(mailbox: Mailbox, now: datetime) -> None:
    lay(mailbox, by=MIRA, to=US, at=now - timedelta(days=9), mid="q2")
    lay(mailbox, by=JON, to=US, at=now - timedelta(minutes=1), mid="q1")
    look(mailbox)
    job = ask(mailbox)
    fetch(mailbox)
    work(job)
    flags.raise_due(now=now + timedelta(days=30), limit=1000, noticed_by="test")

    assert set(told()) == {JON, MIRA}
    assert not Flag.objects.exists()
    assert not Receipt.objects.exists()
    assert not MailedReply.objects.exists()
    assert not Clock.objects.exclude(rings_at=None).exists()


def test_the_job_says_what_it_was_and_who_still_waits(mailbox: Mailbox, past: None) -> None:
    job = ask(mailbox)
    fetch(mailbox)
    work(job)

    kind = find_kind(job.kind)
    assert kind is not None
    assert kind.title(job) == "The last 30 days of help@shop.example"
    assert kind.outcome(job) == "They were 2 conversations. On 1 of its tickets somebody still waits."


@pytest.mark.parametrize("until", [0, 1, 2, 3, 4])
def test_broken_off_it_goes_on_where_it_was(mailbox: Mailbox, past: None, until: int) -> None:
    job = ask(mailbox)
    fetch(mailbox, until=until)
    assert work(job).finished_at is None
    fetch(mailbox)
    work(job)

    assert told() == EXPECTED
    assert (job.done, job.total) == (5, 5)


def test_asked_for_twice_nothing_is_doubled(mailbox: Mailbox, past: None) -> None:
    for _ in range(2):
        job = ask(mailbox)
        fetch(mailbox)
        assert work(job).finished_at is not None
    assert told() == EXPECTED


def test_it_is_read_once_at_a_time_and_after_it_was_called_off_again(mailbox: Mailbox, past: None) -> None:
    job = ask(mailbox)
    with pytest.raises(HistoryUnderWay):
        ask(mailbox)
    fetch(mailbox, until=1)
    job_request.cancel(job, now=database_now())
    assert not fetch(mailbox)
    again = ask(mailbox)
    fetch(mailbox)
    work(again)

    assert told() == EXPECTED


def test_what_is_new_is_filed_first_and_goes_on_as_new(mailbox: Mailbox, past: None, now: datetime) -> None:
    job = ask(mailbox)
    fetch(mailbox)
    lay(mailbox, by=MIRA, to=US, at=now, mid="q4", answers="q2 q3")
    look(mailbox)
    work(job)

    ticket = Ticket.objects.get(customer__email=MIRA)
    assert Clock.objects.get(metric="first_response", ticket=ticket).started_at == now
    assert set(told()[MIRA]) > {"q2", "q3", "q4"}  # and the receipt of the new one
    notes = RawMail.objects.filter(reason=MailReason.EARLIER)
    assert {mail.message.public for mail in notes if mail.message} == {False}


def test_whoever_writes_again_brings_back_what_history_had_resolved(
    mailbox: Mailbox, past: None, now: datetime
) -> None:
    job = ask(mailbox)
    fetch(mailbox)
    work(job)
    lay(mailbox, by=JON, to=US, at=now, mid="q5", answers="a1")
    look(mailbox)
    work(job)

    ticket = Ticket.objects.get(customer__email=JON)
    assert (ticket.status, ticket.waiting_since) == (Status.OPEN, now)


def test_a_mailbox_that_is_removed_ends_its_job(mailbox: Mailbox, past: None) -> None:
    job = ask(mailbox)
    fetch(mailbox, until=2)
    mailbox.delete()
    assert work(job).finished_at is not None
    assert not MailboxHistory.objects.exists()


def test_one_that_cannot_be_filed_is_named_and_holds_the_others_up_for_a_while_only(
    mailbox: Mailbox, past: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(mailbox)
    fetch(mailbox)
    poison = RawMail.objects.order_by("pk").first()
    assert poison is not None
    RawMail.objects.filter(pk=poison.pk).update(attempts=9)
    work(job)

    assert list(job.errors.values_list("what", "why")) == [
        (str(poison), "Reading it was broken off each time.")
    ]
    assert MIRA in told()


def test_the_page_counts_first_and_then_asks(
    client: Client, make: Make, mailbox: Mailbox, past: None
) -> None:
    client.force_login(make.agent("admin"))
    address = reverse("mailbox-history", args=[mailbox.pk])

    counted = client.post(address, {"days": "30"}).content.decode()
    assert re.search(r"<dt><bdi>INBOX</bdi></dt>\s*<dd>\s*3 mails", counted)
    assert re.search(r"<dt><bdi>Sent</bdi></dt>\s*<dd>\s*2 mails", counted)
    assert "Read these 5 mails as history" in counted
    assert not Job.objects.exists()

    asked = client.post(address, {"days": "30", "seen": "on"})
    job = Job.objects.get()
    assert asked.headers["Location"] == reverse("job", args=[job.pk])
    assert job.asked_by == make.agent("admin")
    page = client.get(reverse("mailbox", args=[mailbox.pk])).content.decode()
    assert reverse("job", args=[job.pk]) in page
    assert client.post(address, {"days": "30", "seen": "on"}).status_code == 302
    assert Job.objects.count() == 1


@pytest.mark.parametrize("days", ["", "0", "-1", "731", "many", "9" * 400])
def test_days_that_are_none_are_refused(client: Client, make: Make, mailbox: Mailbox, days: str) -> None:
    client.force_login(make.agent("admin"))
    answer = client.post(reverse("mailbox-history", args=[mailbox.pk]), {"days": days, "seen": "on"})
    assert answer.status_code == 422
    assert not Job.objects.exists()


def test_only_admins_reach_it_and_a_server_that_is_away_is_said(
    client: Client, make: Make, mailbox: Mailbox
) -> None:
    address = reverse("mailbox-history", args=[mailbox.pk])
    client.force_login(make.agent("overseer"))
    assert client.post(address, {"days": "3"}).status_code == 403

    Mailbox.objects.update(imap_port=1)
    client.force_login(make.agent("admin"))
    assert "Nobody answers at 127.0.0.1" in client.post(address, {"days": "3"}).content.decode()
