"""The queue in a browser: for everybody, by keyboard, and true while it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from helpdesk.tickets import assignment
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit, press

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def promises(make: Make) -> None:
    ensure_defaults()


@pytest.fixture
def tickets(make: Make) -> list[Ticket]:
    """One in each group but the last, in the order of the page."""
    now = database_now()
    owner = make.agent("owner")
    asked = {"urgent": 180, "high": 20, "normal": 0, "low": 0}
    shown = [
        make.ticket(
            now=now,
            subject=f"{priority}: שלום",
            priority=priority,
            occurred_at=(now - timedelta(minutes=minutes)).isoformat(),
        )
        for priority, minutes in asked.items()
    ]
    with transaction.atomic():
        assignment.claim(ticket=shown[2], by=owner, now=now)
    return shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_the_queue_has_no_barriers_and_never_scrolls_sideways(
    make: Make,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    tickets: list[Ticket],
    scheme: str,
    width: int,
) -> None:
    for query in ("", "?filter=on", "?tab=mine&place=late"):
        page = visit(
            reverse("queue") + query,
            make.agent("owner"),
            color_scheme=scheme,
            viewport={"width": width, "height": 800},
        )
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_queue_turns_around_in_hebrew(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None], tickets: list[Ticket]
) -> None:
    Agent.objects.filter(pk=make.agent("owner").pk).update(locale="he")
    page = visit(reverse("queue"), make.agent("owner"), viewport={"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    no_barriers(page)


def test_fifteen_rows_stand_on_a_small_screen_and_subjects_beside_their_promises(
    make: Make, visit: Visit
) -> None:
    now = database_now()
    for minutes in (200, 25, *range(18)):
        asked = (now - timedelta(minutes=minutes)).isoformat()
        make.ticket(now=now, occurred_at=asked, priority="high", order={"id": f"A-{minutes}"})
    page = visit(reverse("queue"), make.agent("owner"), viewport={"width": 1366, "height": 768})

    seen = "[...document.querySelectorAll('[data-row]')].map(row => row.getBoundingClientRect().bottom)"
    assert page.locator(".group").count() == 3
    assert page.evaluate(f"{seen}.filter(bottom => bottom <= innerHeight).length") >= 15
    promise, subject = (
        page.locator(f"[data-row] .{name}").first.bounding_box() for name in ("promise", "what")
    )
    assert promise
    assert subject
    assert 0 <= subject["x"] - (promise["x"] + promise["width"]) < 40


def test_what_is_printed_has_no_menus(make: Make, visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(reverse("queue"), make.agent("owner"), color_scheme="dark")
    page.emulate_media(media="print")
    for name in (".top", ".foot", ".tabs", "input", "button", ".button"):
        assert not [one for one in page.locator(name).all() if one.is_visible()], name
    expect(page.locator("[data-row]")).to_have_count(4)


def test_one_works_through_the_queue_by_keyboard(make: Make, visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(reverse("queue"), make.agent("owner"))
    press(page, "j")
    expect(page.locator(f"#row-{tickets[0].reference}")).to_be_focused()
    press(page, "j")
    press(page, "k")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("urgent: שלום")

    press(page, "u")
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    press(page, "f")
    expect(page.locator("#filter-place")).to_be_focused()
    press(page, "Escape")
    page.locator("#filter-place").blur()
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("Take the next ticket")
    expect(page.get_by_role("dialog")).to_contain_text("Enter")


def test_the_way_back_leads_to_the_list_as_it_stood(make: Make, visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(reverse("queue") + "?tab=unassigned&priority=low", make.agent("owner"))
    press(page, "j")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("low: שלום")
    press(page, "a")
    expect(page.locator("#messages")).to_contain_text("Acknowledged")

    press(page, "u")
    expect(page.get_by_role("link", name="Unassigned")).to_have_attribute("aria-current", "page")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_a_row_opens_wherever_it_is_pressed(make: Make, visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(reverse("queue"), make.agent("owner"))
    page.locator("[data-row]").first.click(position={"x": 600, "y": 8})
    expect(page.get_by_role("heading", level=1)).to_have_text("urgent: שלום")


ODD = {
    "a word that never ends": ("W" * 300, "N" * 200),
    "emoji alone": ("😀" * 12, "👩‍👩‍👧‍👦"),
    "Tamil": ("என் ஆர்டர் எங்கே? " * 12, "தமிழ்ச்செல்வி"),
    "Hebrew": ("איפה ההזמנה שלי? " * 12, "נועה בת־ציון"),
    "direction marks": ("\u202e evil \u2066 open", "\u202ename"),
}


@pytest.mark.parametrize(("subject", "customer"), ODD.values(), ids=ODD.keys())
def test_odd_names_and_subjects_fall_out_of_no_page(
    make: Make, visit: Visit, subject: str, customer: str
) -> None:
    ticket = make.ticket(
        now=database_now() - timedelta(hours=1),
        subject=subject,
        body="W" * 500,
        customer={"external_id": "odd", "name": customer},
        priority="urgent",
    )
    for address in (reverse("queue"), reverse("tickets"), reverse("ticket", args=[ticket.reference])):
        for width in (1200, 640, 320):  # 640 is what a window of 1280 has at a zoom of 200 %
            page = visit(address, make.agent("owner"), viewport={"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


def test_the_next_ticket_is_taken_by_one_key(make: Make, visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(reverse("queue"), make.agent("owner"))
    press(page, "n")
    expect(page.get_by_role("heading", level=1)).to_have_text("urgent: שלום")
    tickets[0].refresh_from_db()
    assert tickets[0].assignee == make.agent("owner")


def test_a_conversation_is_begun_from_the_queue_by_one_key(
    make: Make, visit: Visit, tickets: list[Ticket]
) -> None:
    page = visit(reverse("queue"), make.agent("owner"))
    press(page, "c")

    expect(page.get_by_role("heading", level=1)).to_have_text("New ticket")


def test_the_rows_refresh_themselves_without_moving_the_focus_or_speaking(
    make: Make, visit: Visit, tickets: list[Ticket]
) -> None:
    page = visit(reverse("queue"), make.agent("owner"))
    press(page, "j")
    press(page, "j")
    make.ticket(now=database_now(), subject="A new one", priority="urgent")

    with page.expect_response(lambda response: "part=rows" in response.url, timeout=8_000):
        pass
    expect(page.get_by_text("A new one")).to_be_visible()

    expect(page.locator(f"#row-{tickets[1].reference}")).to_be_focused()
    assert page.locator(":is([aria-live], [role=status], [role=alert]) #rows").count() == 0
    expect(page.locator("live-state")).to_contain_text("Live · updated")


def test_whoever_is_logged_out_meanwhile_is_asked_to_log_in(
    make: Make, visit: Visit, tickets: list[Ticket]
) -> None:
    page = visit(reverse("queue"), make.agent("owner"))
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.evaluate("htmx.trigger('#rows', 'live')")
    page.wait_for_url("**" + reverse("login") + "**")


def test_the_queue_needs_no_javascript(make: Make, visit: Visit, tickets: list[Ticket]) -> None:
    page = visit(reverse("queue"), make.agent("owner"), java_script_enabled=False)
    expect(page.get_by_text("First response due in")).to_have_count(1)
    page.get_by_role("link", name="Mine").click()
    expect(page.get_by_text("normal: שלום")).to_be_visible()
    expect(page.get_by_text("low: שלום")).to_have_count(0)
    page.get_by_role("link", name="Filter").click()
    page.get_by_label("Priority").select_option("low")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
