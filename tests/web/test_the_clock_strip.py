"""The clocks of a ticket in a browser: why a promise falls due when it does is one key away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.conversation import answers, replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(make: Make) -> Ticket:
    """Answered late, waiting for the customer, and then asked again."""
    ensure_defaults()
    now = database_now()
    ticket = make.ticket(now=now - timedelta(hours=3), priority="urgent")
    with transaction.atomic():
        replies.reply_in_public(
            ticket=ticket,
            author=make.agent("owner"),
            body="Which one?",
            then=answers.AfterReply.WAIT,
            now=now - timedelta(hours=2),
        )
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="The lamp.", now=now - timedelta(minutes=59))
    return ticket


def unfolded(page: Page) -> Page:
    page.evaluate(
        "for (const folded of document.querySelectorAll('main details:not(.menu)')) folded.open = true"
    )
    return page


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_strip_has_no_barriers_wide_or_narrow(
    make: Make,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    ticket: Ticket,
    scheme: str,
    language: str,
) -> None:
    Agent.objects.filter(pk=make.agent("owner").pk).update(locale=language)
    for width in (1200, 390):
        view = {"width": width, "height": 800}
        address = reverse("ticket", args=[ticket.reference])
        page = unfolded(visit(address, make.agent("owner"), color_scheme=scheme, viewport=view))
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_why_this_time_opens_by_keyboard_and_without_javascript(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    address = reverse("ticket", args=[ticket.reference])
    for options in ({}, {"java_script_enabled": False}):
        page = visit(address, make.agent("owner"), **options)
        why = page.locator("summary", has_text="Why this time?").first
        why.press("Enter")
        expect(page.get_by_role("table").first).to_be_visible()
        expect(page.get_by_role("table").first).to_contain_text("customer message received")


def test_a_promise_breaks_before_ones_eyes_and_what_is_unfolded_stays_so(make: Make, visit: Visit) -> None:
    ensure_defaults()
    now = database_now()
    ticket = make.ticket(now=now - timedelta(minutes=15) + timedelta(seconds=4), priority="urgent")
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    panels = page.locator("#panels")
    expect(panels).to_contain_text("at risk")
    page.fill("#id_body", "My half answer")
    why = panels.locator("summary", has_text="Why this time?").first
    why.press("Enter")

    expect(panels.locator(".badge.late").first).to_contain_text("late", timeout=15_000)
    expect(panels).to_contain_text("Broken")
    expect(panels.get_by_role("table").first).to_be_visible()
    expect(why).to_be_focused()
    assert page.input_value("#id_body") == "My half answer"
    assert page.locator(":is([aria-live], [role=status], [role=alert]) #panels").count() == 0


def test_the_strip_is_asked_for_again_on_a_page_that_answered_a_form(make: Make, visit: Visit) -> None:
    ensure_defaults()
    ticket = make.ticket(now=database_now())
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    page.fill("#id_body", "   ")
    page.get_by_role("button", name="Send and keep open").click()
    page.wait_for_url("**/messages/**")
    with page.expect_response(lambda response: "part=live" in response.url, timeout=10_000) as asked:
        pass
    assert asked.value.status == 200
