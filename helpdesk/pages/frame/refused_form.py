"""A form that did not get through: why, what to do, and what was typed, which is never lost for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpdesk.pages.frame.way_on import login_and_back, page_of_form

TEXTS: Final = frozenset({"body", "rules", "spec"})
"""Fields for what is written at length: an answer, and what a policy or a calendar says."""

LONGEST_LINE: Final = 80
"""Characters from which on any other field is one of those too."""

_SECRET: Final = re.compile("password|token|secret|^next$")


def forgery_suspected(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without its token: say which of the ordinary reasons it is.

    It can be sent again from here where the browser vouches that it came from a page of ours: its origin
    is checked before its token.
    """
    origin = request.headers.get("Origin", "")
    ours = _is_ours(origin, request)
    unknown = reason.startswith("Referer") or (origin and not ours)
    again = ours and request.user.is_authenticated and not any("password" in name for name in request.POST)
    context = {
        "title": _("Please send it again") if again else _("This was not sent"),
        "told": _why_foreign(request) if unknown else _why(request),
        "again": again,
        "fields": _fields(request) if again else (),
    }
    return _page(request, context)


def logged_out(request: HttpRequest) -> HttpResponse:
    """Answer a text that came without a login: the session has ended while it was being written.

    In the administration it may also be that whoever writes is no admin any more.
    """
    title = _("You are no longer logged in")
    told = _("Nothing was sent. Log in, and you come back to the page on which you were writing.")
    if request.user.is_authenticated:
        title, told = _("Not for this login"), _("Your login does not allow this. An admin can change that.")
    return _page(request, {"title": title, "told": told})


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    known = request.user.is_authenticated
    way_on = page_of_form(request) if known else login_and_back(request)
    name, text = written(request)
    shown = {"way_on": way_on, "name": name, "kept": text}
    return render(request, "helpdesk/refused_form.html", context | shown, status=403)


def written(request: HttpRequest) -> tuple[str, str]:
    """Return the field in which somebody wrote at length, and what they wrote; nothing where they did not."""
    given = ((name, str(text)) for name, text in request.POST.items() if not _SECRET.search(name))
    texts = [(name, text) for name, text in given if _is_written(name, text)]
    return max(texts, key=lambda field: (_is_text(field[0]), len(field[1])), default=("", ""))


def _is_written(name: str, text: str) -> bool:
    return bool(text.strip()) and (_is_text(name) or "\n" in text or len(text) > LONGEST_LINE)


def _is_text(name: str) -> bool:
    return name.rpartition("-")[2] in TEXTS


def _why(request: HttpRequest) -> str:
    """Say why a form of our own pages had no token, or an old one."""
    if settings.CSRF_COOKIE_NAME in request.COOKIES:
        return _(
            "You have logged in anew since this page was opened, perhaps in another window. Nothing was changed."
        )
    if settings.CSRF_COOKIE_SECURE and request.headers.get("Origin", "").startswith("http:"):
        told = _("Your browser keeps no login at this address. Open %(address)s and log in there.")
        return told % {"address": settings.PUBLIC_URL}
    return _(
        "Your browser sent no cookies with it: they were cleared, or are blocked for this site."
        " Log in again; nothing was changed."
    )


def _why_foreign(request: HttpRequest) -> str:
    """Say why it cannot be known that a form came from a page of ours."""
    origin = request.headers.get("Origin", "")
    if origin in ("", "null"):
        return _(
            "Your browser hides from which page the form came, as some extensions, private windows and embedded"
            " pages do. Open the page in an ordinary window and send it there; nothing was changed."
        )
    if urlsplit(origin).netloc == request.get_host():
        told = _(
            "You are at %(origin)s, and this desk has been told that it is at %(address)s. Whoever runs it"
            " mends that by ATTEND_URL; nothing was changed."
        )
    else:
        told = _(
            "The form came from %(origin)s, and this desk is at %(address)s. If both are the same desk,"
            " whoever runs it mends that by ATTEND_URL; nothing was changed."
        )
    return told % {"origin": origin, "address": settings.PUBLIC_URL}


def _is_ours(origin: str, request: HttpRequest) -> bool:
    here = f"{request.scheme}://{request.get_host()}"
    return origin == here or origin in settings.CSRF_TRUSTED_ORIGINS


def _fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What was sent besides the text, as it was."""
    shown_or_anew = {written(request)[0], "csrfmiddlewaretoken"}
    for name, values in request.POST.lists():
        if name not in shown_or_anew:
            yield from ((name, str(value)) for value in values)
