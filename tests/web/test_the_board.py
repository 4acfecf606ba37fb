"""The board in a browser: for everybody, live where it must be, and every number a way to its tickets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser

A4 = 718
"""So many pixels lie between the margins of a sheet, as browsers print."""


@pytest.fixture(autouse=True)
def three_days(make: Make) -> None:
    """A day with many tickets, one with a few, and today's: late, waiting, answered."""
    ensure_defaults()
    figures.begin()
    now, owner = database_now(), make.agent("owner")
    for days, tickets in ((5, 22), (2, 4), (0, 3)):
        for number in range(tickets):
            asked = now - timedelta(days=days, minutes=40)
            ticket = make.ticket(
                now=asked, subject=f"Ticket {number}", priority=("urgent", "low")[number % 2]
            )
            if number % 3:
                with transaction.atomic():
                    at = asked + timedelta(minutes=number + 1)
                    replies.reply_in_public(ticket=ticket, author=owner, body="Here it is.", now=at)


def unfolded(page: Page) -> Page:
    page.evaluate("for (const folded of document.querySelectorAll('main details')) folded.open = true")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_board_has_no_barriers_and_never_scrolls_sideways(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None], scheme: str, width: int
) -> None:
    view = {"width": width, "height": 800}
    page = unfolded(visit(reverse("board"), make.agent("overseer"), color_scheme=scheme, viewport=view))
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_board_turns_around_in_hebrew(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None]
) -> None:
    Agent.objects.filter(pk=make.agent("overseer").pk).update(locale="he")
    view = {"width": 390, "height": 800}
    page = unfolded(visit(reverse("board"), make.agent("overseer"), viewport=view))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    no_barriers(page)


def test_the_live_panel_counts_anew_by_itself_and_keeps_the_focus(make: Make, visit: Visit) -> None:
    page = visit(reverse("board"), make.agent("overseer"))
    page.locator("#now-late").focus()
    before = int(page.locator("#now-unacknowledged b").inner_text())
    make.ticket(now=database_now())

    expect(page.locator("#now-unacknowledged b")).to_have_text(str(before + 1), timeout=10_000)
    expect(page.locator("#now-late")).to_be_focused()
    assert page.locator(":is([aria-live], [role=status], [role=alert]) .number").count() == 0


def test_one_gets_from_a_number_to_its_tickets_by_keyboard(make: Make, visit: Visit) -> None:
    page = visit(reverse("board"), make.agent("overseer"))
    count = int(page.locator("#now-late b").inner_text())
    assert count > 25
    page.locator("#now-late").press("Enter")

    expect(page.get_by_role("heading", name="Late")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(25)
    page.get_by_role("link", name="More").press("Enter")
    expect(page.locator("[data-row]")).to_have_count(count - 25)


def test_the_chart_leads_to_its_days_and_its_tickets(make: Make, visit: Visit) -> None:
    page = visit(reverse("board"), make.agent("overseer"))
    expect(page.locator("svg a .dot")).to_have_count(7)
    page.locator("svg a").filter(has=page.locator(".dot")).first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ticket")


def test_the_board_needs_no_javascript(make: Make, visit: Visit) -> None:
    page = visit(reverse("board"), make.agent("overseer"), java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Service levels (SLA)")
    page.get_by_role("link", name="The same as a table").click()
    expect(page.locator("table tbody tr")).to_have_count(14)
    page.get_by_role("link", name="Service levels (SLA)", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Service levels (SLA)")


def test_what_the_board_is_of_stands_in_its_address(make: Make, visit: Visit) -> None:
    page = visit(reverse("board"), make.agent("overseer"), java_script_enabled=False)
    page.get_by_role("link", name="28 days").click()
    page.locator("summary", has_text="More to choose by").click()
    page.get_by_label("Priority").select_option("urgent")
    page.get_by_label("Counted in").select_option("open")
    page.get_by_label("beside as many days before").check()
    page.get_by_role("button", name="Show").click()

    asked_for = sorted(page.url.partition("?")[2].split("&"))
    assert asked_for == ["compared=1", "days=28", "priority=urgent", "time=open"]
    expect(page.get_by_label("Priority")).to_have_value("urgent")
    page.get_by_role("link", name="The same as a table").click()
    expect(page.locator("table tbody tr")).to_have_count(28)
    page.get_by_role("link", name="Service levels (SLA)", exact=True).last.click()
    page.get_by_role("link", name="Show as usual").click()
    assert page.url.endswith(reverse("board") + "?days=14")


@pytest.mark.usefixtures("three_days")
def test_a_printed_board_says_of_what_days_and_keeps_its_hours(make: Make, visit: Visit) -> None:
    page = visit(reverse("board"), make.agent("overseer"))
    expect(page.locator(".printed")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_contain_text("days by the clock of")
    expect(page.locator(".hours button").first).to_be_visible()
    expect(page.get_by_role("link", name="One row per ticket as CSV")).to_be_hidden()


@pytest.mark.usefixtures("three_days")
def test_nothing_of_a_printed_board_is_cut_off_at_the_edge_of_the_paper(make: Make, visit: Visit) -> None:
    page = visit(reverse("board"), make.agent("overseer"), viewport={"width": A4, "height": 1000})
    page.emulate_media(media="print")
    wide = "[...document.querySelectorAll('.scroll > *')].map(one => one.getBoundingClientRect().right)"

    assert max(page.evaluate(wide)) <= A4


def test_the_hours_of_the_week_are_one_stop_of_the_tab_key(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None]
) -> None:
    page = visit(reverse("board"), make.agent("overseer"))
    numbers, stops = page.locator(".hours button"), page.locator(".hours button[tabindex='0']")
    assert numbers.count() > 3
    expect(stops).to_have_count(1)
    expect(page.get_by_role("grid")).to_have_count(1)

    stops.focus()
    reached = {page.evaluate("document.activeElement.value + document.activeElement.form.id")}
    for key in ["ArrowDown"] * 14 + ["ArrowUp"] * 14 + ["Home", "ArrowRight", "End", "ArrowLeft"]:
        page.keyboard.press(key)
        reached.add(page.evaluate("document.activeElement.value + document.activeElement.form.id"))
    assert len(reached) > 3
    expect(stops).to_have_count(1)
    expect(stops).to_be_focused()
    page.keyboard.press("Tab")
    assert not page.evaluate("!!document.activeElement.closest('.hours')")
    page.keyboard.press("Shift+Tab")
    expect(stops).to_be_focused()
    no_barriers(page)


def test_without_javascript_each_hour_is_a_stop(make: Make, visit: Visit) -> None:
    page = visit(reverse("board"), make.agent("overseer"), java_script_enabled=False)
    expect(page.locator(".hours button[tabindex]")).to_have_count(0)
    page.locator(".hours button").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tickets")
