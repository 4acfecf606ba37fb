"""The customer's words come first and controls after; the focus is never lost by an act."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from tests.make import Make
from tests.web.conftest import Visit, press

pytestmark = pytest.mark.browser

FEW = 6
"""Tab stops of the page itself before the composer begins."""


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(
        now=database_now(), subject="Where is my order?", order={"id": "1001", "status": "open"}
    )


@pytest.fixture
def page(make: Make, visit: Visit, ticket: Ticket) -> Page:
    return visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))


def test_few_tab_stops_lead_to_the_composer_and_the_controls_come_after_it(page: Page) -> None:
    page.locator("#main").focus()
    stops: list[str] = []
    while not stops or "composer" not in stops[-1]:
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("document.activeElement.closest('#composer, #controls, main, aside')?.id ?? ''")
        )
        assert len(stops) <= FEW + 1, stops
    assert "controls" not in stops
    assert page.evaluate(
        "Boolean(document.querySelector('#composer').compareDocumentPosition(document.querySelector('#controls')) & 4)"
    )


def test_one_can_skip_to_the_answer_from_the_top_of_the_page(page: Page) -> None:
    page.wait_for_load_state()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to your answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#id_body")).to_be_focused()


def test_the_head_says_in_one_look_how_the_ticket_stands(page: Page) -> None:
    head = page.locator("#ticket-head")
    for words in ("Where is my order?", "waiting", "New", "nobody has it", "normal", "Order 1001"):
        expect(head).to_contain_text(words)


def test_the_focus_is_where_it_was_or_on_the_sentence_that_says_what_was_done(page: Page) -> None:
    press(page, "a")
    sentence = page.locator("#messages p").first
    expect(sentence).to_contain_text("Acknowledged")
    expect(sentence).to_be_focused()

    change = page.get_by_role("button", name="Change: Priority")
    change.press("Enter")
    expect(page.locator("#messages p").first).to_have_text("Nothing changed.")
    expect(page.locator("#sorting form[action$='/assignee/'] button")).not_to_be_focused()
    assert page.evaluate("document.activeElement !== document.body")


@pytest.mark.parametrize("deed", ["Acknowledge", "Resolve it unanswered"])
def test_acknowledging_and_resolving_need_no_javascript(
    make: Make, visit: Visit, ticket: Ticket, deed: str
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"), java_script_enabled=False)
    if deed != "Acknowledge":
        page.locator("summary[data-key=e]").click()
    page.get_by_role("button", name=deed, exact=True).click()
    expect(page.locator("#messages")).to_contain_text("d")
    assert ticket.events.count() >= 2
