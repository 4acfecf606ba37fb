"""No press is lost and none becomes another, however late frames, answers and what others do arrive."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from helpdesk.tickets import assignment
from tests.make import Make
from tests.web.conftest import Visit, fetch_anew, held_back, let_go, press

pytestmark = pytest.mark.browser

TEXT = "My half answer, with care"
STATE = "#composer [data-draft-state]"


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now(), subject="Where is my order?")


@pytest.fixture
def page(visit: Visit, make: Make, ticket: Ticket) -> Page:
    return visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))


@pytest.mark.parametrize("opening", ["?", "Control+k"])
def test_a_key_that_comes_before_the_frame_without_the_closed_dialog_counts(page: Page, opening: str) -> None:
    """Until that frame what stands in the closed dialog has the focus, and its end is not told."""
    press(page, opening)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate(
        """() => {
          document.querySelector("dialog[open]").close();
          const key = new KeyboardEvent("keydown", {key: "e", code: "KeyE", bubbles: true});
          document.activeElement.dispatchEvent(key);
        }"""
    )
    expect(page.get_by_role("button", name="Resolve it unanswered")).to_be_visible()


def test_keys_wake_when_what_was_pressed_could_not_go(page: Page) -> None:
    page.fill("#id_body", TEXT)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send and keep open").click()
    expect(page.locator(STATE)).to_contain_text("nothing was sent")
    page.locator("#id_body").blur()
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Resolve it unanswered")).to_be_visible()
    page.context.set_offline(False)


def test_that_nothing_was_sent_is_said_until_one_goes_on(page: Page) -> None:
    page.fill("#id_body", TEXT)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send and keep open").click()
    expect(page.locator(STATE)).to_contain_text("nothing was sent")
    page.context.set_offline(False)
    expect(page.locator(STATE)).to_contain_text(re.compile(r"Saved.*But nothing was sent\."))
    page.locator("#id_body").press("!")
    expect(page.locator(STATE)).not_to_contain_text("nothing was sent")
    expect(page.locator(STATE)).to_contain_text("Saved")


def test_what_the_server_does_not_save_in_time_stops_nothing_and_is_lost_nowhere(page: Page) -> None:
    page.route("**/drafts/**", lambda route: route.abort())
    page.fill("#id_body", TEXT)
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator("#messages")).to_contain_text("Acknowledged")
    expect(page.locator("#id_body")).to_have_value(TEXT)


def test_a_press_waits_for_what_is_being_saved_already(page: Page, ticket: Ticket) -> None:
    saving = held_back(page, "**/drafts/**")
    page.fill("#id_body", TEXT)
    page.locator("#id_body").blur()
    while not saving:
        page.wait_for_timeout(20)
    press(page, "a")
    let_go(page, saving)
    expect(page.locator("#messages")).to_contain_text("Acknowledged")
    expect(page.locator("#id_body")).to_have_value(TEXT)


def test_a_claim_that_waits_never_takes_a_colleagues_over(page: Page, make: Make, ticket: Ticket) -> None:
    colleague = make.agent("colleague")
    saving = held_back(page, "**/drafts/**")
    page.fill("#id_body", TEXT)
    page.locator("#id_body").blur()
    page.get_by_role("button", name="Claim").click(no_wait_after=True)
    with transaction.atomic():
        assignment.claim(ticket=ticket, by=colleague, now=database_now())
    page.evaluate(
        """() => new Promise((answered) => {
          const page = document.getElementById("page");
          page.addEventListener("htmx:afterOnLoad", ({ target }) => { if (target === page) answered(); });
          htmx.trigger("#page", "live");
        }).then(() => null)"""
    )
    let_go(page, saving)

    expect(page.locator("#messages")).not_to_be_empty()
    ticket.refresh_from_db()
    assert ticket.assignee == colleague


def acknowledge(ticket: Ticket, by: Agent) -> None:
    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=by, now=database_now())


def test_a_button_that_has_gone_hands_its_focus_to_no_other_act(
    page: Page, make: Make, ticket: Ticket
) -> None:
    page.get_by_role("button", name="Acknowledge").focus()
    more = page.locator("#controls summary", has_text="More")
    more.evaluate("summary => { summary.asItStood = true; }")
    acknowledge(ticket, make.agent("colleague"))
    fetch_anew(page, "#page")

    expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)
    expect(page.locator("#controls :focus")).to_have_count(0)
    assert more.evaluate("summary => summary.asItStood")
