"""Page after page: no barrier, no breach of the policy, nothing from elsewhere, and light enough for any line.

The browser holds the console to silence and every request to our own address; axe looks at each page in the light, in
the dark and from right to left.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Final

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, Response

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from helpdesk.tickets.bulk import bulk_job
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser

HEAVIEST: Final = 60_000
"""Bytes of a page with its styles and scripts, compressed, without pictures."""

PAGES: Final = (
    "/",
    "/?filter=on",
    "/?tab=mine&place=late",
    "/tickets/",
    "/tickets/?status=live",
    "/tickets/new/",
    "/tickets/{ticket}/",
    "/tickets/{ticket}/merging/",
    "/tickets/{ticket}/as-the-customer/",
    "/search/?q=order",
    "/bulk/{act}/",
    "/board/",
    "/board/delivery/",
    "/start/",
    "/start/hours/",
    "/stores/",
    "/mailboxes/",
    "/mailboxes/new/",
    "/mail/",
    "/mail/blocked/",
    "/people/",
    "/people/{person}/",
    "/queues/",
    "/queues/new/",
    "/queues/{queue}/",
    "/queues/{queue}/silence/?reminds_after=2&resolves_after=3",
    "/topics/",
    "/canned/",
    "/canned/new/",
    "/absence/",
    "/jobs/",
    "/security/",
    "/hold/",
    "/preferences/",
    "/sessions/",
    "/password/change/",
    "/no-such-page/",
)
FOR_ANYBODY: Final = ("/login/", "/password/reset/", "/password/reset/done/")


@pytest.fixture
def admin(make: Make) -> Agent:
    ensure_defaults()
    return make.agent("admin")


@pytest.fixture
def named(make: Make, admin: Agent) -> dict[str, object]:
    """What the addresses of pages name."""
    now = database_now()
    ticket = make.ticket(
        now=now, subject="Where is my order?", body="It was to come on Monday.", priority="urgent"
    )
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=admin, body="On its **way**.", now=now)
        replies.receive_customer_message(ticket=ticket, body="And now?", now=now)
        act = bulk_job.ask(act="priority", value="urgent", tickets=[ticket.pk], by=admin, now=now)
    person, queue = make.agent("colleague"), make.queue()
    return {"ticket": ticket.reference, "act": act.pk, "person": person.pk, "queue": queue.pk}


def sweep(page: Page, no_barriers: Callable[[Page], None]) -> None:
    """Ask axe of the page in the light and in the dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        no_barriers(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barrier_in_the_light_in_the_dark_and_from_right_to_left(
    visit: Visit,
    no_barriers: Callable[[Page], None],
    admin: Agent,
    named: dict[str, object],
    path: str,
) -> None:
    address = path.format_map(named)
    page = visit(address, admin, reduced_motion="reduce")  # no colour is looked at while it turns
    sweep(page, no_barriers)

    Agent.objects.filter(pk=admin.pk).update(locale="he")
    page.goto(page.url)
    assert page.evaluate("document.documentElement.dir") == "rtl"
    no_barriers(page)


@pytest.mark.parametrize("path", FOR_ANYBODY)
def test_what_anybody_may_see_has_no_barrier(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None], path: str
) -> None:
    sweep(visit(path, reduced_motion="reduce"), no_barriers)
    page = visit(path, locale="he")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    no_barriers(page)


def test_no_page_weighs_more_than_a_slow_line_carries(
    visit: Visit, admin: Agent, named: dict[str, object]
) -> None:
    page = visit(reverse("preferences"), admin)
    origin, carried, weights = page.evaluate("location.origin"), list[Response](), dict[str, int]()
    page.on("response", lambda one: carried.append(one))  # noqa: PLW0108  # a built-in cannot be listened by
    for path in PAGES:
        carried.clear()
        page.goto(origin + path.format_map(named))
        page.wait_for_load_state()
        weights[path] = sum(map(_weight, carried))

    assert {path: weight for path, weight in weights.items() if weight > HEAVIEST} == {}


def _weight(response: Response) -> int:
    """Return how many bytes of text came with this, as they are sent."""
    counts = response.request.resource_type in ("document", "stylesheet", "script") and response.ok
    return len(gzip.compress(response.body())) if counts else 0
