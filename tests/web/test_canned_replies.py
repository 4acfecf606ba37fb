"""A canned reply in a browser: found by typing, put where one writes, and filled in before it is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.conversation.canned import canned_replies
from helpdesk.conversation.canned.canned_replies import WrittenReply
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Message, Ticket
from tests.make import PASSWORD, Make
from tests.web.conftest import Visit, held_back, let_go, press

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(make: Make) -> Ticket:
    texts = {"en": "Dear {{customer.first_name}},\nyour parcel comes on ___.", "ta": "வணக்கம்"}
    with transaction.atomic():
        keep = canned_replies.keep
        keep(WrittenReply("On its way", None, texts, actions=["tag:sent"]), by=make.agent())
        keep(WrittenReply("Refund", None, {"en": "We refund it."}), by=make.agent())
    return make.ticket(now=database_now(), customer={"email": "jane@example.com", "name": "Jane Doe"})


def test_it_is_found_by_a_slash_filled_in_and_sent_by_keys_alone(
    make: Make, ticket: Ticket, visit: Visit
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    press(page, "r")
    page.keyboard.type("Hello!\n/")
    expect(page.locator("#canned-words")).to_be_focused()
    page.keyboard.type("parcel")
    expect(page.locator("#canned-list option")).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page.locator("#id_body")).to_have_value("Hello!\nDear Jane,\nyour parcel comes on ___.")
    expect(page.locator("#reply-chips")).to_contain_text("sent")
    page.get_by_role("button", name="Send and wait for the customer").click()
    expect(page.get_by_text("in line 3 is not filled in yet")).to_be_visible()
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type("Monday")
    page.get_by_role("button", name="Send and wait for the customer").click()

    expect(page.get_by_text("Sent. The ticket waits for the customer.")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.tags == ["sent"]
    assert Message.objects.get(author="agent").body == "Hello!\nDear Jane,\nyour parcel comes on Monday."


def test_escape_leaves_the_slash_and_a_slash_in_a_line_is_one(
    make: Make, ticket: Ticket, visit: Visit
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    press(page, "r")
    page.keyboard.type("/")
    expect(page.locator("#canned-words")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type("either/or")
    expect(page.locator("#id_body")).to_have_value("/either/or")
    expect(page.locator("#canned-picker")).to_be_hidden()


def test_what_is_typed_behind_the_slash_before_the_list_has_come_is_looked_for(
    make: Make, ticket: Ticket, visit: Visit
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    on_its_way = held_back(page, "**/canned/?q=")
    press(page, "r")
    page.keyboard.type("Hello!\n/parcel")
    let_go(page, on_its_way)
    expect(page.locator("#canned-words")).to_have_value("parcel")
    expect(page.locator("#canned-list option")).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page.locator("#id_body")).to_have_value("Hello!\nDear Jane,\nyour parcel comes on ___.")


def test_where_the_server_cannot_be_reached_its_list_says_so(
    make: Make, ticket: Ticket, visit: Visit
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    page.context.set_offline(True)
    press(page, "q")
    expect(page.locator("#canned-told")).to_have_text("The server cannot be reached. Try again.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Canned replies").click()
    expect(page.locator("#canned-list")).to_be_visible()
    expect(page.locator("#canned-told")).to_be_hidden()


def test_whoever_has_lost_their_session_comes_back_to_the_list(
    make: Make, ticket: Ticket, visit: Visit
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    press(page, "q")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    page.locator("#canned-list").select_option(label="Refund")
    page.get_by_role("button", name="Insert").click()
    expect(page.locator("#id_body")).to_have_value("We refund it.")


def test_without_script_it_is_put_in_too(make: Make, ticket: Ticket, visit: Visit) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent(), java_script_enabled=False)
    page.locator("#id_body").fill("Hello!")
    page.get_by_role("button", name="Canned replies").click()
    page.locator("#canned-list").select_option(label="Refund")
    page.get_by_role("button", name="Insert").click()
    expect(page.locator("#id_body")).to_have_value("Hello!\n\nWe refund it.")


@pytest.mark.parametrize(
    ("scheme", "width", "locale"), [("light", 1200, "en"), ("dark", 390, "en"), ("light", 390, "he")]
)
def test_no_page_of_it_has_barriers_or_scrolls_sideways(
    make: Make,
    ticket: Ticket,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    scheme: str,
    width: int,
    locale: str,
) -> None:
    Agent.objects.filter(pk=make.agent().pk).update(locale=locale)
    reply = make.agent().canned_replies.first()
    assert reply is not None
    view = {"width": width, "height": 900}
    addresses = [reverse("canned-replies"), reverse("canned-reply", args=[reply.pk])]
    for path in (*addresses, reverse("ticket", args=[ticket.reference])):
        page = visit(path, make.agent(), color_scheme=scheme, viewport=view)
        if path not in addresses:
            page.locator("[data-canned] [data-key]").click()
            expect(page.locator("#canned-list")).to_be_visible()
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_how_it_reads_is_in_sight_once_it_is_asked_for(visit: Visit, make: Make) -> None:
    page = visit(reverse("canned-reply-new"), make.agent("owner"))
    page.locator("[name=name]").fill("Late parcel")
    page.locator("textarea").first.fill("Dear {{customer.first_name}}")
    page.get_by_role("button", name="Show how it reads").click()

    expect(page.get_by_role("heading", name="How it reads")).to_be_in_viewport()
