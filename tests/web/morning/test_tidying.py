"""What is put off, what is done to many at once, and two tickets that are one: by keyboard alone, undone by a key."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, expect

from helpdesk.models import Ticket
from tests.make import Make
from tests.web.conftest import Visit
from tests.web.morning.by_keyboard import Agent

pytestmark = pytest.mark.browser


@pytest.fixture
def agent(make: Make, visit: Visit, tickets: dict[str, Ticket]) -> Agent:
    return Agent(visit(reverse("queue"), make.agent("owner")))


def row(agent: Agent, ticket: Ticket) -> Locator:
    return agent.page.locator(f"#row-{ticket.reference}")


def step_to(agent: Agent, ticket: Ticket) -> None:
    """Go down the rows by `j` until the ticket's has the focus."""
    for _ in range(20):
        agent.press("j")
        if row(agent, ticket).evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"no row of {ticket}")


def test_what_can_wait_is_put_off_and_taken_up_again(agent: Agent, tickets: dict[str, Ticket]) -> None:
    later = tickets["An invoice, please"]
    step_to(agent, later)
    agent.press("Enter")
    agent.at("An invoice, please")
    agent.press("s")
    agent.look("20-snooze")
    agent.use(agent.button("Until the customer answers"))
    agent.said("Snoozed: it is out of your list until then, unless it is late or at risk.")
    agent.look("21-snoozed")
    agent.press("u")
    agent.at("Queue")
    agent.look("22-queue-without-it")

    agent.use(agent.page.get_by_role("link", name="Snoozed"))
    expect(row(agent, later)).to_be_visible()
    step_to(agent, later)
    agent.press("Enter")
    agent.at("An invoice, please")
    agent.press("s")
    expect(agent.page.locator("summary[data-key=s]")).to_be_visible()
    agent.look("23-awake")


def test_rows_that_are_ticked_are_done_together_and_undone(agent: Agent, tickets: dict[str, Ticket]) -> None:
    agent.press("j", "x", "j", "x")
    expect(agent.page.locator("row-selection output")).to_have_text("2 ticked")
    agent.look("24-ticked")
    agent.tab_to(agent.page.locator("#bulk-act"))
    agent.type("Resol")
    agent.look("25-chosen")
    agent.use(agent.button("Do it"))
    agent.at("Changing the status of tickets")
    agent.look("26-asked-first")
    agent.tab_to(agent.page.get_by_role("checkbox", name="Resolve these too"))
    agent.press(" ")
    agent.use(agent.button("Yes, do it"))
    agent.said("Done to 2 tickets.")
    assert Ticket.objects.filter(status="resolved").count() == 2
    agent.look("27-done-to-two")
    agent.press("Escape", "z")
    agent.said("Undone on 2 tickets.")
    agent.look("28-undone")
    assert Ticket.objects.filter(status="resolved").count() == 0


def test_two_tickets_of_one_question_become_one_and_two_again(
    agent: Agent, tickets: dict[str, Ticket]
) -> None:
    first, second = tickets["The lamp is broken"], tickets["The lamp is still broken"]
    step_to(agent, second)
    agent.press("Enter")
    agent.at(second.subject)
    agent.use(agent.page.locator("summary", has_text="More"))
    agent.look("30-more")
    agent.tab_to(agent.page.locator("#into"))
    agent.type(first.reference)
    agent.press("Enter")
    agent.at("Merge")
    agent.look("31-merge")
    agent.use(agent.button("Yes, merge them"))
    agent.said(f"Merged: it goes on here, and \u2068{second.reference}\u2069 has ended.")
    agent.at(first.subject)
    agent.look("32-merged")
    second.refresh_from_db()
    assert second.merged_into == first

    agent.press("Escape", "z")
    agent.said("Undone")
    agent.look("33-two-again")
    second.refresh_from_db()
    assert second.merged_into is None
