"""From the login to the sent answer, by keyboard alone, with a session that ends in between and a second thought."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from helpdesk.models import HeldReply, Ticket
from tests.make import PASSWORD, Make
from tests.web.conftest import Visit
from tests.web.morning.by_keyboard import Agent

pytestmark = pytest.mark.browser

STATE = "#composer [data-draft-state]"


def log_in(visit: Visit, make: Make) -> Agent:
    agent = Agent(visit("/"))
    agent.look("01-login")
    agent.type(make.agent("owner").email)
    agent.press("Tab")
    agent.type(PASSWORD)
    agent.press("Enter")
    agent.at("Queue")
    return agent


def test_a_morning_begins_with_what_is_most_urgent_and_ends_in_a_sent_answer(
    make: Make, visit: Visit, tickets: dict[str, Ticket]
) -> None:
    agent = log_in(visit, make)
    agent.look("02-queue")
    agent.press("n")
    agent.at("Where is my order?")
    expect(agent.page.locator("#timeline .said")).to_be_in_viewport()
    agent.look("03-taken")

    write(agent, "Dear Jane,\nit is on its way.")
    lose_the_session_and_come_back(agent)
    think_again(agent)

    agent.type(" It comes on Friday.")
    agent.press("Control+Enter")
    expect(agent.page.locator("#held")).to_contain_text("It comes on Friday.")
    expect(agent.page.locator("#id_body")).to_have_value("")
    agent.look("10-sent")
    assert HeldReply.objects.get().body == "Dear Jane,\nit is on its way. It comes on Friday."


def write(agent: Agent, text: str) -> None:
    agent.press("r")
    expect(agent.page.locator("#id_body")).to_be_focused()
    agent.type(text)
    expect(agent.page.locator(STATE)).to_contain_text("Saved")
    for seen in ("#ticket-head h1", "#id_body", "#send-reply button"):
        expect(agent.page.locator(seen).first).to_be_in_viewport(ratio=1)
    agent.look("04-written")


def lose_the_session_and_come_back(agent: Agent) -> None:
    """Send once the session has ended: the password is asked for in its place, and what was written leaves."""
    Session.objects.all().delete()
    agent.press("Control+Enter")
    dialog = agent.page.get_by_role("dialog", name="Your session has ended")
    expect(dialog.get_by_label("Password")).to_be_focused()
    agent.look("05-session-ended")
    agent.type("not this")
    agent.press("Enter")
    expect(dialog.get_by_role("alert")).to_be_visible()
    agent.look("06-wrong-password")
    agent.press("Control+a")
    agent.type(PASSWORD)
    agent.press("Enter")
    expect(agent.page.locator("#held")).to_contain_text("leaving in")
    agent.look("07-held")


def think_again(agent: Agent) -> None:
    """Take the reply back while it is held: its text stands in the composer again, and has the focus."""
    agent.press("Escape", "z")
    agent.said("Taken back: nothing was said.")
    expect(agent.page.locator("#id_body")).to_have_value("Dear Jane,\nit is on its way.")
    expect(agent.page.locator("#id_body")).to_be_focused()
    agent.look("08-taken-back")
    agent.press("Control+End")
