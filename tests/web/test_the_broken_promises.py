"""Many broken promises in a browser: what is to be said of those that are ticked is never far from the last of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser
BOXES = ".row input[name=promise]"


@pytest.fixture(autouse=True)
def many(make: Make) -> None:
    ensure_defaults()
    for hours in range(10):
        make.ticket(now=database_now() - timedelta(days=1, hours=hours))


def test_the_form_stays_in_sight_and_has_a_key(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None]
) -> None:
    page = visit(reverse("broken"), make.agent("overseer"), viewport={"width": 1200, "height": 700})
    expect(page.get_by_label("Cause", exact=True)).to_be_in_viewport()
    page.locator(".row input").first.check()
    no_barriers(page)

    page.locator(".row input").first.blur()
    page.keyboard.press("b")

    expect(page.get_by_label("Cause", exact=True)).to_be_focused()
    page.get_by_label("Or in your own words").fill("The carrier was late")
    page.get_by_role("button", name="Name the cause").click()
    expect(page.locator("#messages")).to_contain_text("The cause is named.")


def test_all_on_the_page_are_ticked_at_once_and_counted(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None]
) -> None:
    page = visit(reverse("broken"), make.agent("overseer"))
    every, said, boxes = (
        page.get_by_label("Tick all on this page"),
        page.locator("row-selection output"),
        BOXES,
    )
    expect(every).not_to_be_checked()

    every.focus()
    page.keyboard.press("Space")

    expect(page.locator(f"{boxes}:checked")).to_have_count(page.locator(boxes).count())
    expect(said).to_have_text(f"{page.locator(boxes).count()} ticked")
    no_barriers(page)
    page.locator(boxes).first.uncheck()
    expect(every).to_have_js_property("indeterminate", True)
    every.check()
    every.uncheck()
    expect(page.locator(f"{boxes}:checked")).to_have_count(0)
    expect(said).to_be_empty()


def test_what_only_a_script_can_do_is_not_offered_without_one(make: Make, visit: Visit) -> None:
    page = visit(reverse("broken"), make.agent("overseer"), java_script_enabled=False)

    expect(page.get_by_label("Tick all on this page")).to_be_hidden()
    page.locator(BOXES).first.check()
    page.get_by_label("Or in your own words").fill("The carrier was late")
    page.get_by_role("button", name="Name the cause").click()
    expect(page.locator("#messages")).to_contain_text("The cause is named.")


@pytest.mark.parametrize("language", ["en", "he", "ta"])
def test_where_there_is_no_room_for_it_a_way_to_it_stays_in_sight_once_something_is_ticked(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None], language: str
) -> None:
    agent = make.agent("overseer", locale=language)
    page = visit(reverse("broken"), agent, viewport={"width": 320, "height": 640})
    way = page.locator(".to-ticked a")
    expect(way).to_be_hidden()

    page.locator(".row input").first.check()

    expect(way).to_be_in_viewport()
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    way.click()
    expect(page.locator("#say")).to_be_in_viewport()
