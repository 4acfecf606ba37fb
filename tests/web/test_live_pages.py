"""Two browsers: what one of them does is seen in the other while its reader goes on."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from helpdesk.tickets import ticket_status
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit, press
from tests.web.live_web import live_server, web_port

__all__ = ["live_server", "web_port"]

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(make: Make) -> Ticket:
    ensure_defaults()
    return make.ticket(now=database_now(), subject="Where is it?")


def is_told(page: Page) -> None:
    """Wait until the page has its stream: from then on nothing is asked for by the clock within the test."""
    expect(page.locator("live-state[told]")).to_be_attached()


def test_a_new_ticket_and_one_that_is_done_are_seen_in_the_queue_by_themselves(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    other = make.ticket(now=database_now(), subject="And mine?")
    page = visit(reverse("queue"), make.agent("owner"))
    is_told(page)
    page.locator(f"#row-{other.reference}").focus()
    make.ticket(now=database_now(), subject="A new one", priority="urgent")
    expect(page.get_by_text("A new one")).to_be_visible()
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=database_now())

    expect(page.locator(f"#row-{ticket.reference}")).to_have_count(0)
    expect(page.locator(f"#row-{other.reference}")).to_be_focused()
    expect(page.locator("live-state")).to_contain_text("Live · updated")


def test_whoever_was_offline_sees_what_has_happened_once_they_are_back(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    page = visit(reverse("queue"), make.agent("owner"))
    is_told(page)
    page.context.set_offline(True)
    expect(page.locator("live-state")).to_contain_text("Reconnecting, last updated")
    make.ticket(now=database_now(), subject="Meanwhile")
    page.context.set_offline(False)

    expect(page.get_by_text("Meanwhile")).to_be_visible()
    expect(page.locator("live-state")).to_contain_text("Live · updated")


def test_the_tabs_of_a_browser_share_one_stream_and_the_next_takes_over(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    first = visit(reverse("queue"), make.agent("owner"))
    is_told(first)
    asked: list[str] = []
    first.context.on(
        "request", lambda request: asked.append(request.url) if "/live/" in request.url else None
    )
    second = first.context.new_page()
    second.goto(first.url)
    is_told(second)
    assert asked == []
    first.close()
    is_told(second)
    make.ticket(now=database_now(), subject="A new one")

    expect(second.get_by_text("A new one")).to_be_visible()
    assert len(asked) == 1


def test_the_row_after_one_that_is_gone_has_its_focus(make: Make, visit: Visit, ticket: Ticket) -> None:
    later = make.ticket(now=database_now(), subject="Later")
    page = visit(reverse("queue"), make.agent("owner"))
    is_told(page)
    press(page, "j")
    expect(page.locator(f"#row-{ticket.reference}")).to_be_focused()
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=database_now())

    expect(page.locator(f"#row-{later.reference}")).to_be_focused()
