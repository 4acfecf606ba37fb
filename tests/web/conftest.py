"""A real browser that fails a test for whatever a page does wrong by itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from helpdesk.models import Agent
from tests.make import Make
from tests.programs import program_of
from tests.web import at_rest
from tests.web.session import session_of

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs a loop in the thread of the test

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
EXPECTED = (
    "Response Status Error Code 404",
    "the server responded with a status of 4",
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_FAILED",
    "htmx:sendError",
    "htmx:afterRequest",  # said of the same request
    "does not match the recipient window's origin ('null')",  # who looks for barriers calls into a sealed frame
)
"""What the browser writes to its console about what a test asks for."""

Visit = Callable[..., Page]


def press(page: Page, key: str) -> None:
    """Press a key once the page listens to keys: what stands on it can be seen before its scripts have run."""
    page.wait_for_load_state()
    page.keyboard.press(key)


expect.set_options(timeout=30_000)  # a busy machine is slow at times, and that is no failure


def held_back(page: Page, address: str) -> list[Route]:
    """What the page asks for there from now on, unanswered until `let_go`."""
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route(address, hold)
    return asked


def let_go(page: Page, held: list[Route]) -> None:
    """Let the first that is held back be answered, once it is asked for."""
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()


def fetch_anew(page: Page, part: str) -> None:
    """Have a live part ask again, as the page does by itself, and wait until what came stands there."""
    page.evaluate(
        """part => new Promise((settled) => {
          document.body.addEventListener("htmx:afterSettle", settled, { once: true });
          htmx.trigger(part, "live");
        }).then(() => null)""",
        part,
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program_of("browser"), args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Open an address as somebody; console errors, script errors and refused loads fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    sent: set[Request] = set()

    def as_somebody(path: str, who: Agent | None = None, **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 800}, **options})  # type: ignore[arg-type]
        contexts.append(context)
        if who:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(who), "url": live_server.url}]
            )
        page = context.new_page()
        _listen(page, faults, live_server.url)
        _follow(page, sent)
        page.goto(live_server.url + path)
        return page

    with at_rest.followed() as in_hand:
        yield as_somebody
        _leave(contexts, sent)
        _wait_for(in_hand)
    assert faults == []


def _leave(contexts: list[BrowserContext], sent: set[Request]) -> None:
    """Leave all pages; what a page does on leaving is done while the database is there."""
    for context in contexts:
        for page in context.pages:
            page.goto("about:blank")
    for page in [page for context in contexts for page in context.pages][:1] * 250:
        if sent:
            page.wait_for_timeout(20)
    for context in contexts:
        context.close()


def _wait_for(in_hand: at_rest.InHand) -> None:
    """Wait until the server has ended what pages asked for and did not wait for: it holds locks meanwhile."""
    for _ in range(1500):
        if in_hand.is_at_rest():
            return
        time.sleep(0.02)


def _listen(page: Page, faults: list[str], origin: str) -> None:
    """Note what goes wrong: the policy's refusals reach the console as errors."""

    def said(kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(words in text for words in EXPECTED):
            faults.append(f"{page.url}: {text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((origin, "data:")):
            faults.append(f"{page.url} asked for {request.url}")

    page.on("console", lambda message: said(message.type, message.text))
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("request", asked)


def _follow(page: Page, sent: set[Request]) -> None:
    """Keep in the set what a page asks for and is not answered yet: a stream never is."""
    page.on("request", lambda request: None if request.resource_type == "eventsource" else sent.add(request))
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: sent.discard(request))  # noqa: PLW0108  # it is asked for its signature
    page.on("close", lambda closed: sent.difference_update([one for one in sent if one.frame.page == closed]))


@pytest.fixture
def no_barriers() -> Callable[..., None]:
    """Ask axe, of some of its rules if so wanted; what it finds fails the test, in its own words."""
    axe = Axe()

    def ask(page: Page, options: dict[str, object] | None = None) -> None:
        found = axe.run(page, options={"resultTypes": ["violations"], **(options or {})})
        assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"

    return ask


@pytest.fixture
def make(transactional_db: None) -> Make:
    """The factory, in a database that the server's threads see too."""
    return Make()
