"""Page after page: no barrier, no breach of the policy, nothing from elsewhere, and light enough for any line.

The browser holds the console to silence and every request to our own address; axe looks at each page in the light, in
the dark and from right to left.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from typing import Final

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Response

from helpdesk.models import Agent
from monitor.promises.defaults import ensure_defaults
from tests.furnished import Furnished
from tests.make import PASSWORD, Make
from tests.web.conftest import Visit
from tests.web.every_page import FOR_ANYBODY, NO_PAGES, PAGES, opened, swept

pytestmark = pytest.mark.browser

HEAVIEST: Final = 60_000
"""Bytes of a page with its styles and scripts, compressed, without pictures."""
CONTRAST: Final = {"runOnly": ["color-contrast"]}
WIDE, NARROW = 1200, 390

LINED: Final = {
    "button.primary": "borderBlockStartStyle",
    ".button": "borderBlockStartStyle",
    "#bulk-act": "borderBlockStartStyle",
    ".desk-row:has(> :checked)": "outlineStyle",
    ".tabs [aria-current]": "borderBlockEndStyle",
}
"""What a line says too that colours say: by its selector, the style of that line."""

NoBarriers = Callable[..., None]


@pytest.fixture
def desk(make: Make) -> Furnished:
    ensure_defaults()
    return Furnished(make)


def test_whatever_can_be_opened_is_swept_or_said_to_be_no_page() -> None:
    assert opened() - set(swept()) == set(NO_PAGES)


def go(page: Page, path: str) -> None:
    """Open another address of ours, and wait until its scripts have run."""
    page.goto(page.evaluate("location.origin") + path)
    page.wait_for_load_state()


def unfold(page: Page) -> None:
    page.evaluate(
        "for (const folded of document.querySelectorAll('main details, aside details')) folded.open = true"
    )


def fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} scrolls sideways"


def sweep(page: Page, no_barriers: NoBarriers) -> None:
    """Ask axe of the page in the light and in the dark, all of it unfolded, and whether a telephone shows its width."""
    unfold(page)
    no_barriers(page)
    page.emulate_media(color_scheme="dark")
    no_barriers(page, CONTRAST)
    page.emulate_media(color_scheme="light")
    fits(page, NARROW)
    page.set_viewport_size({"width": WIDE, "height": 800})


def sweep_from_right_to_left(page: Page, no_barriers: NoBarriers) -> None:
    assert page.evaluate("document.documentElement.dir") == "rtl"
    fits(page, NARROW)
    no_barriers(page)


def addresses(desk: Furnished, paths: Iterable[str]) -> list[str]:
    return [desk.address(path) for path in paths]


@pytest.mark.parametrize("about", PAGES)
def test_no_page_has_a_barrier_in_the_light_in_the_dark_from_right_to_left_or_on_a_telephone(
    visit: Visit, no_barriers: NoBarriers, desk: Furnished, about: str
) -> None:
    name, paths = PAGES[about]
    agent = getattr(desk, name)
    page = visit("/preferences/", agent, reduced_motion="reduce")  # no colour is looked at while it turns
    for address in addresses(desk, paths):
        go(page, address)
        sweep(page, no_barriers)

    Agent.objects.filter(pk=agent.pk).update(locale="he")
    for address in addresses(desk, paths):
        go(page, address)
        sweep_from_right_to_left(page, no_barriers)


def test_what_anybody_may_see_has_no_barrier(visit: Visit, no_barriers: NoBarriers, desk: Furnished) -> None:
    english, hebrew = (visit("/login/", locale=locale, reduced_motion="reduce") for locale in ("en", "he"))
    for address in addresses(desk, FOR_ANYBODY):
        go(english, address)
        sweep(english, no_barriers)
        go(hebrew, address)
        sweep_from_right_to_left(hebrew, no_barriers)


def test_the_page_between_password_and_login_has_no_barrier(
    visit: Visit, no_barriers: NoBarriers, desk: Furnished
) -> None:
    for locale in ("en", "he"):
        page = visit("/login/", locale=locale, reduced_motion="reduce")
        page.fill("#id_username", desk.guarded.email)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/login/code/")
        sweep(page, no_barriers) if locale == "en" else sweep_from_right_to_left(page, no_barriers)


def test_where_a_system_forces_its_colours_a_line_says_what_they_said(visit: Visit, desk: Furnished) -> None:
    page = visit("/", desk.owner, forced_colors="active")
    page.locator(".desk-row > input").first.check()
    drawn = "([what, line]) => getComputedStyle(document.querySelector(what))[line]"

    assert {what for what, line in LINED.items() if page.evaluate(drawn, [what, line]) == "none"} == set()


def test_no_page_weighs_more_than_a_slow_line_carries(visit: Visit, desk: Furnished) -> None:
    weights = dict[str, int]()
    for name, paths in PAGES.values():
        page = visit(reverse("preferences"), getattr(desk, name))
        weights |= {address: _weight_of_page(page, address) for address in addresses(desk, paths)}

    assert {address: weight for address, weight in weights.items() if weight > HEAVIEST} == {}


def _weight_of_page(page: Page, address: str) -> int:
    carried = list[Response]()

    def carry(response: Response) -> None:
        carried.append(response)

    page.on("response", carry)
    go(page, address)
    page.remove_listener("response", carry)
    return sum(map(_weight, carried))


def _weight(response: Response) -> int:
    """Return how many bytes of text came with this, as they are sent."""
    counts = response.request.resource_type in ("document", "stylesheet", "script") and response.ok
    return len(gzip.compress(response.body())) if counts else 0
