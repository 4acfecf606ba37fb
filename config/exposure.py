"""Who can reach us, and what may therefore be shown."""

from __future__ import annotations

import os
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

NO = {"0", "false", "no", "off"}


class UnusableAddress(SystemExit):
    """No page could be reached at ATTEND_URL: the process ends, and the sentence is all that it says."""


def host() -> str:
    return os.environ.get("HOST") or "127.0.0.1"


def port() -> int:
    return int(os.environ.get("PORT") or 8000)


def on_loopback() -> bool:
    """Whether only this machine can reach us: we listen on loopback, and no proxy is to pass people on to us."""
    return all(_is_loopback(name) for name in (host(), urlsplit(public_url()).hostname or ""))


def local_address() -> str:
    """Return the address at which this machine reaches the web server."""
    bare = host().strip("[]")
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bare, bare)  # noqa: S104  # read, not bound
    return f"http://[{reached}]:{port()}" if ":" in reached else f"http://{reached}:{port()}"


def public_url() -> str:
    """Return the address that people use, without a slash at its end; raises `UnusableAddress`."""
    url = (os.environ.get("ATTEND_URL") or local_address()).rstrip("/")
    if not _is_root_of_a_host(url):
        raise UnusableAddress(
            f"ATTEND_URL={url} cannot be used: it is a scheme and a host, such as https://help.example.com, "
            "and Attend answers at its root, under no path."
        )
    return url


def _is_root_of_a_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        beside = parts.path or parts.query or parts.fragment or parts.username or parts.port == 0
    except ValueError:  # a port that is no number, or half an IPv6 address
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not beside


def proxies() -> list[str]:
    """Return the proxies whose word on where a request comes from is believed: addresses or networks.

    Raises `ValueError` for what is neither.
    """
    named = os.environ.get("ATTEND_PROXIES", "").split(",")
    return [str(ip_network(each.strip())) for each in named if each.strip()]


def unnamed_proxy() -> bool:
    """Whether people can come by a proxy only, and none is named: then all seem to come from one address."""
    return _is_loopback(host()) and not on_loopback() and not proxies()


def demo_wanted() -> bool:
    """Whether the demo shop runs: where nobody says, on addresses that nobody else can reach."""
    said = os.environ.get("ATTEND_DEMO", "")
    if said:
        return said.lower() not in NO
    return on_loopback() and not public_url().startswith("https://")


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:  # another name: it may stand for anything
        return False
