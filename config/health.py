"""Whether we serve, how late the watchmen are, and who of them is awake."""

from __future__ import annotations

from dataclasses import asdict

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.database.instant import database_now
from monitor.relay.zone_data import zone_data
from monitor.watch import watchmen


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the database answers, and 503 else: nothing else is needed to serve."""
    try:
        now = database_now()
        lag, awake = asdict(watchmen.lag()), watchmen.awake()
        told = {
            "overdue_since": watchmen.overdue_since(now),
            "lag": lag,
            "awake": awake,
            "zone_data": zone_data(),
        }
    except DatabaseError:
        return JsonResponse({"database": "silent"}, status=503)
    return JsonResponse({"database": "ok", "now": now, **told})
