"""A demo with its mail server, and everybody who does a round."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_django.fixtures import Settings

from helpdesk.database.instant import database_now
from helpdesk.demo import shop
from helpdesk.mail.fetching import folder_visit
from helpdesk.mail.filing import mail_turn
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.models import Mailbox
from helpdesk.outbox import outbox
from tests.config.post_office.running_post import RunningPost, running_post

GoRound = Callable[[], None]


@pytest.fixture
def post() -> Iterator[RunningPost]:
    with running_post() as post:
        yield post


@pytest.fixture
def demo(db: None, settings: Settings, post: RunningPost) -> Mailbox:
    """The demo's mailbox, at a server that runs."""
    settings.ATTEND_DEMO = settings.DEMO_IS_OPEN = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMO_MAIL_PORTS = post.ports
    shop.seed()
    return Mailbox.objects.get()


@pytest.fixture
def go_round(demo: Mailbox) -> GoRound:
    """What the postman and the tasks do: fetch, file, and let out."""

    def once() -> None:
        with reading(imap_server_of(demo, now=database_now()), seconds=20) as line:
            folder_visit.visit(line, demo, "INBOX", clock=database_now, may_go_on=lambda: True)
        while mail_turn.take(now=database_now()):
            pass
        outbox.send_due(clock=database_now, seconds=5)

    return once
