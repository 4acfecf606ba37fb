"""What is served: every address of the real resolver, with its methods where the API is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from helpdesk.api.urls import ROUTES

NOT_OURS = ("admin/",)
"""Django's own, documented as a whole."""

CATCH_ALL = "api/"
"""What answers where nothing is: a problem instead of a page."""


def patterns() -> dict[str, URLPattern]:
    """Return every pattern by its address, without its leading slash."""
    return dict(_below(get_resolver(), ""))


def _below(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if address in NOT_OURS:
                continue
            yield from _below(entry, address)
        else:
            yield address, entry


def api_routes() -> Iterator[tuple[str, str]]:
    """Yield method and path below /api/v1 of everything that the resolver leads to there."""
    offered = {route.path: list(route.operations()) for route in ROUTES}
    for address in patterns():
        if address.startswith("api/v1/"):
            path = spelled(address.removeprefix("api/v1/"))
            for method in offered.get(path, ["get"]):
                yield method.upper(), f"/{path}"


def page_routes() -> dict[str, Any]:
    """Return the addresses of pages, as people write them, with their names."""
    return {
        f"/{spelled(address)}": pattern.name
        for address, pattern in patterns().items()
        if not address.startswith(CATCH_ALL)
    }


def spelled(address: str) -> str:
    """Write `<str:reference>` as `{reference}`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address)
