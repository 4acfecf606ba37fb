"""Being away, putting off and taking over, in a browser: no barriers in light, dark, narrow, and from right to left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.replies import reply_in_public
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from helpdesk.tickets.assignment import claim
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit, press

pytestmark = pytest.mark.browser

SIGHTS = [("light", 1200, "en"), ("dark", 1200, "en"), ("light", 390, "en"), ("light", 1200, "he")]


@pytest.fixture
def held(make: Make) -> Ticket:
    """Return what an overseer has claimed so long ago that a minute is left; a second waits for its customer."""
    ensure_defaults()
    now, overseer = database_now(), make.agent("overseer")
    make.agent()
    with transaction.atomic():
        ticket, answered = make.ticket(now=now), make.ticket(now=now)
        for each in (ticket, answered):
            claim(ticket=each, by=overseer, now=now)
        reply_in_public(ticket=answered, author=overseer, body="When?", now=now, then=AfterReply.WAIT)
    Ticket.objects.filter(pk=ticket.pk).update(claim_ends_at=now + timedelta(minutes=2))
    return ticket


@pytest.mark.parametrize(("scheme", "width", "locale"), SIGHTS)
@pytest.mark.parametrize("place", ["absence", "ticket", "unattended-ticket"])
def test_each_page_has_no_barriers_and_never_scrolls_sideways(
    make: Make,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    held: Ticket,
    place: str,
    scheme: str,
    width: int,
    locale: str,
) -> None:
    Agent.objects.update(locale=locale)
    where = reverse(place, args=[] if place == "absence" else [held.reference])
    view = {"width": width, "height": 900}

    page = visit(where, make.agent("overseer"), color_scheme=scheme, viewport=view)
    if place == "ticket":
        page.locator("summary[data-key=s]").click()

    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_key_opens_what_puts_a_ticket_off_and_a_press_does_it(
    make: Make, visit: Visit, held: Ticket
) -> None:
    page = visit(reverse("ticket", args=[held.reference]), make.agent("overseer"))
    press(page, "s")
    page.get_by_role("button", name="Until the customer answers").click()

    expect(page.locator("#messages")).to_contain_text(
        "Snoozed: it is out of your list until then, unless it is late or at risk."
    )
    expect(page.get_by_role("button", name="Snooze no more")).to_be_visible()
