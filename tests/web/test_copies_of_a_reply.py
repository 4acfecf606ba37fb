"""Who gets a copy of a reply, in a browser: the buttons say it while one types, without a script when one looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from helpdesk.models import Agent, Message, Ticket
from tests.helpdesk.mail.filing.post import MIRA, mail, post
from tests.make import Make
from tests.web.conftest import Visit, press

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(make: Make, settings: Settings) -> Ticket:
    """A ticket that came by mail, and whose answers leave at once."""
    settings.HOLD_REPLIES = timedelta()
    make.agent()
    make.mailbox()
    message = post(make.store(), mail(Cc="Ann <ann@office.example>")).message
    assert message
    return message.ticket


def address(ticket: Ticket) -> str:
    return reverse("ticket", args=[ticket.reference])


@pytest.fixture
def page(make: Make, visit: Visit, ticket: Ticket) -> Page:
    return visit(address(ticket), make.agent("owner"))


def send(page: Page, name: str) -> None:
    expect(page.get_by_role("button", name=name)).to_be_visible()


def test_the_buttons_follow_what_one_types_and_newcomers_are_marked(page: Page) -> None:
    send(page, "Send to Jon and 1 other, and wait")
    page.get_by_label("Cc").fill("Ann <ann@office.example>, Eve <eve@x.example>")
    send(page, "Send to Jon and 2 others, and wait")
    expect(page.get_by_text("New here: Eve <eve@x.example>")).to_be_visible()

    page.get_by_label("Cc").fill("ann@")
    expect(page.get_by_text("is no e-mail address that we can write to")).to_be_visible()

    page.get_by_label("Cc").fill("")
    send(page, "Send and wait for the customer")


def test_who_turns_to_a_button_while_it_changes_is_still_there(page: Page) -> None:
    page.fill("#id_body", "It is on its way.")
    page.get_by_label("Cc").fill("eve@x.example")
    with page.expect_response("**/messages/copies/"):
        page.locator("#send-wait").focus()
    send(page, "Send to Jon and 1 other, and wait")
    expect(page.locator("#send-wait")).to_be_focused()


def test_one_tab_leads_from_the_text_to_sending(page: Page) -> None:
    press(page, "r")
    page.keyboard.type("It is on its way.")
    press(page, "Tab")

    expect(page.get_by_role("button", name="Send to Jon and 1 other, and wait")).to_be_focused()


def test_one_tab_leads_from_a_letter_to_a_third_party_to_sending(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    theirs = post(
        make.store(), mail("I am his wife", by=MIRA, mid="w@x.example", answers=["one@example.com"])
    ).message
    assert theirs
    page = visit(
        reverse("ticket-third-party-answer", args=[ticket.reference, theirs.pk]), make.agent("owner")
    )
    page.locator("#id_body").focus()
    press(page, "Tab")

    expect(page.get_by_role("button", name="Send to Mira, unseen by the customer")).to_be_focused()


def test_what_was_typed_for_copies_outlives_a_reload_with_the_text(page: Page) -> None:
    page.get_by_label("Cc").fill("eve@x.example, ann@office.example")
    page.fill("#id_body", "A long answer.")
    page.reload()

    expect(page.get_by_label("Cc")).to_have_value("eve@x.example, ann@office.example")
    send(page, "Send to Jon and 2 others, and wait")


def test_copies_that_are_offered_are_no_draft(page: Page, ticket: Ticket) -> None:
    page.reload()

    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('attend-draft:'))") == []


def test_it_needs_no_javascript(make: Make, visit: Visit, ticket: Ticket) -> None:
    page = visit(address(ticket), make.agent("owner"), java_script_enabled=False)
    page.fill("#id_body", "It is on its way.")
    page.get_by_role("button", name="Send to Jon and 1 other, and wait").click()

    expect(page.locator(".message.staff")).to_contain_text("Cc: Ann")
    assert Message.objects.get(author="agent").parties.filter(role="cc").count() == 1


@pytest.mark.parametrize("locale", ["en", "he"])
def test_it_fits_a_narrow_window_whichever_way_it_is_read(
    make: Make, visit: Visit, ticket: Ticket, locale: str
) -> None:
    Agent.objects.filter(pk=make.agent("owner").pk).update(locale=locale)
    page = visit(address(ticket), make.agent("owner"), viewport={"width": 320, "height": 900})
    page.fill("#id_cc", f"{'a' * 60}@{'b' * 60}.example, eve@x.example")
    expect(page.locator("#id_cc_said li")).to_have_count(2)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
