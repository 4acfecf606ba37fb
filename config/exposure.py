"""Who can reach us, and what may therefore be shown."""

from __future__ import annotations

import os
from ipaddress import ip_address

NO = {"0", "false", "no", "off"}


def host() -> str:
    return os.environ.get("HOST") or "127.0.0.1"


def port() -> int:
    return int(os.environ.get("PORT") or 8000)


def on_loopback() -> bool:
    """Whether only this machine can reach us."""
    if host() == "localhost":
        return True
    try:
        return ip_address(host().strip("[]")).is_loopback
    except ValueError:  # a name: it may stand for anything
        return False


def local_address() -> str:
    """Return the address at which this machine reaches the web server."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host(), host())  # noqa: S104  # read, not bound
    return f"http://{reached}:{port()}"


def public_url() -> str:
    """Return the address that people use, without a slash at its end."""
    return (os.environ.get("ATTEND_URL") or local_address()).rstrip("/")


def demo_wanted() -> bool:
    """Whether the demo shop runs: where nobody says, on addresses that nobody else can reach."""
    said = os.environ.get("ATTEND_DEMO", "")
    if said:
        return said.lower() not in NO
    return on_loopback() and not public_url().startswith("https://")
