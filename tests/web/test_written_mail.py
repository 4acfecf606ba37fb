"""A mail as it was written, in a browser: it opens in its place, acts on nothing, and asks nobody unasked."""

from __future__ import annotations

import io
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Dialog, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from helpdesk.attachments import previews
from helpdesk.models import Agent, Message, Ticket
from tests.helpdesk.mail.filing.post import mail, post
from tests.helpdesk.mail.markup.hostile_html import HOSTILE
from tests.make import NOW, Make
from tests.web.conftest import Visit, press

pytestmark = pytest.mark.browser

LETTER = (
    """
<html dir=rtl><body bgcolor=white><p>שלום, <a href="https://shop.example/order/7">ההזמנה</a> שלי:</p>
<table><tr><td>תיק</td><td style="color:#b3261e">כחול</td></tr></table>
<p>It says <b>blue</b>.</p><img src="{origin}/static/helpdesk/favicon.svg" alt="The bag" width=900 height=60>
"""
    + "<p>And so on.</p>" * 9
)


@pytest.fixture
def ticket(make: Make, live_server: LiveServer) -> Ticket:
    letter = LETTER.format(origin=live_server.url)
    written = post(make.store(), mail(letter, Content_Type="text/html; charset=utf-8")).message
    assert written
    return written.ticket


FRAME = "frames[0]?.document"
"""What is in the frame is asked from outside: the tool's own listeners in there would be refused, and said to be."""


def until(page: Page, so: str) -> None:
    """Wait until it is so; the page's policy forbids the tool's own way, which builds a function of a string."""
    for _ in range(600):
        if page.evaluate(f"Boolean({so})"):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"it never became so: {so}")


def shown(page: Page) -> None:
    """Wait for what is in the frame."""
    until(page, f"{FRAME}?.readyState === 'complete' && {FRAME}.querySelector('main')")


def test_it_opens_in_its_place_by_keyboard_and_shows_pictures_when_asked(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    page.get_by_text("Show as it was written").focus()
    press(page, "Enter")
    shown(page)
    assert page.evaluate(f"{FRAME}.images[0].naturalWidth") == 0
    assert "1 picture lies elsewhere" in page.evaluate(f"{FRAME}.body.innerText")

    press(page, "Tab")
    press(page, "Enter")
    until(page, f"{FRAME}?.images[0]?.naturalWidth > 0")
    assert "lies elsewhere" not in page.evaluate(f"{FRAME}.body.innerText")


def with_a_picture() -> bytes:
    drawn, letter = io.BytesIO(), EmailMessage()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    letter["From"], letter["Subject"], letter["Message-ID"] = (
        "Jon <jon@example.com>",
        "My bag",
        "<bag@example.com>",
    )
    letter.set_content("Is it this one?")
    letter.add_alternative('<p>Is it this one?</p><img src="cid:bag%40x" alt="The bag">', subtype="html")
    letter.get_payload()[1].add_related(drawn.getvalue(), "image", "png", cid="<bag@x>")  # type: ignore[index, union-attr]
    return letter.as_bytes()


def test_a_picture_that_came_with_it_is_shown_at_once(make: Make, visit: Visit) -> None:
    written = post(make.store(), with_a_picture()).message
    assert written
    previews.take(now=NOW)
    page = visit(reverse("ticket", args=[written.ticket.reference]), make.agent())
    page.get_by_text("Show as it was written").click()
    shown(page)

    until(page, f"{FRAME}.images[0].naturalWidth === 40")
    assert "/picture/" in page.evaluate(f"{FRAME}.images[0].src")


def test_it_is_as_high_as_what_is_in_it(make: Make, visit: Visit, ticket: Ticket) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent())
    page.get_by_text("Show as it was written").click()
    shown(page)

    until(
        page, f"frames[0].innerHeight > 400 && frames[0].innerHeight >= {FRAME}.documentElement.scrollHeight"
    )


def test_without_scripts_it_is_a_page_of_its_own_with_the_way_back(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent(), java_script_enabled=False)
    page.get_by_text("Show as it was written").click()
    page.get_by_role("link", name="On a page of its own").click()

    expect(page.get_by_text("It says blue.")).to_be_visible()
    page.get_by_role("link", name="Back to the ticket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My order")


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
    place = reverse("message-markup", args=[ticket.reference, _first(ticket)])
    page = visit(place, make.agent(), **look, bypass_csp=True)  # for axe, which is a script

    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _first(ticket: Ticket) -> int:
    return Message.objects.get(ticket=ticket).pk


def test_of_whatever_strangers_send_nothing_acts_and_nobody_is_asked(
    make: Make, visit: Visit, settings: Settings
) -> None:
    """The fixture fails the test for whatever is asked of another host, and for whatever the policy has to refuse."""
    settings.MAIL_PER_SENDER = len(HOSTILE)
    for number, attack in enumerate(HOSTILE):
        html, before = f"<b>Mail {number}.</b><hr>{attack}", [f"{number - 1}@x.example"] if number else []
        post(make.store(), mail(html, mid=f"{number}@x.example", answers=before, Content_Type="text/html"))
    whole = reverse("ticket", args=[Ticket.objects.get().reference]) + "?all=1"
    page = visit(whole, make.agent())
    ran: list[str] = []

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)

    page.evaluate("for (const each of document.querySelectorAll('.written')) each.open = true")
    until(page, f"frames.length === {len(HOSTILE)}")
    until(page, every("document.querySelector('main b')?.innerText.startsWith('Mail ')"))
    unwanted = "script, style, form, base, iframe, object, main :is([id], [name], [class])"
    assert page.evaluate(every(f"document.querySelector('{unwanted}') === null"))
    assert page.evaluate(every("document.body.parentNode === document.documentElement"))
    assert page.evaluate("document.getElementById('composer').matches('form.composer')")
    assert ran == []


def every(so: str) -> str:
    return f"Array.from(frames).every(({{document}}) => {so})"
