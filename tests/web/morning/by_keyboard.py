"""An agent who never touches the mouse: what has no key of its own is reached by Tab alone."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import press

MOST_TABS = 120


class Agent:
    """Somebody at a page; each step can be looked at, where `ATTEND_SHOTS` names a folder for pictures."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            press(self.page, key)

    def type(self, text: str) -> None:
        """Type where the focus is; it has to be in a field."""
        expect(self.page.locator("input:focus, textarea:focus, select:focus")).to_have_count(1)
        self.page.keyboard.type(text)

    def tab_to(self, place: Locator) -> None:
        """Go on by Tab until the place has the focus. Raises AssertionError where no Tab leads there."""
        for _ in range(MOST_TABS):
            if place.evaluate("node => node === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {place}")

    def use(self, place: Locator) -> None:
        """Go there by Tab, and press Enter."""
        self.tab_to(place)
        self.press("Enter")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def said(self, words: str) -> None:
        """Wait until the page says so, in the place that a screen reader hears."""
        expect(self.page.locator("#messages")).to_contain_text(words)

    def at(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def look(self, step: str) -> None:
        """Take a picture of a step, to be looked at by people."""
        if folder := os.environ.get("ATTEND_SHOTS"):
            self.page.screenshot(path=Path(folder) / f"{step}.png")
