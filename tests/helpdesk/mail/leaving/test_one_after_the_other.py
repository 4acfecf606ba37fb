"""What is said on one ticket leaves in the order in which it was said, whatever becomes of the first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from helpdesk.conversation.recipients import MailRecipients, Recipient
from helpdesk.conversation.replies import reply_in_public
from helpdesk.conversation.third_party_answers import write_to_third_party
from helpdesk.models import Delivery, Leaving, MailedReply, Ticket
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LetOut = Callable[[float], None]


def say(make: Make, ticket: Ticket, *words: str, at: float = 2) -> None:
    for body in words:
        with transaction.atomic():
            reply_in_public(ticket=ticket, author=make.agent(), body=body, now=minute(at))


def left(server: MailServer) -> list[str]:
    texts = (taken.message.get_body(("plain",)) for taken in server.taken)
    return [text.get_content().split()[0] for text in texts]  # type: ignore[union-attr]  # they have one


def test_said_in_one_instant_they_keep_their_order(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    say(make, ticket, "One", "Two", "Three")
    assert Delivery.objects.count() == 1

    let_out(3)

    assert left(server) == ["One", "Two", "Three"]


def test_the_second_waits_for_one_that_is_put_off(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    say(make, ticket, "One")
    server.refused["dana@home.example"] = 451
    let_out(3)
    say(make, ticket, "Two", at=3.01)
    server.refused.clear()
    let_out(3.02)
    assert left(server) == []

    let_out(10)

    assert left(server) == ["One", "Two"]


def test_and_not_for_one_that_is_refused(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    say(make, ticket, "One", "Two")
    server.steps["DATA"] = 550
    let_out(3)
    assert {reply.state for reply in MailedReply.objects.all()} == {Leaving.REFUSED}

    server.steps.clear()
    say(make, ticket, "Three", at=4)
    let_out(5)

    assert left(server) == ["Three"]


def test_nor_for_one_that_is_given_up(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    say(make, ticket, "One", "Two")
    Delivery.objects.update(given_up_at=minute(3), due_at=None)

    let_out(3)
    let_out(4)

    assert left(server) == ["Two"]


def test_other_tickets_and_letters_to_third_parties_wait_for_nobody(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    server.refused["dana@home.example"] = 451
    say(make, ticket, "One")
    say(make, make.ticket(), "Elsewhere")
    with transaction.atomic():
        to = MailRecipients((Recipient("desk@courier.example"),))
        write_to_third_party(ticket=ticket, author=make.agent(), body="Outside", to=to, now=minute(2))
    let_out(3)

    assert sorted(left(server)) == ["Elsewhere", "Outside"]
