"""A login is told by the browser and the device that it was made with, as its reader calls them."""

from __future__ import annotations

import pytest

from helpdesk.pages.account.device_name import device_name

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
CALLED = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0": "Firefox on Windows",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36": "Chrome on Linux",
    f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0": "Edge on Windows",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/26.0 Safari/605.1": "Safari on macOS",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) {WEBKIT} CriOS/142.0 Safari/604.1": "Chrome on iPhone",
    f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/136.0 Mobile Safari/537.36": "Chrome on Android",
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/142.0 Safari/537.36": "Chrome on ChromeOS",
    "curl/8.5.0": "",
    "": "",
}


@pytest.mark.parametrize(("user_agent", "name"), CALLED.items(), ids=[*CALLED.values()])
def test_a_browser_is_called_as_its_reader_calls_it(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
