"""What Django refuses in a bare line gets a page, and a login leads back to one that can be opened."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse

from helpdesk.pages.frame.error_pages import takes_forms_alone
from helpdesk.pages.frame.refused_form import logged_out, written
from helpdesk.pages.frame.way_on import login_and_back


def a_page_for_each(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Stand innermost, so that these pages too are in the agent's words."""

    def with_a_page(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith("/api/"):
            return response
        if response.status_code == 405:
            page = takes_forms_alone(request)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return _login_from_a_form(request) if _wants_login(request, response) else response

    return with_a_page


def _wants_login(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether a form was sent without a login; a page that is asked for comes back by itself."""
    target = urlsplit(response.headers.get("Location", ""))
    logins = {resolve_url(settings.LOGIN_URL), reverse("admin:login")}
    return request.method == "POST" and target.path in logins and "next=" in target.query


def _login_from_a_form(request: HttpRequest) -> HttpResponse:
    """Lead on to the page on which the form stands; what was written on it is shown first."""
    if any(written(request)):
        return logged_out(request)
    return HttpResponseRedirect(login_and_back(request))
