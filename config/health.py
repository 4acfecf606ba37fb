"""Whether we serve, how late the watchmen are, and who of them is awake or silent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Final

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.database.instant import database_now
from monitor.relay.zone_data import zone_data
from monitor.watch import watchmen

ADDRESS: Final = "/healthz"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the database answers, and 503 else: nothing else is needed to serve."""
    try:
        return JsonResponse({"database": "ok", **_told()})
    except DatabaseError:
        return JsonResponse({"database": "silent"}, status=503)


def _told() -> dict[str, object]:
    now = database_now()
    return {
        "now": now,
        "overdue_since": watchmen.overdue_since(now),
        "lag": asdict(watchmen.lag()),
        "awake": watchmen.awake(),
        "silent": sorted(watchmen.silent(now)),
        "zone_data": zone_data(),
    }


def healthz_by_any_name(
    answer: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let whoever looks after our health ask by whatever host or address they know, before a host is refused."""

    def pass_on(request: HttpRequest) -> HttpResponseBase:
        return healthz(request) if request.path == ADDRESS else answer(request)

    return pass_on
