"""Finding a ticket from anywhere, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.search import search_rows
from tests.make import Make
from tests.web.conftest import Visit, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = {
    "The kettle does not boil": "Hello, the kettle that came on Monday does not boil. Order ORD-4711/22, thank you.",
    "என் கெட்டில்": "வணக்கம், என் கெட்டில் (kettle) இன்னும் வரவில்லை. எப்போது வரும்?",
    "הקומקום": "שלום, הקומקום שהזמנתי (kettle) לא הגיע.",
    "กาต้มน้ำ": "ฉันรอการจัดส่ง kettle มานานแล้ว",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_key_and_a_word_lead_to_a_ticket(visit: Visit, make: Make, theme: str) -> None:
    owner = make.agent("owner", theme=theme)
    tickets = [make.ticket(subject=subject, body=body, now=database_now()) for subject, body in TEXTS.items()]
    search_rows.write([ticket.pk for ticket in tickets])
    page = visit("/", owner)

    press(page, "/")
    page.keyboard.type("จัดส่ง")
    page.keyboard.press("Enter")

    expect(page.locator("mark")).to_have_text("จัดส่ง")
    press(page, "j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(tickets[-1].reference))


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("language", ["en", "he"])
def test_what_is_found_can_be_read_in_any_direction(
    visit: Visit, make: Make, no_barriers: Callable[[Page], None], width: int, language: str
) -> None:
    owner = make.agent("owner", locale=language)
    tickets = [make.ticket(subject=subject, body=body, now=database_now()) for subject, body in TEXTS.items()]
    search_rows.write([ticket.pk for ticket in tickets])
    page = visit("/search/?q=kettle", owner, viewport={"width": width, "height": 800})

    expect(page.locator("mark").first).to_be_visible()
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
