"""The wallboard on its screen: it goes on by itself, and says when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page, Route, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from monitor import wallboards
from monitor.models import Wallboard
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.make import Make
from tests.monitor.pages.test_the_board import answer, in_the_evening
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser

SCREEN = {"width": 1920, "height": 1080}
MINUTE = 60_000


@pytest.fixture
def wall(make: Make) -> str:
    """Return the address of a wall in colours of the system, of a queue in which somebody waits too long."""
    ensure_defaults()
    make.ticket(now=database_now() - timedelta(hours=9))
    return hung(make)


def hung(make: Make) -> str:
    shown: dict[str, Any] = {"environment": "live", "queue": make.queue(), "theme": "auto"}
    with transaction.atomic():
        _made, token = wallboards.make(by=make.agent("overseer"), now=database_now(), **shown)
    return f"/wall/{token}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_barrier_and_fills_its_screen(
    visit: Visit, no_barriers: Callable[[Page], None], wall: str, scheme: str
) -> None:
    for width, height in ((1920, 1080), (1280, 720), (390, 800)):
        page = visit(wall, color_scheme=scheme, viewport={"width": width, "height": height})
        no_barriers(page)
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size <= [width, height]


def test_no_number_leaves_its_box(make: Make, visit: Visit) -> None:
    now = in_the_evening()
    ensure_defaults()
    answer(make.ticket(now=now), make.agent("owner"), now)
    wall = hung(make)
    outside = "[...document.querySelectorAll('dd')].filter(one => one.scrollWidth > one.clientWidth).length"

    for width, height in ((1920, 1080), (1280, 720), (390, 844)):
        page = visit(wall, viewport={"width": width, "height": height})
        expect(page.locator("#wall-in-time dd").first).to_have_text("100\N{NO-BREAK SPACE}%")
        assert page.evaluate(outside) == 0, (width, height)


def test_its_words_can_be_read_from_afar(visit: Visit, wall: str) -> None:
    page = visit(wall, viewport=SCREEN)
    height = (
        "what => Math.min(...[...document.querySelectorAll(what)].map("
        "one => parseFloat(getComputedStyle(one).fontSize)))"
    )

    assert page.evaluate(height, "dd:not(.target)") >= 1080 / 9
    assert page.evaluate(height, "dt, h1") >= 1080 / 20


def test_in_its_makers_language_it_is_turned_around(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None], wall: str
) -> None:
    Agent.objects.filter(pk=make.agent("overseer").pk).update(locale="he")
    page = visit(wall, viewport=SCREEN)

    assert page.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
    no_barriers(page)


@pytest.mark.parametrize("language", ["he", "ta"])
def test_it_fills_its_screen_in_every_language(make: Make, visit: Visit, wall: str, language: str) -> None:
    Agent.objects.filter(pk=make.agent("overseer").pk).update(locale=language)
    figures.begin()
    page = visit(wall, viewport=SCREEN)
    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size <= [SCREEN["width"], SCREEN["height"]]


def test_it_renews_itself(make: Make, visit: Visit, wall: str) -> None:
    page = visit("/login/", viewport=SCREEN)
    page.clock.install()
    page.goto(page.evaluate("location.origin") + wall)
    expect(page.locator("#wall-oldest .target")).to_have_text("1 waits")

    make.ticket(now=database_now())
    page.clock.run_for(6_000)
    expect(page.locator("#wall-oldest .target")).to_have_text("2 wait")
    expect(page.locator(".age")).to_contain_text("ago")


def test_it_says_when_nothing_came_for_a_minute_and_wakes_up_by_itself(visit: Visit, wall: str) -> None:
    page = visit("/login/", viewport=SCREEN)
    page.clock.install()
    page.goto(page.evaluate("location.origin") + wall)
    band = page.locator(".band")
    expect(band).to_be_hidden()

    asked = "**/wall/**part=now"

    def cut(route: Route) -> None:
        route.abort()

    page.route(asked, cut)
    page.clock.run_for(MINUTE - 5_000)
    expect(band).to_be_hidden()
    with page.expect_event("requestfailed"):  # and the next question is still to come
        page.clock.run_for(10_000)
    expect(band).to_contain_text("nothing has come for 1 min")
    assert page.evaluate("document.querySelector('.band').offsetWidth") == SCREEN["width"]
    assert page.evaluate("document.documentElement.scrollHeight") <= SCREEN["height"]

    page.unroute(asked, cut)
    page.clock.run_for(6_000)
    expect(band).to_be_hidden()


def test_a_wall_that_is_switched_off_shows_no_number_any_more(visit: Visit, wall: str) -> None:
    page = visit("/login/", viewport=SCREEN)
    page.clock.install()
    page.goto(page.evaluate("location.origin") + wall)
    Wallboard.objects.update(revoked_at=database_now())
    page.clock.run_for(6_000)

    expect(page.locator(".off")).to_have_text("This wallboard has been switched off")
    expect(page.locator("dd")).to_have_count(0)
