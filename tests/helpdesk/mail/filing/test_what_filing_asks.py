"""How much filing a mail asks of the server: as much with many mails before it as with one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.mail.filing import mail_turn
from helpdesk.models import MailId, Store
from tests.helpdesk.desk import statements
from tests.helpdesk.mail.filing.post import bring, mail, post
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

OPENING, JOINING = 32, 32
"""Transactions and savepoints too, and what opening a ticket or writing on one costs by whatever door."""


@pytest.fixture
def shop(make: Make) -> Store:
    make.agent()
    make.mailbox()
    return make.store()


def filing(shop: Store, raw: bytes) -> int:
    bring(shop, raw)
    return statements(lambda: mail_turn.take(now=NOW + timedelta(minutes=1)))


@pytest.mark.parametrize("before", [1, 12])
def test_a_mail_asks_little_however_many_came_before_it(shop: Store, before: int) -> None:
    for number in range(before):
        post(shop, mail(mid=f"{number}@example.com"))

    opening = filing(shop, mail(mid="asks@example.com", by="new@example.net"))
    joining = filing(shop, mail(mid="again@example.com", by="new@example.net", answers=["asks@example.com"]))

    assert (opening, joining) == (OPENING, JOINING)


def test_a_mail_that_was_spoken_of_before_it_came_is_known_by_its_message(shop: Store) -> None:
    first = post(shop, mail(mid="two@example.com", answers=["one@example.com"])).message
    assert MailId.objects.get(value="one@example.com").message is None

    late = post(shop, mail("Before.", mid="one@example.com"), now=NOW + timedelta(minutes=1)).message

    assert first is not None
    assert late is not None
    assert late.ticket_id == first.ticket_id
    assert MailId.objects.get(value="one@example.com").message == late
