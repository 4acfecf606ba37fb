"""A newcomer writes as a customer, answers as an agent, and reads the answer as the customer: all of it by mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from helpdesk.demo import shop
from helpdesk.demo.post.demo_addresses import MAILBOX
from helpdesk.models import Agent, Mailbox
from tests.config.post_office.running_post import RunningPost
from tests.helpdesk.demo.post.conftest import GoRound, demo, go_round, post
from tests.web.conftest import Visit, press

__all__ = ["demo", "go_round", "post"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def mail_of(post: RunningPost) -> None:
    """Have the customers receive mail in two directions, one of it with a subject of one long word."""
    html = '<p style="color:#333">Shalom, the lamp comes on <b>Monday</b>.</p>'
    for subject, name, to in (("הזמנה 8841", "דנה", "dana"), ("x" * 300, "Ann", "ann")):
        head = f"From: Shop <{MAILBOX}>\r\nTo: {name} <{to}@customers.example>\r\nSubject: {subject}\r\n"
        kind = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        post.send((head + kind + html).encode(), to=f"{to}@customers.example", sender=MAILBOX)


def test_a_newcomer_talks_to_themself_by_mail(
    demo: Mailbox, go_round: GoRound, visit: Visit, settings: Settings
) -> None:
    settings.HOLD_REPLIES = timedelta(0)
    page = visit(reverse("tickets"), Agent.objects.get(email=shop.AGENT))
    page.get_by_role("link", name="Mail of the demo").click()
    page.get_by_label("The customer's name").fill("Ann Lee")
    page.get_by_label("Subject").fill("My lamp")
    write(page, "Where is it?", press_on="Send the mail")
    go_round()

    open_ticket(page)
    page.fill("#id_body", "On Monday.")
    page.get_by_role("button", name="Send and wait for the customer").click()
    expect(page.locator(".timeline")).to_contain_text("On Monday.")
    go_round()

    page.get_by_role("link", name="Mail of the demo").click()
    page.get_by_role("link", name="Re: My lamp").click()
    expect(page.frame_locator("iframe").get_by_text("On Monday.")).to_be_visible()
    write(page, "Thank you!", press_on="Send the answer")
    go_round()
    open_ticket(page)
    expect(page.locator(".timeline")).to_contain_text("Thank you!")


def write(page: Page, text: str, *, press_on: str) -> None:
    """Write as the customer, and send it by the keyboard."""
    page.get_by_label("Message").fill(text)
    page.get_by_role("button", name=press_on).focus()
    press(page, "Enter")
    expect(page.get_by_text("Sent. It is in the queue within seconds.")).to_be_visible()


def open_ticket(page: Page) -> None:
    page.get_by_role("link", name="Queue", exact=True).click()
    page.get_by_role("link", name="My lamp").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("locale", ["en", "he", "ta"])
def test_it_has_no_barriers_and_never_scrolls_sideways(
    demo: Mailbox,
    post: RunningPost,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    scheme: str,
    width: int,
    locale: str,
) -> None:
    agent = Agent.objects.get(email=shop.AGENT)
    Agent.objects.filter(pk=agent.pk).update(locale=locale)
    mail_of(post)
    page = visit(reverse("demo-mail"), agent, color_scheme=scheme, viewport={"width": width, "height": 900})
    for _ in range(2):
        page.evaluate("for (const folded of document.querySelectorAll('main details')) folded.open = true")
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if not page.locator("iframe").count():
            page.get_by_role("link", name="הזמנה 8841").click()
            expect(page.frame_locator("iframe").get_by_text("Shalom")).to_be_visible()
