"""A ticket is tried by keyboard alone; what comes out has no barrier, in the dark and from right to left either."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def tester(make: Make, visit: Visit) -> Page:
    ensure_defaults()
    make.ticket(now=database_now())
    return visit(reverse("tester"), make.agent("overseer"))


def unfold(page: Page) -> None:
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")


def test_it_is_tried_by_keyboard_and_says_which_policy_applies(
    tester: Page, no_barriers: Callable[[Page], None]
) -> None:
    tester.get_by_label("Channel").fill("chat")
    tester.get_by_label("Tags, with commas between them").fill("late, angry")
    tester.keyboard.press("Enter")

    expect(tester.locator("#trial")).to_have_text("\u2068Chat\u2069 applies.")
    expect(tester.get_by_label("Channel")).to_have_value("chat")
    unfold(tester)
    expect(tester.locator("main table").first).to_contain_text("counts")
    no_barriers(tester)


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    tester: Page, no_barriers: Callable[[Page], None]
) -> None:
    tester.locator("summary", has_text="Paste a ticket").press("Enter")
    tester.get_by_label("Ticket as a shop sends it").fill('{"message": {}}')
    tester.get_by_label("Tier").fill("vip")
    tester.get_by_role("button", name="Try it").press("Enter")

    expect(tester.get_by_role("alert").first).to_contain_text("message/body: This is missing.")
    expect(tester.get_by_label("Tier")).to_have_value("vip")
    no_barriers(tester)


def test_one_that_is_there_is_explained_and_tried(make: Make, visit: Visit) -> None:
    ensure_defaults()
    ticket = make.ticket(now=database_now())
    page = visit(reverse("explanation", args=[ticket.reference]), make.agent("overseer"))

    page.get_by_role("link", name="Try it against the policies").press("Enter")

    expect(page.locator("#trial")).to_contain_text("applies.")
    expect(page.get_by_label("Ticket that is there, by its reference")).to_have_value(ticket.reference)
