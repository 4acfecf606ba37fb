"""Somebody outside is asked in a browser, with or without scripts, on a telephone, in the dark, right to left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import FilePayload, Page, expect

from helpdesk.models import Agent, Inquiry, Ticket
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import Make
from tests.web.conftest import Visit
from tests.web.test_written_mail import FRAME, shown

pytestmark = pytest.mark.browser

CLAIM: FilePayload = {"name": "claim.pdf", "mimeType": "application/pdf", "buffer": b"17"}


@pytest.fixture
def ticket(make: Make) -> Ticket:
    make.agent()
    make.mailbox()
    message = post(
        make.store(), mail("Where is parcel 17? It was to come on Monday, and I am still waiting.")
    ).message
    assert message
    return message.ticket


@pytest.mark.parametrize(("width", "scheme", "language"), [(1200, "light", "en"), (320, "dark", "he")])
def test_it_is_asked_and_lists_say_so(
    make: Make, visit: Visit, ticket: Ticket, no_barriers: Callable[[Page], None],
    width: int, scheme: str, language: str,
) -> None:  # fmt: skip
    owner = make.agent()
    Agent.objects.filter(pk=owner.pk).update(locale=language)
    page = visit(
        reverse("ticket", args=[ticket.reference]), owner, java_script_enabled=width > 320,
        viewport={"width": width, "height": 900}, color_scheme=scheme,
    )  # fmt: skip
    page.locator("#inquiry > summary").click()
    page.fill("#id_inquiry-to", "DHL <help@dhl.example>")
    page.fill("#id_inquiry-body", "Where is **it**?")
    page.set_input_files("#id_inquiry-files", [CLAIM])
    page.locator("input[name=inquiry-chosen_messages]").first.check()
    if width > 320:
        no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#inquiry form > p button").click()
    expect(page.locator("#messages")).to_be_visible()

    page.goto(page.url.partition("/tickets")[0] + "/")
    expect(page.locator("[data-row]").first).to_contain_text("DHL")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Inquiry.objects.get().enclosed.count() == 1
    assert Inquiry.objects.get().letter.attachments.get().name == "claim.pdf"


def test_the_preview_of_a_letter_stands_beside_it_and_that_of_a_reply_in_its_own(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    page.wait_for_load_state()
    page.locator("#inquiry > summary").click()
    page.set_input_files("#id_inquiry-files", [CLAIM])
    expect(page.get_by_role("checkbox", name="claim.pdf")).to_be_checked()
    page.fill("#id_inquiry-to", "DHL <help@dhl.example>")
    page.fill("#id_inquiry-body", "Where is it?")
    page.locator("#inquiry").get_by_role("button", name="Bold").click()
    page.keyboard.type("Today")
    page.locator("#inquiry").get_by_role("button", name="Preview").click()
    shown(page)
    said = page.evaluate(f"{FRAME}.body.innerText")
    assert "claim.pdf" in said
    assert "Where is it?Today" in said

    page.fill("#id_body", "We have asked.")
    page.locator("#composer").get_by_role("button", name="Preview").click()
    expect(page.locator("#composer iframe")).to_be_visible()
    expect(page.locator("#inquiry iframe")).to_be_visible()
