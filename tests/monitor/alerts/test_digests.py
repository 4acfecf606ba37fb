"""Digests: one a morning where the reader is, of what they see, where there is something to say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.jobs import job_turn
from helpdesk.models import Agent, Delivery, Environment, Membership, Queue, Role
from helpdesk.outbox import outbox
from helpdesk.queues import queue_merge
from helpdesk.queues.queue_merge import QueueMerge
from monitor.alerts import digest_mornings
from monitor.models import Digest, DigestIssue, DigestRhythm, RollupEdition, RollupMark
from monitor.promises import defaults
from monitor.reports.board.waits_panel import FEW
from monitor.reports.rollup.cell_reading import ADDED
from tests import figures
from tests.helpdesk.at_once import at_once
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 3, 10, 8, 0, tzinfo=BERLIN)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def desk(make: Make) -> None:
    defaults.ensure_defaults()
    figures.begin()


@pytest.fixture
def reader(make: Make) -> Agent:
    return make.agent("overseer", timezone="Europe/Berlin")


def asked(
    by: Agent, rhythm: DigestRhythm = DigestRhythm.DAILY, *, queue: Queue | None = None, now: datetime = NOW
) -> Digest:
    with transaction.atomic():
        return digest_mornings.ask(by=by, rhythm=rhythm, environment=Environment.LIVE, queue=queue, now=now)


def let_out(now: datetime) -> list[EmailMultiAlternatives]:
    """Let out what is due, and return the mails that left."""
    mail.outbox.clear()
    digest_mornings.make_out(now=now, limit=10)
    outbox.send_due(clock=lambda: now, seconds=20)
    sent: list[Any] = list(mail.outbox)
    return sent


def a_day(make: Make) -> None:
    """Monday: four who asked; one was answered in time, one late, two wait since."""
    agent, at = make.agent("owner"), NOW - 5 * HOUR
    early, late, *_waiting = (make.ticket(now=at + n * SECOND) for n in range(4))
    for ticket, took in ((early, HOUR), (late, 5 * HOUR)):
        with transaction.atomic():
            replies.reply_in_public(ticket=ticket, author=agent, body="Here it is.", now=at + took)
    figures.fold()


def test_it_comes_at_eight_where_its_reader_is_and_says_how_yesterday_went(make: Make, reader: Agent) -> None:
    a_day(make)
    asked(reader)
    assert let_out(TUESDAY - SECOND) == []

    [one] = let_out(TUESDAY)
    plain = str(one.body)
    assert (one.to, one.subject) == ([reader.email], "[Attend] Digest of all queues, 2026-03-09")
    for line in ("asked: 4 (before: 0)", "answered: 2 (before: 0)", "still waiting: 2 (before: 0)"):
        assert line in plain
    assert "late or never answered, of what was promised: 3" in plain
    assert "half waited" not in plain  # of four that says nothing


def test_of_twenty_it_says_how_long_half_and_nine_in_ten_waited(make: Make, reader: Agent) -> None:
    for _each in range(FEW):
        make.ticket(now=NOW)
    figures.fold()
    asked(reader)
    [one] = let_out(TUESDAY)

    assert "half waited: more than" in str(one.body)
    assert "so far (before: –)" in str(one.body)


def test_it_is_plain_and_html_in_its_readers_language(make: Make, reader: Agent) -> None:
    a_day(make)
    Agent.objects.filter(pk=reader.pk).update(locale="he")
    asked(reader)
    [one] = let_out(TUESDAY)
    [(html, kind)] = one.alternatives

    assert kind == "text/html"
    assert '<html lang="he" dir="rtl">' in str(html)
    assert one.extra_headers["Auto-Submitted"] == "auto-generated"


def test_the_three_who_wait_longest_are_named_by_their_tickets_alone(make: Make, reader: Agent) -> None:
    waiting = [make.ticket(now=NOW + n * SECOND, subject="A secret") for n in range(4)]
    foreign = make.ticket(now=NOW - DAY, queue=make.queue("Elsewhere"))
    figures.fold()
    asked(reader)
    [one] = let_out(TUESDAY)
    text = str(one.body) + str(one.alternatives[0])

    assert [ticket.reference in text for ticket in waiting] == [True, True, True, False]
    assert reverse("ticket", args=[waiting[0].reference]) in text
    assert foreign.reference not in text
    assert "A secret" not in text


def test_where_there_is_nothing_to_say_nothing_is_sent(reader: Agent) -> None:
    asked(reader)

    assert let_out(TUESDAY) == []
    assert Delivery.objects.get().items.count() == 1
    assert DigestIssue.objects.get().day == TUESDAY.date()


@pytest.mark.parametrize("fate", ["none yet", "behind"])
def test_it_waits_for_figures_rather_than_say_that_nobody_asked(make: Make, reader: Agent, fate: str) -> None:
    a_day(make)
    asked(reader)
    if fate == "none yet":
        RollupEdition.objects.update(complete_at=None)
    else:
        RollupMark.objects.bulk_create(RollupMark(ticket_id=0) for _ in range(ADDED + 1))
    assert let_out(TUESDAY) == []
    assert "figures" in Delivery.objects.get().last_error

    RollupEdition.objects.update(complete_at=TUESDAY)
    RollupMark.objects.all().delete()
    [one] = let_out(TUESDAY + HOUR)
    assert "asked: 4" in str(one.body)


def test_a_morning_is_told_once_however_often_it_is_looked(make: Make, reader: Agent) -> None:
    a_day(make)
    digest = asked(reader)
    assert len(let_out(TUESDAY)) == 1

    Digest.objects.filter(pk=digest.pk).update(due_at=TUESDAY)
    assert let_out(TUESDAY + HOUR) == []
    assert DigestIssue.objects.count() == 1


@transaction.atomic
def _made_out_and_died(now: datetime) -> None:
    digest_mornings.make_out(now=now, limit=10)
    raise KeyboardInterrupt


def test_what_dies_in_the_middle_leaves_neither_a_row_nor_a_mail(make: Make, reader: Agent) -> None:
    a_day(make)
    asked(reader)
    with pytest.raises(KeyboardInterrupt):
        _made_out_and_died(TUESDAY)
    assert not DigestIssue.objects.exists()
    assert not Delivery.objects.exists()

    assert len(let_out(TUESDAY + HOUR)) == 1


def test_after_days_of_silence_only_todays_is_sent(make: Make, reader: Agent) -> None:
    a_day(make)
    asked(reader)

    assert let_out(TUESDAY + 3 * DAY - HOUR) == []
    assert len(let_out(TUESDAY + 3 * DAY)) == 1
    assert DigestIssue.objects.get().day == date(2026, 3, 13)


def test_a_weekly_one_is_due_on_monday_and_sent_within_its_week(make: Make, reader: Agent) -> None:
    a_day(make)
    digest = asked(reader, DigestRhythm.WEEKLY)
    assert digest.due_at == datetime(2026, 3, 16, 8, 0, tzinfo=BERLIN)

    [one] = let_out(datetime(2026, 3, 18, 11, 0, tzinfo=BERLIN))
    assert one.subject.endswith("2026-03-09 to 2026-03-15")
    assert DigestIssue.objects.get().day == date(2026, 3, 16)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)),
        (datetime(2026, 3, 27, 12, 0, tzinfo=UTC), datetime(2026, 3, 28, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 23, 12, 0, tzinfo=UTC), datetime(2026, 10, 24, 6, 0, tzinfo=UTC)),
    ],
)
def test_eight_stays_eight_when_the_clocks_are_changed(after: datetime, due: datetime) -> None:
    assert digest_mornings.next_morning(DigestRhythm.DAILY, BERLIN, after=after) == due


@pytest.mark.parametrize("fate", ["stopped", "gone", "a member again"])
def test_whoever_wants_it_no_more_or_oversees_no_more_gets_none(make: Make, reader: Agent, fate: str) -> None:
    a_day(make)
    asked(reader, queue=make.queue())
    digest_mornings.make_out(now=TUESDAY, limit=10)
    if fate == "stopped":
        digest_mornings.stop(by=reader, rhythm=DigestRhythm.DAILY)
    elif fate == "gone":
        Agent.objects.filter(pk=reader.pk).update(is_active=False)
    else:
        Membership.objects.filter(agent=reader).update(role=Role.MEMBER)

    assert let_out(TUESDAY) == []


def test_what_is_not_live_never_leaves_this_machine(make: Make, reader: Agent, settings: Any) -> None:
    test_store = make.store("Trial", environment=Environment.TEST)
    make.ticket(now=NOW, store=test_store)
    digest = asked(reader)
    Digest.objects.filter(pk=digest.pk).update(environment=Environment.TEST)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert let_out(TUESDAY) == []
    assert Delivery.objects.get().last_error == ""


def test_the_page_switches_digests_on_and_off(make: Make, client: Client, reader: Agent) -> None:
    client.force_login(reader)
    client.post(reverse("digests"), {"daily": "all", "weekly": str(make.queue().pk)})
    told = Digest.objects.order_by("rhythm").values_list("rhythm", "queue", "environment")
    assert list(told) == [("daily", None, "live"), ("weekly", make.queue().pk, "live")]

    client.post(reverse("digests"), {"daily": "", "weekly": "all"})
    assert [one.due_at is None for one in Digest.objects.order_by("rhythm")] == [True, False]


def test_a_queue_that_is_not_overseen_is_refused(make: Make, client: Client, reader: Agent) -> None:
    client.force_login(reader)
    answer = client.post(reverse("digests"), {"daily": str(make.queue("Elsewhere").pk)})

    assert answer.status_code == 422
    assert not Digest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(make: Make, reader: Agent) -> None:
    a_day(make)
    asked(reader)
    looked = at_once(*[lambda: digest_mornings.make_out(now=TUESDAY, limit=10)] * 2)

    assert set(looked) == {0, 1}
    assert len(let_out(TUESDAY)) == 1
    assert DigestIssue.objects.count() == 1


def test_a_digest_follows_its_queue_into_which_it_was_merged(make: Make, reader: Agent) -> None:
    a_day(make)
    into, admin = make.queue("Everything"), make.agent("admin")
    asked(reader, queue=make.queue())
    with transaction.atomic():
        queue_merge.merge(QueueMerge(make.queue(), into), by=admin, now=NOW)
    while job_turn.take(now=NOW, limit=10):
        pass
    figures.fold()

    [one] = let_out(TUESDAY)

    assert one.subject == "[Attend] Digest of Everything, 2026-03-09"
    assert "They wait longest now" in str(one.body)


def test_of_a_queue_that_was_retired_one_more_says_so(make: Make, reader: Agent) -> None:
    quiet = make.queue("Quiet")
    make.member(reader, queue=quiet, role=Role.OVERSEER)
    asked(reader, queue=quiet)
    assert let_out(TUESDAY) == []
    Queue.objects.filter(pk=quiet.pk).update(retired_at=NOW)

    mails = [one for day in range(1, 4) for one in let_out(TUESDAY + day * DAY)]

    [one] = mails
    assert "This queue was retired: nothing comes there any more" in str(one.body)
    assert "This queue was retired" in str(one.alternatives[0][0])
    assert Digest.objects.get().due_at is None
