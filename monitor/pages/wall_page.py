"""The wallboard itself: six numbers for a screen on a wall, to whoever has its link. It sets no cookie."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import starmap
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.database.one_instant import one_instant
from helpdesk.models import Environment
from helpdesk.pages.frame import link_guesses
from helpdesk.pages.frame.viewer import now_of, supported, zone
from monitor import wallboards
from monitor.models import Wallboard
from monitor.reports.board.promised_targets import PromisedTarget
from monitor.templatetags.targets import short_target_words


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show the wall, or with `part` its numbers alone: in the language and the zone of whoever made it."""
    wallboard = wallboards.behind(token)
    if wallboard is None:
        link_guesses.count_unknown(request, link_guesses.WALLBOARD)
        raise Http404
    maker = wallboard.agent
    with translation.override(supported(maker.locale)), timezone.override(zone(maker.timezone)):
        response = _shown(request, wallboard)
        response.headers["Content-Language"] = translation.get_language() or "en"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _shown(request: HttpRequest, wallboard: Wallboard) -> HttpResponse:
    """Render without the viewer: whoever is logged in on the screen's machine changes nothing."""
    now = now_of(request)
    context: dict[str, Any] = {"wallboard": wallboard, "now": now, "on": wallboards.is_on(wallboard)}
    if context["on"]:
        wallboards.note_shown(wallboard, now=now)
        with one_instant():
            context |= _numbers(wallboards.figures(wallboard, now=now))
        context["environment"] = Environment(wallboard.environment)
    part = request.GET.get("part") == "now"
    template = "monitor/wall/numbers.html" if part else "monitor/wall/wall.html"
    return HttpResponse(render_to_string(template, context), status=200 if context["on"] else 404)


def _numbers(figures: wallboards.WallFigures) -> dict[str, Any]:
    return {
        "at": figures.at,
        "today": figures.today,
        "acknowledged_within": _span(figures.acknowledgement),
        "answered_within": _span(figures.first_response),
    }


def _span(targets: Iterable[PromisedTarget]) -> str:
    """Say within which time it is promised: "4 hr", or "30 min to 8 hr" where that differs; nothing, where nothing."""
    words = list(dict.fromkeys(starmap(short_target_words, targets)))
    if len(words) < 2:
        return "".join(words)
    return _("%(shortest)s to %(longest)s") % {"shortest": words[0], "longest": words[-1]}
