"""Policies in a browser: edited by keyboard, said back while typed, reviewed, published, compared; without barriers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture(autouse=True)
def office(make: Make) -> Calendar:
    ensure_defaults()
    make.queue("An uncommonly long name of a queue for returns")
    calendar = Calendar.objects.create(name="Office")
    spec = {"timezone": "Europe/Berlin", "weekly": WEEK}
    CalendarVersion.objects.create(calendar=calendar, version=1, effective_at=database_now(), spec=spec)
    return calendar


def editing(name: str = "Everybody") -> str:
    return reverse("policy-editing", args=[Policy.objects.get(name=name).pk])


def unfold(page: Page) -> None:
    page.evaluate("for (const folded of document.querySelectorAll('main details')) folded.open = true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("locale", ["en", "he", "ta"])
def test_the_pages_have_no_barriers_and_never_scroll_sideways(
    make: Make,
    office: Calendar,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    scheme: str,
    width: int,
    locale: str,
) -> None:
    Agent.objects.filter(pk=make.agent("admin").pk).update(locale=locale)
    view = {"width": width, "height": 900}
    page = visit(editing(), make.agent("admin"), color_scheme=scheme, viewport=view)

    def clean() -> None:
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    unfold(page)
    clean()
    page.locator("#id_amount_first_response_low").fill("")
    page.locator("#id_amount_first_response_urgent").fill("2")
    page.locator("#id_unit_first_response_urgent").select_option("working_days")
    page.locator("form.policy-editor button.primary").click()
    expect(page.locator("table.sides")).to_be_visible()
    unfold(page)
    clean()
    page.locator("[name=meant]").check()
    page.locator("main button.primary").click()
    expect(page.locator("#versions")).to_be_visible()
    unfold(page)
    clean()


def test_a_target_is_said_back_while_it_is_typed(make: Make, office: Calendar, visit: Visit) -> None:
    page = visit(editing(), make.agent("admin"))
    page.get_by_label("Hours in which open time counts").select_option("Office")
    low = page.locator("#id_amount_resolution_low")
    low.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    page.keyboard.type("working days, to the same")

    said = page.locator("#said-amount_resolution_low")
    expect(said).to_contain_text("3 working days, to the same time of day: opened Fri")
    expect(said).to_contain_text(", due Wed")
    page.locator("#id_amount_acknowledgement_low").fill("")
    expect(page.locator("#said-doubts")).to_contain_text("acknowledgement has no target for low")


def test_a_policy_is_changed_and_moved_without_scripts(make: Make, visit: Visit) -> None:
    page = visit(reverse("policies"), make.agent("admin"), java_script_enabled=False)
    page.get_by_role("link", name="Edit Everybody").click()
    page.locator("#id_amount_next_response_high").fill("soon")
    page.get_by_label("Why").fill("Busy weeks")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_text("This is no number.")).to_be_visible()
    expect(page.locator("#id_why")).to_have_value("Busy weeks")
    page.locator("#id_amount_next_response_high").fill("2.5")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.locator("table.sides")).to_contain_text("2 hr 30 min")
    page.get_by_role("button", name="Change it").click()
    expect(page.locator("#id_amount_next_response_high")).to_have_value("150")
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Busy weeks")).to_be_visible()

    page.get_by_role("link", name="Promises").first.click()
    page.get_by_role("link", name="Move up Everybody").click()
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_label("Yes, this is meant").check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published.")).to_be_visible()
    assert PolicyVersion.objects.filter(policy__name="Everybody").count() == 3
