"""What is shown once and kept nowhere: a cookie carries it over the redirect, and the page that shows it takes it back.

So a reload shows the page without it, and does nothing again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from helpdesk.pages.frame.viewer import agent_of

COOKIE: Final = "attend_shown_once"
LONGEST: Final = timedelta(minutes=1)


def lead_to(page: str, *, at: str, secret: str, request: HttpRequest) -> HttpResponse:
    """Lead to the place `at` of a page, which may show the secret the next time, to the same agent alone."""
    response = HttpResponseRedirect(f"{page}#{at}")
    response.set_signed_cookie(
        COOKIE,
        secret,
        salt=_salt(request),
        max_age=LONGEST,
        path=page,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def read(request: HttpRequest) -> str:
    """Return what is to be shown; nothing where there is none, or it is another's or too old."""
    return request.get_signed_cookie(COOKIE, default="", salt=_salt(request), max_age=LONGEST) or ""


def take_back(response: HttpResponse, *, from_: str) -> None:
    """Have the browser forget what it was shown."""
    response.delete_cookie(COOKIE, path=from_, samesite="Strict")


def _salt(request: HttpRequest) -> str:
    return f"shown once to {agent_of(request).pk}"
