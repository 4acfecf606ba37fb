"""Whatever leaves as a file is noted, whichever page it is of."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from helpdesk.access import peer, security_log
from helpdesk.models import Agent, SecurityEventKind


def exports_are_noted(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Write down who took which file along."""

    def noted(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
        if (
            is_file
            and request.method != "HEAD"
            and response.status_code == 200
            and isinstance(request.user, Agent)
        ):
            what = request.resolver_match.view_name if request.resolver_match else ""
            address = peer.address_of(request)
            security_log.record(SecurityEventKind.EXPORTED, actor=request.user, address=address, what=what)
        return response

    return noted
