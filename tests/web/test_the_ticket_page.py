"""Answering well is the easy thing: in a browser, by keyboard, and without JavaScript."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Status, Ticket
from tests.make import Make
from tests.web.conftest import Visit, press

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now(), subject="Where is my order?", body="It has not come.")


def address(ticket: Ticket) -> str:
    return reverse("ticket", args=[ticket.reference])


@pytest.fixture
def page(make: Make, visit: Visit, ticket: Ticket) -> Page:
    return visit(address(ticket), make.agent("owner"))


def test_reading_and_replying_need_no_javascript(make: Make, visit: Visit, ticket: Ticket) -> None:
    page = visit(address(ticket), make.agent("owner"), java_script_enabled=False)
    expect(page.get_by_text("It has not come.")).to_be_visible()
    page.fill("#id_body", "It is on its way.")
    page.get_by_role("button", name="Send and wait for the customer").click()

    expect(page.locator(".message.staff")).to_contain_text("It is on its way.")
    ticket.refresh_from_db()
    assert ticket.status == Status.PENDING


def test_a_short_message_stands_beside_its_author_whichever_way_both_are_read(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    Agent.objects.filter(pk=make.agent("owner").pk).update(locale="he")
    page = visit(address(ticket), make.agent("owner"))
    author, said = (page.locator(f".message {part}").bounding_box() for part in ("header", ".said"))
    assert author
    assert said
    assert said["x"] + said["width"] == author["x"] + author["width"]
    assert said["width"] < author["width"] / 2


def test_a_note_needs_no_javascript_and_its_button_says_who_sees_it(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    page = visit(address(ticket), make.agent("owner"), java_script_enabled=False)
    page.get_by_label("Internal note").check()
    expect(page.get_by_role("button", name="Send and wait for the customer")).not_to_be_visible()
    page.fill("#id_body", "Ask the carrier.")
    page.get_by_role("button", name="Add the note, unseen by the customer").click()

    expect(page.locator(".message.note")).to_contain_text("Ask the carrier.")


def test_one_answers_by_keyboard_alone(page: Page, ticket: Ticket) -> None:
    press(page, "r")
    page.keyboard.type("Today.")
    press(page, "Tab")
    expect(page.get_by_role("button", name="Send and wait for the customer")).to_be_focused()
    press(page, "Tab")
    press(page, "Enter")

    expect(page.locator("#messages")).to_contain_text("Sent, and the ticket is resolved.")
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_sending_stops_before_something_newer_and_goes_on_when_it_was_seen(
    page: Page, ticket: Ticket
) -> None:
    page.fill("#id_body", "Do you still need help?")
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="It came, thanks!", now=database_now())
    page.get_by_role("button", name="Send and keep open").click()

    expect(page.get_by_role("alert")).to_contain_text("Something new has been said")
    expect(page.locator(".message", has_text="It came, thanks!")).to_contain_text("New since you looked")
    assert page.input_value("#id_body") == "Do you still need help?"
    assert not ticket.messages.filter(author="agent").exists()

    page.get_by_role("button", name="Send and keep open").click()
    expect(page.locator("#messages")).to_contain_text("Sent. The ticket stays open.")


def test_what_destroys_asks_first_and_can_be_undone(page: Page, ticket: Ticket) -> None:
    page.locator("summary", has_text="More").press("Enter")
    page.locator("summary", has_text="Mark as spam").press("Enter")
    page.get_by_role("button", name="Yes, it is spam").press("Enter")
    expect(page.locator("#messages")).to_contain_text("Marked as spam.")

    page.get_by_role("button", name="Restore").press("Enter")
    expect(page.locator("#messages")).to_contain_text("Restored.")
    ticket.refresh_from_db()
    assert ticket.is_live


def test_text_of_either_direction_keeps_its_own(make: Make, visit: Visit) -> None:
    hebrew = make.ticket(now=database_now(), subject="איפה ההזמנה?", body="שלום, איפה ההזמנה שלי?")
    page = visit(address(hebrew), make.agent("owner"))
    direction = "node => getComputedStyle(node).direction"

    assert page.locator("html").evaluate(direction) == "ltr"
    assert page.locator(".said").evaluate(direction) == "rtl"
    assert page.locator("h1 bdi").evaluate(direction) == "rtl"


def test_an_outsider_is_told_that_there_is_nothing(make: Make, visit: Visit, ticket: Ticket) -> None:
    page = visit(address(ticket), make.agent("outsider"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
