"""What a page says when it cannot be shown: in plain words, with a way on, never an empty screen."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_from_request, override
from django.utils.translation import gettext as _

from helpdesk.database.failures import is_outage
from helpdesk.input.digit_groups import grouped
from helpdesk.pages.frame.refused_form import written
from helpdesk.pages.frame.way_on import page_of_form
from helpdesk.refusal import Refused


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    told = _("Your login does not allow this. An admin can change that.")
    return _say(request, 403, _("Not for this login"), told)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    nothing, foreign = (
        _("There is nothing here."),
        _("There is nothing here, or it is not in a queue of yours."),
    )
    told = foreign if _is_known(request) else nothing
    return _say(request, 404, _("Not found"), told)


def takes_forms_alone(request: HttpRequest) -> HttpResponse:
    """The page at an address to which forms are sent, for whoever opens it: by a bookmark, or after a login."""
    told = _("There is nothing to see at this address: it takes what a page sends. Nothing was changed.")
    context = {
        "title": _("Nothing to see here"),
        "told": told,
        "way_on": page_of_form(request),
    }
    return render(request, "helpdesk/error.html", context, status=405)


def refused(request: HttpRequest, why: Refused) -> HttpResponse:
    """Say why, where no form is there to say it on."""
    answer = _say(request, why.status, _("This was not done"), str(why))
    if why.retry_after:
        answer.headers["Retry-After"] = str(why.retry_after)
    return answer


def unstorable(request: HttpRequest) -> HttpResponse:
    return _say(request, 400, _("This was not done"), _("One of the values cannot be kept as it is."))


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what is not taken in at all; needs neither a login nor a cookie, which nobody has looked for yet."""
    with override(_language_of(request)):
        if isinstance(exception, RequestDataTooBig):
            return _say_alone(413, _("This was not done"), _("It is larger than what is taken at once."))
        return _say_alone(400, _("This was not done"), _why_unreadable(exception))


def _language_of(request: HttpRequest) -> str | None:
    """Return the language of whoever asks: where nobody has looked for it yet, as their browser has it."""
    return get_language() if hasattr(request, "LANGUAGE_CODE") else get_language_from_request(request)


def _why_unreadable(exception: Exception | None) -> str:
    if isinstance(exception, TooManyFieldsSent):
        told = _("It has more fields than are taken at once: at most %(most)s.")
        return told % {"most": grouped(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)}
    if isinstance(exception, TooManyFilesSent):
        told = _("It has more files than are taken at once: at most %(most)s.")
        return told % {"most": settings.DATA_UPLOAD_MAX_NUMBER_FILES}
    return _("What was sent cannot be read.")


def broken(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours, or a database that is gone; needs neither it nor a login to be shown."""
    if (error := sys.exception()) and is_outage(error):  # met before any view, where somebody is recognised
        return held_up(request)
    told = _("It is not your doing, and it has been written down. What you sent before this is safe.")
    return _say_alone(500, _("Something broke here"), told)


def held_up(request: HttpRequest) -> HttpResponse:
    """The page for a database that is gone, or that others keep busy for too long, with what was written."""
    told = _("Something holds this up. Nothing was changed. Try again in a moment.")
    way_on = page_of_form(request) if request.method == "POST" else ""
    answer = _say_alone(503, _("Not right now"), told, way_on=way_on, kept=written(request)[1])
    answer.headers["Retry-After"] = "5"
    return answer


def _is_known(request: HttpRequest) -> bool:
    """Whether somebody is logged in, where anybody has looked yet."""
    return hasattr(request, "user") and request.user.is_authenticated


def _say_alone(status: int, title: str, told: str, **shown: str) -> HttpResponse:
    page = render_to_string("helpdesk/broken.html", {"title": title, "told": told, **shown})
    return HttpResponse(page, status=status)


def _say(request: HttpRequest, status: int, title: str, told: str) -> HttpResponse:
    return render(request, "helpdesk/error.html", {"title": title, "told": told}, status=status)
