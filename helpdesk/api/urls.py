"""The API's addresses: the routes of every app that the settings name, its contract and its pages."""

from __future__ import annotations

import re
from itertools import chain

from django.conf import settings
from django.urls import URLPattern, include, path, re_path
from django.utils.module_loading import import_string

from helpdesk.api.contract import contract_pages
from helpdesk.api.contract.operation import Route, Webhook

PART = re.compile(r"\{(\w+)\}")


def address(route: Route) -> URLPattern:
    """Turn `tickets/{ref}` into Django's words for it."""
    found: URLPattern = path(PART.sub(r"<\1>", route.path), route.view.as_view(), name=f"api-{route.path}")
    return found


ROUTES: tuple[Route, ...] = tuple(chain.from_iterable(map(import_string, settings.API_ROUTES)))
WEBHOOKS: tuple[Webhook, ...] = tuple(chain.from_iterable(map(import_string, settings.API_WEBHOOKS)))

v1 = [
    *map(address, ROUTES),
    path("schema", contract_pages.schema(ROUTES, WEBHOOKS), name="api-schema"),
    path("docs", contract_pages.docs, name="api-docs"),
]

urlpatterns = [
    path("v1/", include(v1)),
    re_path(r"", contract_pages.nothing_here),
]
