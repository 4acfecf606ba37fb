"""The slider over a day that is over: by mouse and by keys, at any width, in any direction, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.conversation import replies
from helpdesk.models import Agent
from helpdesk.tickets import assignment
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.make import NOW, Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def a_day(make: Make) -> None:
    """Four tickets, one an hour; each is taken after half an hour, and every other one answered."""
    ensure_defaults()
    figures.begin()
    owner = make.agent("owner")
    for number in range(4):
        asked = NOW + timedelta(hours=number)
        ticket = make.ticket(now=asked, subject=f"Ticket {number}", priority=("urgent", "low")[number % 2])
        with transaction.atomic():
            assignment.claim(ticket=ticket, by=owner, now=asked + timedelta(minutes=30))
        if number % 2:
            with transaction.atomic():
                at = asked + timedelta(minutes=50)
                replies.reply_in_public(ticket=ticket, author=owner, body="Here it is.", now=at)


def address(page: str, at: datetime) -> str:
    return f"{reverse(page)}?at={at.replace(tzinfo=None).isoformat()}Z"


@pytest.mark.parametrize("name", ["queue", "board"])
@pytest.mark.parametrize(
    ("scheme", "width", "locale"), [("light", 1200, "en"), ("dark", 390, "en"), ("light", 390, "he")]
)
def test_the_past_has_no_barriers_and_never_scrolls_sideways(
    make: Make,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    name: str,
    scheme: str,
    width: int,
    locale: str,
) -> None:
    Agent.objects.filter(pk=make.agent("overseer").pk).update(locale=locale)
    view = {"width": width, "height": 900}
    at = address(name, NOW + timedelta(hours=2, minutes=10))
    page = visit(at, make.agent("overseer"), color_scheme=scheme, viewport=view)
    page.evaluate("for (const folded of document.querySelectorAll('main details')) folded.open = true")
    expect(page.locator("day-slider input")).to_be_visible()
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_arrow_key_goes_on_by_a_quarter_of_an_hour(make: Make, visit: Visit) -> None:
    page = visit(address("queue", NOW + timedelta(minutes=45)), make.agent("owner"))
    rows = page.locator("#then .row")
    expect(rows).to_have_count(1)
    slider = page.get_by_label("Time of day")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(rows).to_have_count(2)
    expect(page.locator("#as-it-stood")).to_contain_text("4:00")
    assert "at=2026-03-09T16%3A00%3A00.000Z" in page.url
    expect(slider).to_be_focused()
    expect(page.locator("#past-at")).to_have_value("2026-03-09T16:00")
    onward = page.get_by_role("link", name="15 min later")
    expect(onward).to_have_attribute("href", "?at=2026-03-09T16%3A15%3A00.000Z")
    page.keyboard.press("Home")
    expect(page.locator("main [role=alert]")).to_contain_text("Nothing was known here")


def test_without_scripts_links_and_a_field_go_on(make: Make, visit: Visit) -> None:
    page = visit(
        address("queue", NOW + timedelta(minutes=45)), make.agent("owner"), java_script_enabled=False
    )
    page.get_by_role("link", name="15 min later").click()
    expect(page.locator("#then .row")).to_have_count(2)
    page.locator("#past-at").fill("2026-03-09T18:05")
    page.locator(".past-bar").get_by_role("button", name="Show").click()
    expect(page.locator("#as-it-stood")).to_contain_text("6:05")
    page.get_by_role("link", name="back to now").click()
    expect(page.get_by_role("button", name="Take next")).to_be_visible()
