"""Where a form stands: the page to which whoever sent it goes on, also where the form itself was refused."""

from __future__ import annotations

import inspect
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from helpdesk.pages.frame.environment import way_back


def page_of_form(request: HttpRequest) -> str:
    """Return the page on which the form of this request stands, as far as the request tells.

    That is the page it wants to go back to; else its ticket's, the one it says it came from, or the next
    above its address.
    """
    known = _page_of_ticket(request.path_info) or _page_of_administration(request)
    return way_back(request, otherwise=known or _came_from(request))


def login_and_back(request: HttpRequest) -> str:
    """Return the address of the login that leads on to the page of the form."""
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page_of_form(request)}, safe='/')}"


def _page_of_ticket(path: str) -> str:
    try:
        reference = resolve(path).kwargs.get("reference")
    except Resolver404:
        return ""
    return reverse("ticket", args=[reference]) if reference else ""


def _page_of_administration(request: HttpRequest) -> str:
    """Return the form's own address: there it is where the form stands."""
    match = request.resolver_match
    return request.get_full_path() if match and match.app_name == "admin" else ""


def _came_from(request: HttpRequest) -> str:
    source = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(source, allowed_hosts={request.get_host()}):
        return _above(request.path_info)
    place = urlsplit(source)
    query = f"?{place.query}" if place.query else ""
    return _page_of_ticket(place.path) or arrival(f"/{place.path.lstrip('/')}{query}")


def arrival(address: str) -> str:
    """Return at which address somebody can arrive who wanted to go to one of ours: there, unless it takes forms alone.

    Then it is the page of its ticket, else the next above it that can be opened. What leads nowhere says so itself.
    """
    path = urlsplit(address).path
    try:
        is_open = _can_be_opened(resolve(path).func)
    except Resolver404:
        return address
    return address if is_open else _page_of_ticket(path) or _above(path)


def _above(path: str) -> str:
    while path := path.rstrip("/").rpartition("/")[0]:
        try:
            view = resolve(f"{path}/").func
        except Resolver404:
            continue
        if _can_be_opened(view):
            return f"{path}/"
    return "/"


def _can_be_opened(view: Any) -> bool:
    """Whether a view answers GET: what Django's `require_http_methods` around it allows, or its class has."""
    of_class = getattr(view, "view_class", None)
    if of_class is not None:
        return hasattr(of_class, "get") and "get" in of_class.http_method_names
    while view is not None:
        allowed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if allowed is not None:
            return "GET" in allowed
        view = getattr(view, "__wrapped__", None)
    return True
