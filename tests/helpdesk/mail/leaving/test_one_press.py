"""One press of *Send* is one reply; what comes under its token with anything else is lost to nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import HeldReply, Ticket
from tests.helpdesk.mail.leaving.test_second_thoughts import let_go, replies
from tests.make import Make

pytestmark = pytest.mark.django_db


def test_sent_twice_by_one_press_it_is_held_once(asked: Ticket, send: Callable[..., Any]) -> None:
    token = uuid4()
    send(token=token)
    send(token=token)
    assert HeldReply.objects.count() == 1
    let_go()
    send(token=token)

    assert (replies(), HeldReply.objects.count()) == (["Here it is."], 0)


def test_the_same_press_with_other_words_or_copies_says_so(send: Callable[..., Any]) -> None:
    token = uuid4()
    send(token=token)

    others = [{"body": "Another."}, {"cc": "ana@home.example"}, {"then": "resolve"}]

    assert [send(token=token, **other).status_code for other in others] == [409] * 3
    held = HeldReply.objects.get()
    assert (held.body, held.then) == ("Here it is.", "wait")


@pytest.mark.parametrize("other", [{"body": "Another."}, {"mode": "note", "then": "note"}])
def test_what_was_said_under_its_token_meanwhile_does_not_swallow_it(
    make: Make, client: Client, asked: Ticket, send: Callable[..., Any], other: dict[str, str]
) -> None:
    token = uuid4()
    send(token=token)
    held = HeldReply.objects.get()
    HeldReply.objects.all().delete()
    send(token=token, **other)
    if HeldReply.objects.exists():
        let_go()
    held.save(force_insert=True)

    let_go()

    held.refresh_from_db()
    assert "An earlier version of this was sent already" in held.why
    page = client.get(reverse("ticket", args=[asked.reference])).content.decode()
    assert ("Put it back into the composer" in page, "Here it is." in page) == (True, True)


def test_what_was_said_under_its_token_meanwhile_and_is_the_same_is_one(
    make: Make, asked: Ticket, send: Callable[..., Any]
) -> None:
    send()
    held = HeldReply.objects.get()
    let_go()
    held.save(force_insert=True)

    let_go()

    assert (replies(), HeldReply.objects.count()) == (["Here it is."], 0)
