"""What a page says when it cannot be shown: in plain words, with a way on, never an empty screen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from helpdesk.pages.frame.way_on import page_of_form


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    told = _("Your login does not allow this. An admin can change that.")
    return _say(request, 403, _("Not for this login"), told)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    nothing, foreign = (
        _("There is nothing here."),
        _("There is nothing here, or it is not in a queue of yours."),
    )
    told = foreign if request.user.is_authenticated else nothing
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


def broken(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours; needs neither a database nor a login to be shown."""
    page = render_to_string("helpdesk/broken.html", {"title": _("Something broke here")})
    return HttpResponse(page, status=500)


def _say(request: HttpRequest, status: int, title: str, told: str) -> HttpResponse:
    return render(request, "helpdesk/error.html", {"title": title, "told": told}, status=status)
