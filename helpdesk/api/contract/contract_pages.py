"""The contract and its documentation, open to everybody, and the answer to what is not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from helpdesk.api import problems
from helpdesk.api.contract.openapi import document
from helpdesk.api.contract.operation import Route, Webhook


def schema(routes: Sequence[Route], webhooks: Sequence[Webhook]) -> Callable[[HttpRequest], HttpResponse]:
    """Make the view of the OpenAPI document; it is written once for each process."""
    written = cache(lambda: document(routes, webhooks))

    @require_safe
    def show_schema(request: HttpRequest) -> HttpResponse:
        return HttpResponse(written(), content_type="application/vnd.oai.openapi+json;version=3.1")

    return show_schema


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the contract with Swagger UI, served from here; the strict policy of all pages holds."""
    return render(request, "helpdesk/api_docs.html")


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    return problems.response(problems.problem(404, "not-found"))
