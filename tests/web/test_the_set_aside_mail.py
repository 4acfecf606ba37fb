"""The page of mail that was set aside, in a browser: without barriers, in each language, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from helpdesk.models import Agent, RawMail
from helpdesk.models.mail.raw_mail import MailReason
from tests.helpdesk.mail.filing.post import bring, mail
from tests.make import NOW, Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def aside(make: Make) -> RawMail:
    kept = bring(make.store(), mail())
    why = {"reason": MailReason.UNREADABLE, "detail": "OperationalError: " + "out of shared memory " * 9}
    RawMail.objects.filter(pk=kept.pk).update(
        read_at=NOW, outcome="set_aside", sender_key="a.very.long.address@branch.shop.example", **why
    )
    return kept


@pytest.mark.parametrize("locale", ["en", "he", "ta"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 320)])
def test_it_has_no_barriers_and_never_scrolls_sideways(
    make: Make,
    aside: RawMail,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    scheme: str,
    width: int,
    locale: str,
) -> None:
    Agent.objects.filter(pk=make.agent("overseer").pk).update(locale=locale)
    page = visit(
        "/mail/", make.agent("overseer"), color_scheme=scheme, viewport={"width": width, "height": 800}
    )

    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_mail_is_saved_and_read_again_without_scripts(make: Make, aside: RawMail, visit: Visit) -> None:
    page = visit("/mail/", make.agent("overseer"), java_script_enabled=False)

    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the original").click()
    assert saved.value.path().read_bytes() == mail()
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_text("It is read again within seconds.")).to_be_visible()
    expect(page.get_by_role("heading", name="No mail is set aside")).to_be_visible()
