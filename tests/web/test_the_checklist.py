"""The first-run checklist: it ticks itself, from what is really there, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django import Settings

from monitor.models import Calendar, PolicyVersion
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


def ticks(page: Page) -> list[bool]:
    """Return which of the six steps are done, once the page is there."""
    steps = page.locator("main ol > li > details > summary")
    expect(steps).to_have_count(6)
    return [words.startswith("Done:") for words in steps.all_inner_texts()]


@pytest.fixture
def start(make: Make, visit: Visit) -> Page:
    ensure_defaults()
    return visit(reverse("checklist"), make.agent("admin"))


def test_nothing_is_ticked_at_first_and_the_next_step_is_unfolded(
    start: Page, no_barriers: Callable[[Page], None]
) -> None:
    assert ticks(start) == [False] * 6
    assert start.locator("main ol > li > details[open]").count() == 1
    start.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    no_barriers(start)


def test_shipped_hours_and_promises_are_confirmed(start: Page) -> None:
    start.get_by_role("button", name="These are right").press("Enter")
    expect(start.locator("#messages")).to_contain_text("Confirmed.")
    assert ticks(start) == [True] + [False] * 5

    start.get_by_role("button", name="These are our promises").press("Enter")
    expect(start.locator("#messages")).to_contain_text("Confirmed.")
    assert ticks(start) == [True] * 2 + [False] * 4


def test_a_store_and_its_key_are_made_and_a_test_ticket_opened(start: Page) -> None:
    start.goto(start.url.replace(reverse("checklist"), reverse("stores")))
    start.get_by_label("Name").fill("Trial")
    start.locator("#id_environment").select_option("test")
    start.get_by_label("Queue", exact=True).fill("Support")
    start.get_by_role("button", name="Add the store").press("Enter")
    start.locator("summary", has_text="Give it a key").press("Enter")
    start.get_by_role("button", name="Issue a key").press("Enter")
    assert start.locator(".secret").input_value().startswith("att_test_")

    start.get_by_role("link", name="Set-up").press("Enter")
    start.wait_for_url(f"**{reverse('checklist')}")
    assert ticks(start)[2]
    start.locator("summary", has_text="A test ticket").press("Enter")
    start.get_by_role("button", name="Open a test ticket").press("Enter")
    expect(start.get_by_role("heading", level=1)).to_have_text("A test: where is my order?")
    start.get_by_role("link", name="Set-up").press("Enter")
    start.wait_for_url(f"**{reverse('checklist')}")
    assert ticks(start)[4]


def test_a_colleague_is_invited_by_a_link_that_works(
    make: Make, start: Page, visit: Visit, no_barriers: Callable[[Page], None], settings: Settings
) -> None:
    settings.PUBLIC_URL = start.evaluate("location.origin")
    make.queue()
    start.locator("summary", has_text="A colleague").press("Enter")
    start.locator("ol").get_by_role("link", name="Invite an agent").press("Enter")
    start.get_by_label("E-mail").fill("new@example.com")
    start.get_by_role("button", name="Make the link").press("Enter")
    link = start.locator(".secret").input_value()

    guest = visit(link.removeprefix(settings.PUBLIC_URL))
    expect(guest.get_by_text("new@example.com")).to_be_visible()
    no_barriers(guest)
    start.get_by_role("link", name="Set-up").press("Enter")
    start.wait_for_url(f"**{reverse('checklist')}")
    assert ticks(start)[3]


def test_a_test_alert_is_mailed_to_the_admin(start: Page, mailoutbox: list[EmailMessage]) -> None:
    start.locator("summary", has_text="A test alert").press("Enter")
    start.get_by_role("button", name="Send a test alert").press("Enter")
    expect(start.locator("#messages")).to_contain_text("Sent to admin@example.com.")
    assert [mail.to for mail in mailoutbox] == [["admin@example.com"]]
    assert ticks(start)[5]


def test_a_mail_that_cannot_leave_is_said_and_ticks_nothing(start: Page, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    start.locator("summary", has_text="A test alert").press("Enter")
    start.get_by_role("button", name="Send a test alert").press("Enter")
    expect(start.locator("#messages")).to_contain_text("The mail could not be sent")
    assert not ticks(start)[5]


def test_hours_are_set_for_every_promise(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None]
) -> None:
    ensure_defaults()
    page = visit(reverse("hours"), make.agent("admin"), viewport={"width": 390, "height": 800})
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("Time zone").select_option("Asia/Jerusalem")
    for day in ("Friday", "Saturday"):
        page.get_by_label(f"{day}, opens").fill("")
        page.get_by_label(f"{day}, closes").fill("")
    page.get_by_label("Sunday, opens").fill("22:00")
    page.get_by_label("Sunday, closes").fill("00:00")
    page.get_by_role("button", name="Save").press("Enter")

    expect(page.locator("#messages")).to_contain_text("Saved.")
    hours = Calendar.objects.get(name="Working hours").versions.get()
    assert hours.spec["timezone"] == "Asia/Jerusalem"
    assert hours.spec["weekly"]["sun"] == [["22:00", "24:00"]]
    assert set(hours.spec["weekly"]) == {"mon", "tue", "wed", "thu", "sun"}
    newest = PolicyVersion.objects.order_by("policy", "-version").distinct("policy")
    assert {version.calendar for version in newest} == {hours.calendar}


def test_what_may_be_a_slip_is_saved_once_it_is_meant_and_the_promises_are_asked_about(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None]
) -> None:
    ensure_defaults()
    page = visit(reverse("hours"), make.agent("admin"))
    page.get_by_role("link", name="Begin with Monday to Friday").press("Enter")
    expect(page.get_by_label("Monday, opens")).to_have_value("09:00")
    page.get_by_label("Monday, opens").fill("17:00")
    page.get_by_label("Monday, closes").fill("09:00")
    page.get_by_role("button", name="Save").press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Monday 17:00 to Tuesday 09:00 (16 hours)")
    no_barriers(page)
    assert not Calendar.objects.filter(name="Working hours").exists()
    page.get_by_label("Yes, this is meant").press("Space")
    page.get_by_role("button", name="Save").press("Enter")

    expect(page.locator("#messages")).to_contain_text("Saved.")
    assert ticks(page)[:2] == [True, False]
    expect(page.locator("details[open] table").first).to_be_visible()
    no_barriers(page)


@pytest.mark.parametrize("field", ["Monday, opens", "Monday, closes"])
def test_half_a_window_is_refused_beside_its_day(make: Make, visit: Visit, field: str) -> None:
    ensure_defaults()
    page = visit(reverse("hours"), make.agent("admin"))
    page.get_by_label(field).fill("")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Monday needs both times, or none.")


def test_hours_that_are_never_open_are_refused(make: Make, visit: Visit) -> None:
    ensure_defaults()
    page = visit(reverse("hours"), make.agent("admin"))
    for field in page.locator("input[type=time]").all():
        field.fill("")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert not Calendar.objects.filter(name="Working hours").exists()


def test_it_is_for_admins(make: Make, visit: Visit) -> None:
    for name in ("checklist", "hours"):
        page = visit(reverse(name), make.agent("overseer"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Not for this login")
    assert page.get_by_role("link", name="Set-up").count() == 0
