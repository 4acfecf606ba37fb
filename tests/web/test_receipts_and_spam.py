"""What receipts say, who is blocked and whose question it is, in a browser: without barriers, in each language."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from helpdesk.mail.composing.mail_body import html_body
from helpdesk.mail.receipts.sample_receipt import samples
from helpdesk.models import Agent, Mailbox, SenderBlock, Ticket
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import NOW, Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser

FORWARDED = (
    "Please.\n\n---------- Forwarded message ---------\nFrom: {who}\nDate: Monday\nSubject: Lamp\n\nWhere?"
)
LONG = "somebody.with.a.very.long.address@branch.customer.example"


@pytest.fixture
def mailbox(make: Make) -> Mailbox:
    return make.mailbox(public_name="Bright Lamps", signature="Bright Lamps\n1 High Street, Chennai")


@pytest.fixture
def ticket(make: Make, mailbox: Mailbox) -> Ticket:
    """A colleague has forwarded a customer's mail."""
    agent = make.agent()
    kept = post(
        mailbox.store, mail(FORWARDED.format(who=f"Jon <{LONG}>"), by=agent.email, subject="Fwd: Lamp")
    )
    assert kept.message is not None
    return kept.message.ticket


@pytest.fixture
def block(make: Make, mailbox: Mailbox, ticket: Ticket) -> SenderBlock:
    made = SenderBlock.objects.create(
        store=mailbox.store, sender=LONG, blocked_at=NOW, blocked_by=make.agent(), stopped=1
    )
    post(mailbox.store, mail(by=LONG, mid="2@example.com", subject="Buy " * 40))
    return made


def address_of(what: str, mailbox: Mailbox, ticket: Ticket, block: SenderBlock) -> str:
    return {
        "receipt": f"/mailboxes/{mailbox.pk}/receipt/",
        "blocks": "/mail/blocked/",
        "block": f"/mail/blocked/{block.pk}/",
        "ticket": f"/tickets/{ticket.reference}/",
    }[what]


@pytest.mark.parametrize("what", ["receipt", "blocks", "block", "ticket"])
@pytest.mark.parametrize(
    ("scheme", "width", "locale"), [("light", 1200, "en"), ("dark", 320, "he"), ("light", 320, "ta")]
)
def test_the_pages_have_no_barriers_and_never_scroll_sideways(
    make: Make, mailbox: Mailbox, ticket: Ticket, block: SenderBlock, visit: Visit,
    no_barriers: Callable[[Page], None], what: str, scheme: str, width: int, locale: str,
) -> None:  # fmt: skip
    admin = make.agent("admin")
    Agent.objects.filter(pk=admin.pk).update(locale=locale)
    page = visit(
        address_of(what, mailbox, ticket, block), admin,
        color_scheme=scheme, viewport={"width": width, "height": 800},
    )  # fmt: skip

    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_spam_customer_and_not_spam_are_said_without_scripts(
    make: Make, mailbox: Mailbox, ticket: Ticket, block: SenderBlock, visit: Visit
) -> None:
    page = visit(f"/tickets/{ticket.reference}/", make.agent(), java_script_enabled=False)
    page.get_by_role("button", name="Make").click()
    expect(page.locator("#messages")).to_contain_text("They are the customer now.")

    page.get_by_text("More").click()
    page.get_by_text("Mark as spam").click()
    page.get_by_role("radio", name=re.compile(r"@.*, for good$")).first.check()
    page.get_by_role("button", name="Yes, it is spam").click()
    expect(page.get_by_text("is stopped from now on.")).to_be_visible()

    page.get_by_role("link", name="Blocked senders").click()
    page.get_by_role("link", name=LONG).click()
    page.get_by_role("button", name="Not spam").click()
    expect(page.get_by_text("It is filed within seconds, as of when they wrote.")).to_be_visible()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_receipt_fits_a_telephone_in_each_language(mailbox: Mailbox, browser: Browser, place: int) -> None:
    receipt = list(samples(mailbox, now=NOW))[place]
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.set_content(html_body(receipt))

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    way = page.evaluate("getComputedStyle(document.querySelector('p')).direction")
    assert way == ("rtl" if receipt.language == "he" else "ltr")
    page.close()
