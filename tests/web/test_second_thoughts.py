"""A reply is taken back in a browser: in time, without barriers, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.conversation import held_replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, HeldReply, MailedReply, Message, Ticket
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(make: Make) -> Ticket:
    make.mailbox()
    return make.ticket(now=database_now() - timedelta(minutes=5), email="jon@home.example")


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_slip_is_taken_back_and_mended(
    make: Make, ticket: Ticket, visit: Visit, java_script_enabled: bool
) -> None:
    page = visit(
        reverse("ticket", args=[ticket.reference]), make.agent(), java_script_enabled=java_script_enabled
    )
    page.locator("#id_body").fill("Helo, it is on its way.")
    page.get_by_role("button", name="Send and wait for the customer").click()
    expect(page.get_by_text("leaving in")).to_be_visible()

    page.get_by_role("button", name="Undo: take it back").click()

    expect(page.locator("#id_body")).to_have_value("Helo, it is on its way.")
    assert (HeldReply.objects.count(), Message.objects.filter(author="agent").count()) == (0, 0)


def test_what_was_sent_is_not_offered_again_while_it_can_be_taken_back(
    make: Make, ticket: Ticket, visit: Visit
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    page.locator("#id_body").fill("It is on its way.")
    page.get_by_role("button", name="Send and wait for the customer").click()

    expect(page.locator("#held")).to_contain_text("It is on its way.")
    expect(page.locator("#id_body")).to_have_value("")


def test_what_was_taken_back_outlives_a_way_off_the_page(make: Make, ticket: Ticket, visit: Visit) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    address = page.url
    page.locator("#id_body").fill("Helo, it is on its way.")
    page.get_by_role("button", name="Send and wait for the customer").click()
    page.get_by_role("button", name="Undo: take it back").click()
    expect(page.get_by_text("Taken back: nothing was said.")).to_be_visible()
    page.goto(address)

    expect(page.locator("#id_body")).to_have_value("Helo, it is on its way.")
    page.get_by_role("button", name="Send and wait for the customer").click()
    expect(page.locator("#held")).to_contain_text("Helo")
    expect(page.locator("#id_body")).to_have_value("")


@pytest.mark.parametrize(
    ("scheme", "width", "locale"), [("light", 1200, "en"), ("dark", 320, "en"), ("light", 320, "he")]
)
def test_neither_page_has_barriers_or_scrolls_sideways(
    make: Make,
    ticket: Ticket,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    scheme: str,
    width: int,
    locale: str,
) -> None:
    Agent.objects.filter(pk=make.agent().pk).update(locale=locale)
    now = database_now()
    said: dict[str, Any] = {"body": "Hello, it is on its way.\n\nGreetings", "then": "wait"}
    held_replies.hold(
        ticket=ticket, author=make.agent(), now=now - timedelta(minutes=2), external_id="page:1", **said
    )
    held_replies.let_go(now=now, limit=1)
    MailedReply.objects.update(left_at=now)
    held_replies.hold(ticket=ticket, author=make.agent(), now=now, external_id="page:2", **said)
    view = {"width": width, "height": 900}

    for path in (reverse("ticket", args=[ticket.reference]), reverse("delivery")):
        page = visit(path, make.agent(), color_scheme=scheme, viewport=view)
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
