"""What is new in a customer's words is read at once; what stands there already is folded, and nothing is dropped."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

WRITTEN = "It is <b>blue</b>.\n\nOn Mon, 9 Mar 2026 at 15:00, Shop wrote:\n> Which colour is it?\n"


def page(client: Client, make: Make, reference: str) -> str:
    client.force_login(make.agent())
    return client.get(reverse("ticket", args=[reference])).content.decode()


def folded(html: str) -> list[str]:
    return re.findall(r"<summary>Quotes and signature</summary>\s*<div[^>]*>(.*?)</div>", html, re.DOTALL)


def test_a_quote_is_folded_and_is_there(client: Client, make: Make) -> None:
    html = page(client, make, make.ticket(body=WRITTEN, now=database_now()).reference)

    assert '<div class="said" dir="auto">It is &lt;b&gt;blue&lt;/b&gt;.' in html
    [rest] = folded(html)
    assert rest.strip().splitlines() == [
        "On Mon, 9 Mar 2026 at 15:00, Shop wrote:",
        "&gt; Which colour is it?",
    ]


def test_where_nothing_is_quoted_nothing_is_folded(client: Client, make: Make) -> None:
    assert folded(page(client, make, make.ticket(now=database_now()).reference)) == []


def test_where_all_is_quoted_it_stands_open(client: Client, make: Make) -> None:
    body = "On Mon, 9 Mar 2026 at 15:00, Shop wrote:\n> Which colour is it?"
    html = page(client, make, make.ticket(body=body, now=database_now()).reference)
    assert folded(html) == []
    assert "Which colour is it?" in html


def test_what_we_wrote_ourselves_stands_as_we_wrote_it(client: Client, make: Make) -> None:
    ticket = make.ticket(now=database_now())
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body=WRITTEN, now=database_now())
    assert folded(page(client, make, ticket.reference)) == []


def test_what_we_wrote_is_drawn_as_its_mail_is(client: Client, make: Make) -> None:
    ticket = make.ticket(body="Is it **blue**?", now=database_now())
    typed = "It is **blue**, see [here](https://x.example/7):\n- one <b>\n- two"
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body=typed, now=database_now())

    html = page(client, make, ticket.reference)

    assert "Is it **blue**?" in html
    assert '<strong>blue</strong>, see <a href="https://x.example/7">here</a>' in html
    assert '<li dir="ltr">one &lt;b&gt;</li><li dir="ltr">two</li>' in html
