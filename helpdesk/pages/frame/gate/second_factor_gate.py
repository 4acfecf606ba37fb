"""Whoever needs a second factor and has none yet is led to where it is begun, wherever they wanted to go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from helpdesk.access import second_factor
from helpdesk.models import Agent

OPEN: Final = frozenset({
    "mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "account_reauthenticate", "mfa_reauthenticate", "account_login", "login", "logout", "healthz",
})  # fmt: skip
"""Names of what is open to them: the way to a second factor, and the way out."""


def second_factor_first(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let pages be seen by those alone who have what is required of them; the API knows keys, and no logins."""

    def gate(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, *_view: object) -> HttpResponse | None:
        if settings.SECOND_FACTOR_OF == second_factor.NOBODY or not isinstance(request.user, Agent):
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        if (
            name in OPEN
            or not second_factor.is_required_of(request.user)
            or second_factor.has_one(request.user)
        ):
            return None
        return HttpResponseRedirect(reverse("mfa_index"))

    gate.process_view = process_view  # type: ignore[attr-defined]  # Django's way to ask a middleware about a view
    return gate
