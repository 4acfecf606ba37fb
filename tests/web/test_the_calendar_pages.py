"""Calendars in a browser: changed by keyboard alone, looked at, published; without JavaScript; no barriers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from monitor.models import Calendar
from monitor.promises import versions
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser

SPEC = {
    "timezone": "Europe/Berlin",
    "weekly": {"mon": [["09:00", "17:00"]], "fri": [["22:00", "06:00"]]},
    "holidays": ["2026-12-25"],
}


@pytest.fixture
def admin(make: Make) -> Agent:
    return make.agent("admin", timezone="Europe/Berlin")


@pytest.fixture
def calendar(admin: Agent) -> Calendar:
    ensure_defaults()
    made = Calendar.objects.create(name="Office")
    versions.publish_calendar(calendar=made, spec=SPEC, now=database_now(), by=admin)
    return made


def test_a_break_is_typed_looked_at_and_published_by_keyboard(
    visit: Visit, admin: Agent, calendar: Calendar, no_barriers: Callable[[Page], None]
) -> None:
    page = visit(reverse("edit-calendar", args=[calendar.pk]), admin)
    no_barriers(page)
    page.get_by_label("Monday, break begins").fill("12:00")
    page.get_by_label("Monday, break ends").fill("13:00")
    page.get_by_label("Monday, break ends").press("Enter")

    expect(page.get_by_role("heading", name="Before it is published")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Monday 09:00–17:00, break 12:00–13:00")
    no_barriers(page)
    page.get_by_label("Why?").fill("Lunch.")
    page.get_by_label("Why?").press("Enter")

    expect(page.locator("#messages")).to_contain_text("Published.")
    no_barriers(page)
    newest = calendar.versions.get(version=2)
    assert newest.spec["weekly"]["mon"] == [["09:00", "12:00"], ["13:00", "17:00"]]
    assert (newest.spec["holidays"], newest.why) == (["2026-12-25"], "Lunch.")


def test_without_javascript_windows_and_holidays_are_added(
    visit: Visit, admin: Agent, calendar: Calendar
) -> None:
    page = visit(reverse("edit-calendar", args=[calendar.pk]), admin, java_script_enabled=False)
    page.locator("button[value='window 0 mon']").press("Enter")
    page.get_by_label("Monday, window 2, opens").fill("18:00")
    page.get_by_label("Monday, window 2, closes").fill("18:00")
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="Show its regions").click()
    expect(page.get_by_label("Region")).to_be_in_viewport()
    page.get_by_label("Region").select_option("BY")
    page.get_by_role("button", name="Add its holidays").click()
    expect(page.locator("[role=status]", has_text="dates were added")).to_be_in_viewport()

    page.get_by_role("button", name="Look at it before it is published").last.click()
    expect(page.locator("main")).to_contain_text(
        "Monday opens and closes at 18:00. Is it closed, or open all day?"
    )
    page.get_by_label("Monday, 18:00 to 18:00").select_option("closed")
    page.get_by_role("button", name="Look at it before it is published").last.click()
    page.get_by_role("button", name="Try it first").wait_for()
    page.get_by_role("button", name="Back to the editor").click()

    expect(page.get_by_label("Monday, opens")).to_have_value("09:00")
    expect(page.locator("input[value='Epiphany']")).to_have_count(1)
    assert calendar.versions.count() == 1
