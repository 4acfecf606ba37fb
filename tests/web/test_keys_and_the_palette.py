"""One works by keyboard alone: rows are ticked and done together, the palette finds it all, the sheet says it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Message, Ticket
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit, fetch_anew, held_back, let_go, press

pytestmark = pytest.mark.browser


@pytest.fixture
def tickets(make: Make) -> list[Ticket]:
    ensure_defaults()
    return [make.ticket(now=database_now(), subject=f"Question {number}") for number in "ABCD"]


def test_rows_are_ticked_done_together_and_undone_by_keys_alone(
    make: Make, visit: Visit, tickets: list[Ticket], no_barriers: Callable[[Page], None]
) -> None:
    page = visit(reverse("queue"), make.agent())
    for key in "jxjx":
        press(page, key)
    expect(page.locator("row-selection output")).to_have_text("2 ticked")
    expect(page.locator(f"#row-{tickets[1].reference}")).to_be_focused()
    no_barriers(page)

    page.locator("#bulk-act").select_option("priority:urgent")
    page.get_by_role("button", name="Do it").press("Enter")
    expect(page.locator("#messages")).to_contain_text("Done to 2 tickets.")
    assert Ticket.objects.filter(priority="urgent").count() == 2

    press(page, "Escape")
    press(page, "z")
    expect(page.locator("#messages")).to_contain_text("Undone on 2 tickets.")
    assert Ticket.objects.filter(priority="urgent").count() == 0


@pytest.mark.parametrize(
    ("keys", "focused"), [("jjx", "Question C"), ("jjjjx", "Question C"), ("jxjxjxjx", "Queue")]
)
def test_rows_that_leave_their_list_by_an_act_leave_the_focus_in_it(
    make: Make, visit: Visit, tickets: list[Ticket], keys: str, focused: str
) -> None:
    """By an act that asks first: what is resolved is out of the queue, and the next row is at hand."""
    page = visit(reverse("queue"), make.agent())
    for key in keys:
        press(page, key)
    page.locator("#bulk-act").select_option("status:resolved")
    page.get_by_role("button", name="Do it").press("Enter")
    page.get_by_label("Resolve these too, without an answer").check()
    page.get_by_role("button", name="Yes, do it").press("Enter")
    expect(page.locator("#messages")).to_contain_text("Done to")

    heading = focused == "Queue"
    expect(page.get_by_role("heading" if heading else "link", name=focused, exact=True)).to_be_focused()


def test_what_is_put_off_by_the_palette_and_the_bar_leaves_the_focus_on_its_row(
    make: Make, visit: Visit, tickets: list[Ticket]
) -> None:
    page = visit(reverse("queue"), make.agent())
    for key in "jx":
        press(page, key)
    press(page, "Control+k")
    page.keyboard.type("ticked")
    page.keyboard.press("Enter")
    expect(page.locator("#bulk-act")).to_be_focused()
    page.locator("#bulk-act").select_option("snooze:tomorrow")
    page.get_by_role("button", name="Do it").press("Enter")

    expect(page.locator("#messages")).to_contain_text("Done to 1 ticket.")
    expect(page.get_by_role("link", name="Question A")).to_be_focused()


def test_shift_ticks_a_stretch_and_ticks_outlive_what_is_fetched_anew(
    make: Make, visit: Visit, tickets: list[Ticket]
) -> None:
    page = visit(reverse("queue"), make.agent())
    boxes = page.locator("[data-row] > input")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("row-selection output")).to_have_text("3 ticked")

    fetch_anew(page, "#rows")
    expect(page.locator("row-selection output")).to_have_text("3 ticked")
    expect(boxes.nth(2)).to_be_focused()

    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Question C")


def test_the_palette_finds_what_the_page_offers_in_any_script_and_goes_there(
    make: Make, visit: Visit, tickets: list[Ticket], no_barriers: Callable[[Page], None]
) -> None:
    page = visit(reverse("queue"), make.agent())
    press(page, "Control+k")
    field = page.get_by_role("combobox", name="Find what can be done")
    expect(field).to_be_focused()
    no_barriers(page)

    page.keyboard.type("no such thing")
    expect(page.get_by_role("dialog")).to_contain_text("Nothing here is called so")
    field.fill("ÚNASS")
    expect(page.get_by_role("option")).to_have_count(1)
    press(page, "Enter")
    expect(page.get_by_role("link", name="Unassigned")).to_have_attribute("aria-current", "page")


def test_what_is_typed_before_the_palette_has_come_is_typed_into_it(
    make: Make, visit: Visit, tickets: list[Ticket]
) -> None:
    """Not one of its letters is a single key of the page beneath."""
    page = visit(reverse("queue"), make.agent())
    on_its_way = held_back(page, "**/command-palette*.js")
    press(page, "Control+k")
    page.keyboard.type("unassigned")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Find what can be done")).to_have_value("unassigned")
    let_go(page, on_its_way)

    expect(page.get_by_role("link", name="Unassigned")).to_have_attribute("aria-current", "page")


def test_a_palette_that_cannot_be_fetched_goes_and_comes_once_it_can(
    make: Make, visit: Visit, tickets: list[Ticket]
) -> None:
    page = visit(reverse("queue"), make.agent())
    page.route("**/command-palette*.js", lambda route: route.abort())
    press(page, "Control+k")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.unroute("**/command-palette*.js")
    press(page, "Control+k")
    expect(page.get_by_role("option").first).to_be_visible()


def test_the_palette_leads_to_what_is_ones_own(make: Make, visit: Visit) -> None:
    page = visit(reverse("queue"), make.agent())
    own = ("Profile", "Mentions", "Team notes", "Away")
    for title in own:
        press(page, "Control+k")
        page.get_by_role("combobox", name="Find what can be done").fill(title)
        press(page, "Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_the_palette_is_there_where_single_keys_are_off(
    make: Make, visit: Visit, tickets: list[Ticket]
) -> None:
    Agent.objects.filter(pk=make.agent().pk).update(hot_keys=False)
    page = visit(reverse("queue"), make.agent())
    press(page, "j")
    expect(page.locator("body")).to_be_focused()
    press(page, "Control+k")
    expect(page.get_by_role("option").first).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_sheet_says_the_keys_in_groups_and_leads_to_their_switch(
    make: Make, visit: Visit, tickets: list[Ticket], no_barriers: Callable[[Page], None]
) -> None:
    page = visit(reverse("queue"), make.agent())
    press(page, "?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    for group in ("On this page", "In lists", "Everywhere"):
        expect(sheet.get_by_role("heading", name=group)).to_be_visible()
    no_barriers(page)
    sheet.get_by_role("link", name="Turn single keys off").press("Enter")
    expect(page.get_by_label("Keyboard shortcuts")).to_be_visible()


def test_what_is_written_is_sent_by_control_and_enter(
    make: Make, visit: Visit, tickets: list[Ticket]
) -> None:
    page = visit(reverse("ticket", args=[tickets[0].reference]), make.agent())
    press(page, "i")
    page.keyboard.type("For us alone")
    press(page, "Enter")
    assert not Message.objects.filter(body__startswith="For us").exists()
    with page.expect_navigation():
        press(page, "Control+Enter")
    assert Message.objects.filter(body__startswith="For us alone", public=False).count() == 1
