"""The demo's mailbox is one like any other, at a server that comes and goes with `./dev run`."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from helpdesk.conversation.replies import reply_in_public
from helpdesk.database.instant import database_now
from helpdesk.demo import shop
from helpdesk.demo.post import customers_mail
from helpdesk.demo.post.demo_addresses import MAILBOX
from helpdesk.mail.fetching import folder_visit
from helpdesk.mail.servers import server_trial
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.mail.servers.server_trial import WayTrial
from helpdesk.models import Agent, Mailbox, Message, RawMail, Ticket
from tests.config.post_office.running_post import RunningPost
from tests.config.post_office.test_post_office import mail
from tests.config.running import eventually
from tests.helpdesk.demo.post.conftest import GoRound


def answer(body: str) -> None:
    with transaction.atomic():
        reply_in_public(
            ticket=Ticket.objects.get(),
            author=Agent.objects.get(email=shop.AGENT),
            body=body,
            now=database_now(),
        )


def test_it_works_both_ways(demo: Mailbox) -> None:
    assert server_trial.try_reading(demo, now=database_now()) == WayTrial(mails={"INBOX": 0})
    assert server_trial.try_sending(demo, now=database_now()) == WayTrial()


def test_a_question_comes_by_it_and_its_answer_is_in_the_customers_box(
    post: RunningPost, go_round: GoRound
) -> None:
    post.send(mail(), to=MAILBOX)
    go_round()
    answer("On Monday.")
    go_round()

    [received] = customers_mail.newest(10)
    assert received.letter.in_reply_to == "one@customers.example"
    assert received.letter.text.startswith("On Monday.")
    assert [each.address for each in received.letter.to] == ["jon@customers.example"]
    assert customers_mail.one(received.uid) == received
    assert customers_mail.one(received.uid + 1) is None


def test_what_lay_there_before_anybody_looked_is_new(demo: Mailbox, post: RunningPost) -> None:
    post.send(mail(), to=MAILBOX)
    later = database_now() + timedelta(minutes=5)
    with reading(imap_server_of(demo, now=later), seconds=20) as line:
        kept = folder_visit.visit(line, demo, "INBOX", clock=lambda: later, may_go_on=lambda: True)

    assert kept == 1


def test_an_answer_that_comes_back_is_taken_back(post: RunningPost, go_round: GoRound) -> None:
    post.send(mail().replace(b"jon@customers", b"jon@gone"), to=MAILBOX)
    go_round()
    answer("On Monday.")
    go_round()

    eventually(lambda: post.lies_in(MAILBOX)[1:])
    go_round()

    assert Message.objects.get(body="On Monday.").bounced_at is not None


def test_the_next_server_is_looked_for_where_it_is(demo: Mailbox, settings: Settings) -> None:
    settings.DEMO_MAIL_PORTS = [2525, 1143]
    shop.seed()

    demo.refresh_from_db()
    assert (demo.smtp_port, demo.imap_port) == (2525, 1143)


@pytest.mark.parametrize("gone", ["server", "demo"])
def test_without_a_server_or_a_demo_nobody_looks_for_it(demo: Mailbox, settings: Settings, gone: str) -> None:
    settings.DEMO_MAIL_PORTS = []
    settings.ATTEND_DEMO = gone == "server"
    shop.seed()

    assert not Mailbox.objects.read_by_us().exists()


def test_a_mailbox_that_somebody_keeps_elsewhere_stays_there(demo: Mailbox, settings: Settings) -> None:
    Mailbox.objects.update(imap_host="imap.provider.example", imap_port=993)
    shop.seed()
    settings.DEMO_MAIL_PORTS = []
    shop.seed()

    demo.refresh_from_db()
    assert (demo.imap_host, demo.imap_port) == ("imap.provider.example", 993)


def test_a_wipe_takes_along_what_lies_at_the_server_and_what_was_kept(
    post: RunningPost, go_round: GoRound
) -> None:
    post.send(mail(), to=MAILBOX)
    go_round()
    answer("On Monday.")
    go_round()
    post.send(mail(mid="<two@customers.example>"), to=MAILBOX)

    with transaction.atomic():
        shop.wipe(now=database_now())
        customers_mail.empty_if_served()
    go_round()

    assert Ticket.objects.count() == RawMail.objects.count() == len(customers_mail.newest(10)) == 0
    post.send(mail(mid="<three@customers.example>"), to=MAILBOX)
    go_round()
    assert Ticket.objects.count() == 1
