"""Some of the demo's customers write by mail, and every state of a ticket by mail comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import groupby, takewhile

import pytest
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from helpdesk.database.instant import database_now
from helpdesk.demo import shop
from helpdesk.demo.client import ApiClient
from helpdesk.demo.demo_step import DemoStep
from helpdesk.demo.driver import plan
from helpdesk.demo.post.demo_addresses import MAILBOX
from helpdesk.management.commands.demo import Driver
from helpdesk.models import Author, MailedReply, Message, Status, Ticket
from tests.config.post_office.running_post import RunningPost
from tests.config.running import eventually
from tests.helpdesk.demo.post.conftest import GoRound
from tests.make import NOW

Play = Callable[[str, str], list[str]]


def by_mail(span: timedelta) -> list[list[DemoStep]]:
    """Return the conversations by mail that begin within the span, each whole."""
    steps = takewhile(lambda step: step.at < NOW + span + timedelta(hours=2), plan(NOW))
    theirs = sorted((step for step in steps if step.address), key=lambda step: (step.number, step.at))
    told = [list(steps) for _, steps in groupby(theirs, key=lambda step: step.number)]
    return [steps for steps in told if steps[0].at < NOW + span]


def test_a_part_of_what_is_asked_comes_by_mail_from_the_start() -> None:
    asked = [
        step
        for step in takewhile(lambda s: s.at < NOW + timedelta(hours=8), plan(NOW))
        if step.verb == "open"
    ]

    assert 0.1 < len(by_mail(timedelta(hours=8))) / len(asked) < 0.4
    assert by_mail(timedelta(minutes=2))


def test_most_are_only_answered_and_now_and_then_one_is_trouble() -> None:
    told = by_mail(timedelta(days=1))
    domains = Counter(steps[0].address.rpartition("@")[2] for steps in told)
    verbs = Counter(step.verb for steps in told for step in steps)

    assert set(domains) == {"customers.example", "gone.example", "refused.example", "slow.example"}
    assert domains["customers.example"] > len(told) / 2
    assert 0 < verbs["away"] < verbs["write_back"] < len(told) / 2
    assert verbs["write_back"] == verbs["answer_again"]


@pytest.fixture
def play(live_server: LiveServer, go_round: GoRound) -> Iterator[Play]:
    """Play the first conversation of a domain in which this is done, step by step; return what was said on it."""
    clients = {name: ApiClient(live_server.url, shop.api_key(name)) for name in shop.STORES.values()}
    driver = Driver(clients)

    def to_the_end(domain: str, verb: str) -> list[str]:
        told = by_mail(timedelta(days=1))
        fits = (s for s in told if s[0].address.endswith(domain) and verb in {step.verb for step in s})
        for step in next(fits):
            driver._do(step, NOW)
            go_round()
        return list(Message.objects.order_by("pk").values_list("author", flat=True))

    yield to_the_end
    for client in clients.values():
        client.pool.clear()  # else a thread of the server keeps its connection to the database


@pytest.mark.django_db(transaction=True)
def test_one_writes_back_and_is_answered_again(play: Play) -> None:
    assert play("customers.example", "write_back") == [Author.CUSTOMER, Author.AGENT] * 2
    assert (Ticket.objects.get().status, Ticket.objects.get().channel) == (Status.RESOLVED, "email")


@pytest.mark.django_db(transaction=True)
def test_the_machine_of_one_answers(play: Play) -> None:
    play("customers.example", "away")

    [away] = Message.objects.filter(automatic=True)
    assert away.author == Author.CUSTOMER
    assert "out of the office" in away.body


@pytest.mark.django_db(transaction=True)
def test_an_answer_comes_back(play: Play, post: RunningPost, go_round: GoRound) -> None:
    play("gone.example", "answer")
    eventually(lambda: len(post.lies_in(MAILBOX)) == 2)
    go_round()

    assert Message.objects.get(author=Author.AGENT).bounced_at is not None
    assert Ticket.objects.get().waiting_since is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("domain", "state"), [("slow.example", "leaving"), ("refused.example", "refused")])
def test_an_answer_is_put_off_or_refused(play: Play, domain: str, state: str) -> None:
    play(domain, "answer")

    assert MailedReply.objects.order_by("pk")[0].state == state


@pytest.mark.django_db(transaction=True)
def test_without_a_mail_server_they_come_by_the_api(play: Play, settings: Settings) -> None:
    settings.DEMO_MAIL_PORTS = []

    assert play("customers.example", "write_back") == [Author.CUSTOMER, Author.AGENT]
    assert Ticket.objects.get().customer.email == ""


def test_nobody_acts_on_a_ticket_that_has_not_come(go_round: GoRound) -> None:
    driver = Driver({})
    for step in by_mail(timedelta(hours=1))[0][1:]:
        driver._do(step, database_now())

    assert not Ticket.objects.exists()
