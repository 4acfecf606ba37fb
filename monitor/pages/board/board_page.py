"""The board: who is about to be let down, how long people really wait, and whether promises are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from helpdesk.database.one_instant import one_instant
from helpdesk.models import Queue
from helpdesk.pages.frame.shell import LIVE_FRAME
from monitor.pages.board import board_default_form, board_filter_form
from monitor.pages.board.board_default_form import BoardOpening
from monitor.pages.board.board_filter_form import METRICS
from monitor.pages.board.chart import chart
from monitor.pages.board.narrowed_words import narrowed_words
from monitor.pages.board.unread_filter import unread
from monitor.reports.adjusted import said_of_promises
from monitor.reports.board import (
    care_panel,
    flow_panel,
    forecast_panel,
    hours_panel,
    load_panel,
    objectives_panel,
    promised_targets,
    promises_panel,
    standing_now,
    waits_panel,
)
from monitor.reports.board.board_view import BoardView
from monitor.reports.board.promised_targets import PromisedTarget
from monitor.templatetags.targets import target_words


@gzip_page
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the board for what its address asks for; with `part`, its live panel alone, or what stands anew."""
    part = request.GET.get("part")
    with one_instant():
        view = board_filter_form.view_of(request)
        context = now_of_view(view)
        if part == "now":
            return render(request, "monitor/parts/at_this_instant.html", context)
        opening = board_default_form.opening_of(view)
        if onward := _onward(request.GET, view, opening):
            return HttpResponseRedirect(f"?{onward}")
        context |= asked_for(request.GET, view) | {"frame": LIVE_FRAME if part else None, "opening": opening}
        return render(request, "monitor/board.html", context | bar_of(view) | panels_of(view))


def _onward(told: QueryDict, view: BoardView, opening: BoardOpening) -> str:
    """Return the query to ask with instead: without blanks, or what is remembered where nothing is asked for."""
    if "" in told.values():
        return _without_blanks(told) or view.board_query
    return "" if told else opening.address


@gzip_page
@login_required
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Show the days of the board one below the other: who asked and how they fared, and what ended."""
    with one_instant():
        view = board_filter_form.view_of(request)
        pieces = zip(waits_panel.panel(view).pieces, flow_panel.pieces(view), strict=True)
        told = {"days": list(pieces), "metric_words": METRICS[view.filter.metric]}
        context = {"view": view, "now": view.now, **told, **asked_for(request.GET, view)}
        return render(request, "monitor/board_table.html", context)


def asked_for(told: QueryDict, view: BoardView) -> dict[str, Any]:
    """Return the days as they were typed, and what is asked for and not shown."""
    return {"typed": [told.get(name, "") for name in ("from", "to")], "unread": list(unread(told, view))}


def _without_blanks(told: QueryDict) -> str:
    """Return an address without what was left empty in the form; what makes no sense stays, and is spoken of."""
    return urlencode([(name, value) for name, values in told.lists() for value in values if value])


def now_of_view(view: BoardView) -> dict[str, Any]:
    """Return what the live panel shows."""
    at, narrowed = standing_now.at_this_instant(view), narrowed_words(view)
    return {"at": at, "narrowed": narrowed, "view": view, "now": view.now}


def bar_of(view: BoardView) -> dict[str, Any]:
    """Return what the filter bar offers."""
    return {
        "lists": board_filter_form.lists(view),
        "periods": board_filter_form.periods(view),
        "metrics": METRICS.items(),
        "metric_words": METRICS[view.filter.metric],
        "oversees": view.agent.is_admin or Queue.objects.overseen_by(view.agent).exists(),
    }


def panels_of(view: BoardView) -> dict[str, Any]:
    """Return what stands below the live panel, each part a question that is answered."""
    waits, (target, in_words) = waits_panel.panel(view), _target(view)
    promises = promises_panel.panel(view)
    return {
        "waits": waits,
        "chart": chart(waits.pieces, target=target, limits=waits.limits),
        "target": target,
        "target_in_words": in_words,
        "promises": promises,
        "causes": said_of_promises.causes(view, sum(one.broken for one in promises)),
        "care": care_panel.panel(view),
        "objectives": objectives_panel.panel(view),
        "hours": hours_panel.panel(view),
        "flow": flow_panel.panel(view),
        "forecast": forecast_panel.panel(view),
        "load": load_panel.panel(view),
    }


def _target(view: BoardView) -> tuple[float | None, str]:
    """Return where its line stands, in seconds, and the target in words; neither where promises differ.

    A line stands where the target is counted as the waits are: all time, or the open time of a target of that. Days
    have none: they come to another length with each clock.
    """
    targets = promised_targets.targets(view)
    words = {target_words(one.target, one.hours) for one in targets}
    if len(words) != 1:
        return None, ""
    return _line_at(targets, open_time=view.filter.open_time), words.pop()


def _line_at(targets: Sequence[PromisedTarget], *, open_time: bool) -> float | None:
    counted_alike = all(one.is_all_time for one in targets) or (
        open_time and all(one.target.basis != "wall" for one in targets)
    )
    target = targets[0].target
    return target.duration.total_seconds() if counted_alike and target.days is None else None
