"""HTTP to addresses that strangers typed in: never into our own network, never along a redirect.

The host is resolved once and the connection made to the address that was checked, so that a name that
changes its mind between the check and the call gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext_lazy as _

TIMEOUT = urllib3.Timeout(connect=5, read=10)


class NotPublic(ValueError):
    """An address that is not on the public internet, or no HTTP address at all."""


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a POST and return the status of the answer.

    Raises `NotPublic`, and urllib3's `HTTPError` or `OSError` where nobody answers.
    """
    return _request("POST", url, body=body, headers=headers)


def get(url: str) -> int:
    """Send a GET and return the status of the answer; raises what `post` raises."""
    return _request("GET", url, body=None, headers={})


def _request(method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> int:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotPublic(_("%s is no web address") % url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    pool = _pool(parts.scheme, parts.hostname, public_address(parts.hostname, port), port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with pool:
        answer = pool.urlopen(
            method, path, body=body, headers={"Host": parts.netloc.rpartition("@")[2], **headers},
            redirect=False, retries=False, timeout=TIMEOUT, preload_content=False,
        )  # fmt: skip
        answer.read(1024)  # enough for a server to finish politely
        answer.close()
    return answer.status


def _pool(scheme: str, host: str, address: str, port: int) -> urllib3.HTTPConnectionPool:
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port)
    return urllib3.HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host)


def public_address(host: str, port: int) -> str:
    """Resolve a host; raises `NotPublic` where any of its addresses is private, and `OSError` for none."""
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    for address in sorted(found):
        if not _is_allowed(address):
            raise NotPublic(
                _("%(host)s leads to %(address)s, which is not public") % {"host": host, "address": address}
            )
    return min(found)


def _is_allowed(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    if any(address in ip_network(trusted) for trusted in settings.WEBHOOK_TRUSTED_NETWORKS):
        return True
    return address.is_global and not address.is_multicast
