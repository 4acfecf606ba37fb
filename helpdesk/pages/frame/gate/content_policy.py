"""What a page may load and where it may send: itself, and nothing inline. What stands in a frame may do less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_SEALED: Final = (
    "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self'{pictures}; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
"""Of our own origin, for the login and for its height, and therefore never with `allow-scripts`."""


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Send the policy with every answer that has none of its own."""

    def with_policy(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return with_policy


def sealed(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    pictures_from_elsewhere: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Render what stands in a frame of ours: nothing in it acts, and whoever it asks or leads to hears no address."""
    answer = render(request, template, context, status=status)
    pictures = " https: http:" if pictures_from_elsewhere else ""
    answer.headers["Content-Security-Policy"] = _SEALED.format(pictures=pictures)
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
