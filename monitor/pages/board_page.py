"""The board: who is about to be let down, how long people really wait, and whether promises are kept."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.input import zone_name
from helpdesk.models import Queue
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.address import read_number
from helpdesk.pages.frame.shell import LIVE_FRAME
from helpdesk.pages.frame.viewer import agent_of, now_of, zone
from monitor.clock.book.working_day import is_always_open
from monitor.pages.chart import chart
from monitor.reports import board_figures
from monitor.reports.board_figures import BoardView
from monitor.reports.part_words import PROMISE_WORDS
from monitor.templatetags.targets import target_words

CARDS: Final = ("met", "late", "unanswered", "undecided")
"""The slices of promises that are shown however few they are; the others are named where there are any."""


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the board for the queues that the agent may see; with `part`, its live panel alone, or what stands anew."""
    view = viewpoint(request)
    context: dict[str, Any] = {"at": board_figures.at_this_instant(view), "view": view, "now": view.now}
    part = request.GET.get("part")
    if part == "now":
        return render(request, "monitor/parts/at_this_instant.html", context)
    frame = {"frame": LIVE_FRAME if part else None, "anew": f"?{view.query_of_days(part='page')}"}
    return render(request, "monitor/board.html", context | frame | _fourteen_days(view))


def _fourteen_days(view: BoardView) -> dict[str, Any]:
    """Return what stands below the live panel: promises of today, and waits by the day of asking."""
    days, (target, in_words) = board_figures.days(view), _target(view)
    kept = board_figures.kept(view, view.today)
    return {
        "queues": Queue.objects.visible_to(view.agent).order_by("name"),
        "kept": kept,
        "cards": [(name, PROMISE_WORDS[name], kept.slices[name]) for name in CARDS],
        "rest": [
            (PROMISE_WORDS[name], number)
            for name, number in kept.slices.items()
            if number.count and name not in CARDS
        ],
        "days": days,
        "today": days[-1],
        "chart": chart(days, target=target),
        "target": target,
        "target_in_words": in_words,
    }


def _target(view: BoardView) -> tuple[float | None, str]:
    """Return where its line stands, in seconds, and the target in words; neither where promises differ.

    A chart shows how long people lived through: open time has no line there, and is only said.
    """
    targets = board_figures.targets(view)
    words = {target_words(one.duration, one.basis, one.hours) for one in targets}
    if len(words) != 1:
        return None, ""
    all_time = all(one.basis == "wall" or (one.hours and is_always_open(one.hours)) for one in targets)
    return targets[0].duration.total_seconds() if all_time else None, words.pop()


def viewpoint(request: HttpRequest) -> BoardView:
    """Return who looks, at which queue, and by the days of which zone.

    No queue named, or nonsense: all that they may see. No zone: their own, and then the page's addresses name it.
    """
    return BoardView(
        agent=agent_of(request),
        environment=environment.current(request),
        zone=zone_name.read(request.GET.get("zone", "") or "-") or zone(agent_of(request).timezone),
        now=now_of(request),
        queue_id=read_number(request.GET.get("queue", "")),
    )
