"""Notes beside the composer, in a browser: found once the page stands, and put where one writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.conversation.replies import reply_in_public
from helpdesk.conversation.team_notes import team_notes
from helpdesk.conversation.team_notes.team_notes import WrittenNote
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, TeamNote, Ticket
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(make: Make) -> Ticket:
    customer = {"email": "jane@example.com", "name": "Jane Doe"}
    with transaction.atomic():
        ticket = make.ticket(now=database_now(), subject="Where is my parcel?", customer=customer)
        written = WrittenNote("Where is a parcel", "Dear {{customer.first_name}}, wait.", ticket.queue, None)
        team_notes.keep(written, by=make.agent(), now=database_now())
        earlier = make.ticket(now=database_now(), subject="Where's my parcel", customer=customer)
        body = "Dear Jane,\nit comes on Monday, says jane@example.com, or call 030 1234567."
        reply_in_public(ticket=earlier, author=make.agent(), body=body, now=database_now())
    return ticket


def test_a_note_is_put_where_one_writes(make: Make, ticket: Ticket, visit: Visit) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    page.locator("#similar > summary").click()
    expect(page.locator("#similar")).to_contain_text("Where's my parcel")
    page.get_by_role("button", name="Insert: Where is a parcel").click()

    expect(page.locator("#id_body")).to_have_value("Dear Jane, wait.")
    assert TeamNote.objects.get().uses == 1


@pytest.mark.parametrize(
    ("scheme", "width", "locale"), [("light", 1200, "en"), ("dark", 390, "en"), ("light", 390, "he")]
)
def test_no_page_of_it_has_barriers_or_scrolls_sideways(
    make: Make,
    ticket: Ticket,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    scheme: str,
    width: int,
    locale: str,
) -> None:
    Agent.objects.filter(pk=make.agent().pk).update(locale=locale)
    answer = make.agent().messages.get()
    view = {"width": width, "height": 900}
    for path in (
        reverse("team-notes"),
        reverse("team-note", args=[TeamNote.objects.get().pk]),
        reverse("message-note", args=[answer.ticket.reference, answer.pk]),
        reverse("ticket-similar", args=[ticket.reference]),
        reverse("topics"),
        reverse("ticket", args=[ticket.reference]),
    ):
        page = visit(path, make.agent(), color_scheme=scheme, viewport=view)
        if page.locator("#similar").count():
            page.locator("#similar > summary").click()
            expect(page.locator("#similar [data-note]")).to_be_visible()
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
