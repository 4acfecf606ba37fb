"""A webhook is told of a reply once its mail server has accepted it, and of one that never leaves as a bounce."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Mailbox, Ticket, WebhookFact, WebhookKind
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import Make

pytestmark = pytest.mark.django_db

KINDS = [WebhookKind.MESSAGE_SENT, WebhookKind.MESSAGE_BOUNCED]


def told() -> list[tuple[str, int]]:
    return list(WebhookFact.objects.order_by("sequence").values_list("kind", "sequence"))


@pytest.fixture(autouse=True)
def reply(make: Make, ticket: Ticket, mailbox: Mailbox) -> None:
    make.webhook("https://shop.example/hook", store=mailbox.store, kinds=KINDS)
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=minute(2))


def test_a_reply_is_told_when_it_has_left_and_once(
    server: MailServer, let_out: Callable[[float], None]
) -> None:
    server.steps["DATA"] = 451
    let_out(3)
    assert told() == []

    server.steps.clear()
    let_out(9)
    let_out(10)

    assert told() == [("message.sent", 1)]
    assert WebhookFact.objects.get().recorded_at == minute(9)


def test_one_that_is_refused_for_good_bounced_and_was_never_sent(
    server: MailServer, let_out: Callable[[float], None]
) -> None:
    server.steps["DATA"] = 550
    let_out(3)

    assert told() == [("message.bounced", 1)]
