"""Two colleagues at one ticket, and a line that is cut: nothing is said twice, over another's head, or lost."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from helpdesk.models import HeldReply, Ticket
from tests.make import Make
from tests.web.conftest import Visit
from tests.web.morning.by_keyboard import Agent

pytestmark = pytest.mark.browser

MINE, THEIRS = "Dear Jane, I look into it.", "Dear Jane, it left us."


@pytest.fixture
def ticket(tickets: dict[str, Ticket]) -> Ticket:
    return tickets["Where is my order?"]


def at_the_ticket(visit: Visit, make: Make, ticket: Ticket, name: str) -> Agent:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent(name))
    expect(page.locator("live-state[told]")).to_be_attached()
    return Agent(page)


def write(agent: Agent, text: str) -> None:
    agent.press("r")
    expect(agent.page.locator("#id_body")).to_be_focused()
    agent.type(text)
    expect(agent.page.locator("#composer [data-draft-state]")).to_contain_text("Saved")


def test_of_two_who_write_each_sees_the_other_and_the_second_is_asked_before_sending(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    make.agent("colleague", hold_seconds=0)
    owner, colleague = (at_the_ticket(visit, make, ticket, name) for name in ("owner", "colleague"))
    both_write(owner, colleague)
    what_comes_moves_nothing(owner, colleague)
    owner.press("Control+Enter")
    asked_before_sending(owner)
    assert [held.body for held in HeldReply.objects.all()] == [MINE]


def both_write(owner: Agent, colleague: Agent) -> None:
    write(owner, MINE)
    expect(colleague.page.locator("#others-writing")).to_contain_text("Owner is writing a reply")
    colleague.look("40-owner-writes")
    write(colleague, THEIRS)
    expect(owner.page.locator("#others-writing")).to_contain_text("Colleague is writing a reply")
    owner.look("41-both-write")


def what_comes_moves_nothing(owner: Agent, colleague: Agent) -> None:
    """Send the colleague's, and see it come in above what the owner writes, which stays where it is on the screen."""
    place = place_of_the_text(owner)
    colleague.press("Control+Enter")
    colleague.said("Sent.")

    expect(owner.page.locator("#newer")).to_contain_text("1 message came after you opened this page.")
    expect(owner.page.locator("#timeline")).to_contain_text(THEIRS)
    assert place_of_the_text(owner) == pytest.approx(place, abs=1)
    owner.look("42-something-came")


def place_of_the_text(agent: Agent) -> float:
    """Return how far below the upper edge of the screen the text begins that is being written."""
    return float(agent.page.locator("#id_body").evaluate("field => field.getBoundingClientRect().top"))


def asked_before_sending(owner: Agent) -> None:
    stopped = owner.page.get_by_label("What was said meanwhile")
    expect(stopped).to_contain_text(THEIRS)
    expect(owner.page.locator("#id_body")).to_have_value(MINE)
    owner.look("43-stopped")
    owner.use(owner.page.get_by_role("link", name="Review it in the conversation"))
    owner.look("44-reviewed")
    owner.use(owner.button("Send mine anyway"))
    expect(owner.page.locator("#held")).to_contain_text(MINE)
    owner.look("45-sent-anyway")


def test_a_line_that_is_cut_loses_nothing_and_says_so(make: Make, visit: Visit, ticket: Ticket) -> None:
    owner = at_the_ticket(visit, make, ticket, "owner")
    write(owner, "Dear Jane,")
    owner.page.context.set_offline(True)
    expect(owner.page.locator("live-state")).to_contain_text("Reconnecting, last updated")
    owner.type(" it is on its way.")
    expect(owner.page.locator("#composer [data-draft-state]")).to_have_text("Not saved yet: kept in this tab")
    owner.look("50-offline")
    owner.press("Control+Enter")
    expect(owner.page.locator("#composer [data-draft-state]")).to_contain_text("nothing was sent")
    expect(owner.page.locator("#id_body")).to_be_focused()
    owner.look("51-nothing-was-sent")
    owner.page.context.set_offline(False)

    expect(owner.page.locator("live-state")).to_contain_text("Live · updated")
    expect(owner.page.locator("#composer [data-draft-state]")).to_contain_text("Saved")
    expect(owner.page.locator("#composer [data-draft-state]")).to_contain_text("But nothing was sent.")
    owner.look("52-back")
    owner.press("Control+Enter")
    expect(owner.page.locator("#held")).to_contain_text("it is on its way.")
    assert [held.body for held in HeldReply.objects.all()] == ["Dear Jane, it is on its way."]
