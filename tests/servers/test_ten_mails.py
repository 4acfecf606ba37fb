"""A conversation of ten mails through Postfix and Dovecot, which the postman hears of by IDLE."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from helpdesk.models import MailboxFolder, MailedReply, Message, Ticket
from monitor.models import Clock
from tests.config.running import eventually
from tests.faults.doomed import manage
from tests.servers.scene import Scene

pytestmark = [pytest.mark.postfix, pytest.mark.dovecot, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def postman(scene: Scene) -> Iterator[None]:
    with manage(["postman"]):
        eventually(MailboxFolder.objects.exists, within=60)
        yield


def test_ten_mails_go_to_and_fro_and_each_is_there_once(scene: Scene, postman: None, told: list[str]) -> None:
    asked = [scene.at(-100 + 20 * number) for number in range(5)]
    answered = [each + timedelta(minutes=10) for each in asked]
    last = scene.asks("My lamp is late. (0)", at=asked[0])
    for number in range(5):
        scene.hears(number + 1)
        scene.answer(f"It is on its way. ({number})", at=answered[number])
        scene.let_out(at=answered[number])
        *_, ours = scene.customers_mails()
        if number < 4:
            thanks = f"When? ({number + 1})"
            last = scene.asks(thanks, to=str(ours["Reply-To"]), answers=ours, at=asked[number + 1])

    arrived = scene.customers_mails()
    assert len({mail["Message-ID"] for mail in arrived}) == len(arrived) == 5
    assert arrived[-1]["In-Reply-To"] == last["Message-ID"]
    assert [message.body.strip()[-3:] for message in Message.objects.in_order()] == [
        f"({number})" for number in range(5) for _ in range(2)
    ]
    assert (Ticket.objects.count(), MailedReply.objects.leaving().count()) == (1, 0)
    clocks = Clock.objects.filter(metric__in=["first_response", "next_response"]).order_by("started_at")
    assert [(clock.started_at, clock.ended_at) for clock in clocks] == list(zip(asked, answered, strict=True))
    told.append(
        "ten mails both ways: 5 came, 5 left, each once, in one ticket; 5 clocks, from asked to answered"
    )
