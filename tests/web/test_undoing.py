"""What was just done is taken back by one key, wherever one is by then."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from helpdesk.database.instant import database_now
from helpdesk.models import Priority, Status, Ticket
from tests.make import Make
from tests.web.conftest import Visit, press

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now(), subject="Where is my order?")


def test_a_slip_is_undone_by_a_key(visit: Visit, make: Make, ticket: Ticket) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    page.locator("summary[data-key=e]").click()
    page.get_by_role("button", name="Resolve it unanswered").click()
    toast = page.locator("undo-toast")
    expect(toast).to_be_visible()
    expect(toast).to_contain_text("Resolved.")

    press(page, "z")

    expect(page.locator("#messages")).to_have_text("Undone: resolved.")
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_the_offer_goes_by_itself_and_stays_among_the_actions(
    visit: Visit, make: Make, ticket: Ticket
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    page.clock.install()
    page.locator("select[name=priority]").select_option("urgent")
    page.locator("select[name=priority]").locator("xpath=ancestor::form").get_by_role("button").click()
    expect(page.locator("undo-toast")).to_be_visible()
    page.locator("undo-toast button").focus()
    page.clock.run_for(9000)
    expect(page.locator("undo-toast")).to_be_visible()

    page.locator("h1").click()
    page.clock.run_for(9000)

    expect(page.locator("undo-toast")).to_be_hidden()
    press(page, "z")
    expect(page.locator("#messages")).to_have_text("Undone: priority changed.")
    ticket.refresh_from_db()
    assert ticket.priority == Priority.NORMAL
