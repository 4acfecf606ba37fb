"""HTTP to addresses that strangers typed in: never into our own network, never along a redirect, never for long.

The host is resolved once and the connection made to the address that was checked, so that a name that
changes its mind between the check and the call gains nothing.
"""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from socket import socket
from typing import Any, Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.outbox.deadline import Deadline

IN_ADDRESSES = "%/?:@!$&'()*+,;=~"
"""Signs that stand for themselves in a path and its query; every other one is written as bytes."""
CARRYING_LAST = tuple(map(IPv6Network, ("::/96", "64:ff9b::/96", "::ffff:0:0:0/96")))
"""Networks whose addresses end in the IPv4 address that is meant: compatible, NAT64 (RFC 6052), SIIT (RFC 7915)."""

PRIVATE_TOO = tuple(map(IPv6Network, ("fec0::/10", "64:ff9b:1::/48")))
"""What Python calls global and is not: site-local addresses, which some still route, and local NAT64 (RFC 8215)."""


ASKS: Final = b"GET "
ANNOUNCE_A_BODY: Final = (b"\r\ncontent-length:", b"\r\ntransfer-encoding:")


class NotPublic(ValueError):
    """An address that is not on the public internet, or no HTTP address at all."""


class NotReached(OSError):
    """There is no connection to the server: nothing can have arrived."""


class NoAnswer(OSError):
    """The server was told something, and gave no answer that is one, or none in time."""


class WouldWrite(Exception):
    """Something that is no GET was to be sent along a connection that only reads."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the server said; of its body as much as was asked for."""

    status: int
    retry_after: str | None
    body: bytes = b""


class ReadOnlyConnection(HTTPConnection):
    """One question and its answer (RFC 9110, 9.3.1).

    All that a connection sends goes through `send`, its body in a second call: neither another method, nor a body,
    nor a second question passes.
    """

    _has_asked = False

    def send(self, data: Any) -> None:
        """Send a question's head. Raises `WouldWrite` for anything else, and nothing is sent."""
        is_question = isinstance(data, bytes) and data.startswith(ASKS)
        if self._has_asked or not is_question or any(name in data.lower() for name in ANNOUNCE_A_BODY):
            raise WouldWrite("only a GET may be sent here, once and without a body")
        self._has_asked = True
        super().send(data)


def host_of(url: str) -> str:
    """Return what a URL leads to, as `https://host:port`; raises `NotPublic` where it is no web address."""
    parts = _parts(url)
    return f"{parts.scheme}://{parts.hostname}:{_port(parts)}"


def post(url: str, *, body: bytes, headers: Mapping[str, str], seconds: float) -> HttpAnswer:
    """Send a POST and return the answer, within so many seconds in all.

    A name and a password before the host go along as HTTP's own (RFC 7617). Raises `NotPublic`, `NotReached`
    and `NoAnswer`.
    """
    return _ask("POST", url, _only_public, body=body, headers=headers, seconds=seconds)


def get(url: str, *, seconds: float) -> HttpAnswer:
    """Send a GET as `post` does, but to whatever network it leads: for addresses that whoever runs us has set."""
    return _ask("GET", url, _anywhere, body=None, headers={}, seconds=seconds)


def exchange(
    url: str, *, body: bytes, headers: Mapping[str, str], seconds: float, at_most: int
) -> HttpAnswer:
    """Send a POST as `get` does, to an address that our own code names; of the answer's body so many bytes are read."""
    return _ask("POST", url, _anywhere, body=body, headers=headers, seconds=seconds, at_most=at_most)


def read(url: str, *, headers: Mapping[str, str], seconds: float, at_most: int) -> HttpAnswer:
    """Send a GET as `post` does, along a connection that can send nothing else; so many bytes of its body are read."""
    how: dict[str, Any] = {"headers": headers, "seconds": seconds, "at_most": at_most}
    return _ask("GET", url, _only_public, body=None, connecting=ReadOnlyConnection, **how)


def _ask(
    method: str,
    url: str,
    find: Callable[[str, int, Deadline], list[str]],
    *,
    body: bytes | None,
    headers: Mapping[str, str],
    seconds: float,
    at_most: int = 0,
    connecting: type[HTTPConnection] = HTTPConnection,
) -> HttpAnswer:
    parts = _parts(url)
    with Deadline(seconds) as deadline:
        line = _connected(parts, deadline, find)
        connection = connecting(str(parts.hostname))
        connection.sock = line
        try:
            return _asked(connection, method, parts, body, headers, at_most)
        except (OSError, HTTPException) as error:
            raise NoAnswer(f"{type(error).__name__}: {error}") from error
        finally:
            line.close()


def _only_public(host: str, port: int, deadline: Deadline) -> list[str]:
    return [public_address(host, port, deadline=deadline)]


def _anywhere(host: str, port: int, deadline: Deadline) -> list[str]:
    return deadline.resolve(host, port)


def public_address(host: str, port: int, *, deadline: Deadline) -> str:
    """Resolve a host; raises `NotPublic` where any of its addresses is private, and `OSError` for none."""
    found = deadline.resolve(host, port)
    for address in sorted(found):
        if not _is_allowed(address):
            raise NotPublic(
                _("%(host)s leads to %(address)s, which is not public") % {"host": host, "address": address}
            )
    return min(found)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _port(parts)
    except ValueError:
        raise NotPublic(_("%s is no web address") % _without_credentials(url)) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotPublic(_("%s is no web address") % _without_credentials(url))
    return parts


def _without_credentials(url: str) -> str:
    """Return the address as it may be shown and logged."""
    before, slashes, behind = url.rpartition("//")
    host, slash, rest = behind.partition("/")
    return before + slashes + host.rpartition("@")[2] + slash + rest


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _connected(
    parts: SplitResult, deadline: Deadline, find: Callable[[str, int, Deadline], list[str]]
) -> socket:
    host, port = str(parts.hostname), _port(parts)
    try:
        line = deadline.connect(find(host, port, deadline), port)
        if parts.scheme == "https":
            return ssl.create_default_context().wrap_socket(line, server_hostname=host)
    except (OSError, UnicodeError) as error:  # a name that is none does not even resolve
        raise NotReached(f"{type(error).__name__}: {error}") from error
    return line


def _asked(
    connection: HTTPConnection,
    method: str,
    parts: SplitResult,
    body: bytes | None,
    headers: Mapping[str, str],
    at_most: int,
) -> HttpAnswer:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = {"Host": parts.netloc.rpartition("@")[2], **_credentials(parts), **headers}
    connection.request(method, quote(path, safe=IN_ADDRESSES), body, named)
    answer = connection.getresponse()
    told = answer.read(at_most) if at_most else b""
    return HttpAnswer(answer.status, answer.headers.get("Retry-After"), told)


def _credentials(parts: SplitResult) -> dict[str, str]:
    if parts.username is None and parts.password is None:
        return {}
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _is_allowed(text: str) -> bool:
    """Whether an address is public, and each that it carries within it: a router on the way may unwrap it."""
    address = ip_address(text.partition("%")[0])
    meant = list(_carried(address)) if isinstance(address, IPv6Address) else []
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return _is_public(address.ipv4_mapped)  # nothing but another spelling
    return all(_is_public(each) for each in (address, *meant))


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses that an IPv6 address stands for or passes on to."""
    last = IPv4Address(int(address) & 0xFFFF_FFFF)
    if any(address in network for network in CARRYING_LAST):
        yield last
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if (int(address) >> 32) & 0xFDFF_FFFF == 0x5EFE:  # ISATAP (RFC 5214)
        yield last


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if any(address in ip_network(trusted) for trusted in settings.WEBHOOK_TRUSTED_NETWORKS):
        return True
    private = address.is_multicast or any(address in network for network in PRIVATE_TOO)
    return address.is_global and not private
