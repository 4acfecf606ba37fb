"""In a database that was put back or copied no reply leaves that may have left elsewhere, unless somebody says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from helpdesk.conversation import held_replies
from helpdesk.conversation.replies import reply_in_public
from helpdesk.mail.leaving import copied_replies
from helpdesk.models import HeldReply, Leaving, MailedReply, Message, Ticket
from helpdesk.outbox import copied_database
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LetOut = Callable[[float], None]


def say(make: Make, ticket: Ticket, body: str, at: float) -> None:
    with transaction.atomic():
        reply_in_public(ticket=ticket, author=make.agent(), body=body, now=minute(at))


def hold(make: Make, ticket: Ticket, body: str, at: float) -> HeldReply:
    given = {"author": make.agent(), "then": "keep_open", "external_id": f"page:{body}"}
    return held_replies.hold(ticket=ticket, body=body, now=minute(at), **given)  # type: ignore[arg-type]


def release(*, give_up: bool, at: float) -> int:
    with transaction.atomic():
        return copied_replies.release(give_up=give_up, now=minute(at))


def left(server: MailServer) -> list[str]:
    texts = (taken.message.get_body(("plain",)) for taken in server.taken)
    return [text.get_content().split()[0] for text in texts]  # type: ignore[union-attr]  # they have one


@pytest.mark.parametrize(
    ("give_up", "leave"), [(True, ["Three"]), (False, ["One", "Two", "Three"])], ids=["given up", "all"]
)
def test_what_waits_behind_another_goes_the_way_of_the_first(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut, give_up: bool, leave: list[str]
) -> None:
    say(make, ticket, "One", 2)
    say(make, ticket, "Two", 2.01)
    copied_database.hold(now=minute(3))
    say(make, ticket, "Three", 4)
    let_out(5)
    assert left(server) == []

    assert release(give_up=give_up, at=6) == 1
    for after in (7, 8, 9):
        let_out(after)

    assert left(server) == leave
    refused = [reply.message.body for reply in MailedReply.objects.all() if reply.state == Leaving.REFUSED]
    assert sorted(refused + leave) == ["One", "Three", "Two"]


def test_what_could_still_be_taken_back_is_not_said_before_somebody_has_looked(
    make: Make, ticket: Ticket
) -> None:
    hold(make, ticket, "Before.", 2.9)
    copied_database.hold(now=minute(3))
    hold(make, ticket, "Since.", 4)

    held_replies.let_go(now=minute(5), limit=10)

    assert list(Message.objects.filter(author="agent").values_list("body", flat=True)) == ["Since."]
    assert HeldReply.objects.get().refused_at is None


@pytest.mark.parametrize("give_up", [True, False])
def test_then_it_is_said_or_its_author_has_it_back(make: Make, ticket: Ticket, give_up: bool) -> None:
    hold(make, ticket, "Before.", 2.9)
    copied_database.hold(now=minute(3))

    release(give_up=give_up, at=5)
    held_replies.let_go(now=minute(6), limit=10)

    assert Message.objects.filter(body="Before.").exists() != give_up
    assert [held.why for held in HeldReply.objects.all()] == (
        ["held back after a restore"] if give_up else []
    )
