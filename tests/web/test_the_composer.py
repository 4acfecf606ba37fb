"""Marks by buttons and by keys, and the preview beside what is typed; in a browser, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from tests.make import Make
from tests.web.conftest import Visit, press
from tests.web.test_written_mail import FRAME, shown

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(make: Make) -> Ticket:
    make.mailbox(greeting="Hello,")
    return make.ticket(now=database_now(), subject="Which colour?", email="jon@x.example")


@pytest.fixture
def page(make: Make, visit: Visit, ticket: Ticket) -> Page:
    return visit(reverse("ticket", args=[ticket.reference]), make.agent())


def test_keys_put_marks_around_what_is_chosen_and_undo_takes_them_back(page: Page) -> None:
    press(page, "r")
    page.keyboard.type("It is blue")
    press(page, "Control+Shift+ArrowLeft")
    press(page, "Control+b")
    assert page.input_value("#id_body") == "It is **blue**"
    press(page, "End")
    page.keyboard.type(" ")
    press(page, "Control+k")
    page.keyboard.type("here")
    assert page.input_value("#id_body") == "It is **blue** [here](https://)"

    for _ in range(6):
        press(page, "Control+z")
    assert "[" not in page.input_value("#id_body")


def test_buttons_make_lists_of_lines(page: Page) -> None:
    page.fill("#id_body", "Both:\none\ntwo")
    page.evaluate("document.getElementById('id_body').setSelectionRange(7, 12)")
    page.get_by_role("button", name="Numbered list").click()
    assert page.input_value("#id_body") == "Both:\n1. one\n2. two"
    page.evaluate("document.getElementById('id_body').setSelectionRange(0, 0)")
    page.get_by_role("button", name="List", exact=True).click()
    assert page.input_value("#id_body") == "- Both:\n1. one\n2. two"


def test_a_new_ticket_s_first_words_have_the_same_marks(make: Make, visit: Visit) -> None:
    make.store()
    page = visit(reverse("new-ticket"), make.agent())
    page.get_by_label("Message", exact=True).fill("blue")
    page.get_by_label("Message", exact=True).select_text()
    page.get_by_role("button", name="Bold").click()

    assert page.input_value("#id_body") == "**blue**"
    expect(page.get_by_role("button", name="Preview")).to_have_count(0)


def test_the_preview_is_the_mail_and_what_was_typed_stays(page: Page) -> None:
    press(page, "r")
    page.keyboard.type("It is **blue**.")
    page.get_by_role("button", name="Preview").focus()
    press(page, "Enter")
    shown(page)
    said = page.evaluate(f"{FRAME}.body.innerText")

    assert "Re: Which colour?" in said
    assert "Hello,\n\nIt is blue." in said
    assert page.input_value("#id_body") == "It is **blue**."
    page.locator("h1").first.focus()
    page.get_by_role("button", name="Send and keep open").click()
    expect(page.locator("#held .said strong")).to_have_text("blue")


def test_one_tab_leads_from_the_text_to_sending_beside_a_preview(page: Page) -> None:
    press(page, "r")
    page.keyboard.type("It is [here](https://shop.example/blue).")
    page.get_by_role("button", name="Preview").click()
    shown(page)
    page.locator("#id_body").focus()
    press(page, "Tab")

    expect(page.get_by_role("button", name="Send and wait for the customer")).to_be_focused()
    assert page.evaluate(f"{FRAME}.querySelector('base').target") == "_blank"  # a link leaves the frame alone


def test_without_scripts_the_preview_is_beside_the_page(make: Make, visit: Visit, ticket: Ticket) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent(), java_script_enabled=False)
    page.fill("#id_body", "It is **blue**.")
    with page.context.expect_page() as beside:
        page.get_by_role("button", name="Preview").click()

    expect(beside.value.locator("main strong")).to_have_text("blue")
    assert page.input_value("#id_body") == "It is **blue**."


@pytest.mark.parametrize(("scheme", "width", "locale"), [("light", 1200, "en"), ("dark", 320, "he")])
def test_it_has_no_barriers_and_never_scrolls_sideways(
    make: Make,
    ticket: Ticket,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    scheme: str,
    width: int,
    locale: str,
) -> None:
    Agent.objects.filter(pk=make.agent().pk).update(locale=locale)
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent(), **look)

    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
