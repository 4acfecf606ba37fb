"""Who is logged in, asked by a page that stands: whoever's session has ended comes back in without leaving it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe


@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """Say whose login it is, null where nobody's, and the token that forms need from now on."""
    return JsonResponse({"who": request.user.pk, "token": get_token(request)})
