"""What is said while a reply is held stops it, and its author hears of that wherever they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.conversation.replies import receive_customer_message, reply_in_public, send_automatically
from helpdesk.database.instant import database_now
from helpdesk.models import HeldReply, Ticket
from tests.helpdesk.mail.leaving.test_second_thoughts import let_go, replies, undo
from tests.make import Make


@pytest.mark.django_db
def test_what_the_customer_writes_meanwhile_stops_it_and_both_are_shown(
    client: Client, asked: Ticket, send: Callable[..., Any]
) -> None:
    send()
    later = HeldReply.objects.get().sent_at + timedelta(seconds=3)
    receive_customer_message(ticket=asked, body="And another thing", now=later)
    let_go()

    assert replies() == []
    page = client.get(reverse("ticket", args=[asked.reference])).content.decode()
    assert "Something new was said before this had left" in page
    assert page.index("And another thing") < page.index("Here it is.")
    back = undo(client, asked).content.decode()
    assert "1 message came after you opened this page." in back
    assert "Here it is.</textarea>" in back


@pytest.mark.django_db
def test_a_colleague_s_answer_stops_it_and_what_a_machine_or_oneself_says_does_not(
    make: Make, asked: Ticket, send: Callable[..., Any]
) -> None:
    send("First.")
    send("Second.")
    send_automatically(ticket=asked, body="We have it.", now=database_now())
    let_go()
    assert replies() == ["First.", "Second."]

    send("Third.")
    reply_in_public(ticket=asked, author=make.agent("colleague"), body="Mine.", now=database_now())
    let_go()
    assert replies() == ["First.", "Second.", "Mine."]
    assert HeldReply.objects.get().body == "Third."


@pytest.mark.django_db
def test_wherever_its_author_is_by_then_a_banner_says_so(
    make: Make, client: Client, asked: Ticket, send: Callable[..., Any]
) -> None:
    other = make.ticket(now=database_now())
    send(after_sending="list")
    number = HeldReply.objects.get().pk
    for address in (reverse("queue"), reverse("ticket", args=[other.reference]), reverse("pulse")):
        page = client.get(address).content.decode()
        assert reverse("ticket-held-reply", args=[asked.reference, number]) in page
        assert "leaving in" in page

    receive_customer_message(ticket=asked, body="And another thing", now=database_now())
    let_go()
    page = client.get(reverse("queue")).content.decode()
    assert "was not sent" in page
    assert "Look at both" in page
    client.force_login(make.agent("colleague"))
    assert "was not sent" not in client.get(reverse("queue")).content.decode()


@pytest.mark.django_db
def test_what_is_done_besides_waits_with_it_and_comes_back_with_it(
    client: Client, asked: Ticket, send: Callable[..., Any]
) -> None:
    send("First.", action=["tag:sent", "status:on_hold"])
    asked.refresh_from_db()
    assert asked.tags == []
    let_go()
    asked.refresh_from_db()
    assert (asked.tags, asked.status) == (["sent"], "on_hold")

    send("Second.", action=["tag:late"])
    assert 'value="tag:late" checked' in undo(client, asked).content.decode()
