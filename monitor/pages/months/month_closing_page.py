"""Closing a month: what speaks against it, and a press that leads to one report, whoever else presses."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.input.id_text import read_number
from helpdesk.input.visible_text import isolated
from helpdesk.jobs.job_request import AskedAlready
from helpdesk.models import Agent
from helpdesk.pages.frame.permission import overseen_queues
from monitor.models import ReportedMonth
from monitor.pages.board.board_filter_form import view_of
from monitor.pages.months.month_form import MonthForm
from monitor.reports.board.board_view import BoardView
from monitor.reports.months import month_job, month_report
from monitor.reports.months.month_report import ClosedMeanwhile, MonthDoubts, MonthToCome
from monitor.reports.objectives.calendar_month import month_of, months_after


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """Say what speaks against closing a month now; POST closes it, by the workers.

    `seen` is the newest report of the month that the page told of: whoever has not seen a newer one is led to it.
    """
    overseen_queues(request)
    view = view_of(request)
    told = request.POST if request.method == "POST" else request.GET
    doubts = _doubts(view, _month(told.get("month", ""), otherwise=months_after(month_of(view.today), -1)))
    form = MonthForm(request.POST if request.method == "POST" else None, doubts=doubts)
    if form.is_valid():
        return _closed(request, view, doubts.month, note=form.cleaned_data["note"])
    context = {"form": form, "doubts": doubts, "view": view, "now": view.now}
    return render(request, "monitor/month_closing.html", context, status=422 if form.errors else 200)


def _month(told: str, *, otherwise: date) -> date:
    """Read a month, such as 2026-10; nothing said is the one before this."""
    try:
        return date.fromisoformat(f"{told}-01") if told else otherwise
    except ValueError:
        raise Http404 from None


def _doubts(view: BoardView, month: date) -> MonthDoubts:
    try:
        return month_report.doubts(month, environment=view.environment, zone=view.zone, now=view.now)
    except MonthToCome:
        raise Http404 from None


def _closed(request: HttpRequest, view: BoardView, month: date, *, note: str) -> HttpResponse:
    """Have it closed; where somebody else was first, lead to what comes of theirs."""
    seen = read_number(request.POST.get("seen", ""))
    try:
        with transaction.atomic():
            month_job.ask(
                month,
                environment=view.environment,
                zone=view.zone,
                note=note,
                seen=seen,
                by=view.agent,
                now=view.now,
            )
    except AskedAlready as first:
        return _led_to_what_is_under_way(request, first.job.arguments["reported"], note=note)
    except ClosedMeanwhile as first:
        return _led_to_its_report(request, first.reported, note=note)
    messages.success(request, _("It is being closed. That takes some seconds."))
    return HttpResponseRedirect(reverse("months"))


def _led_to_what_is_under_way(request: HttpRequest, number: int, *, note: str) -> HttpResponse:
    reported = ReportedMonth.objects.select_related("asked_by").get(pk=number)
    told = _("It is being closed already, by %(agent)s: there will be one report.")
    messages.info(request, told % {"agent": _name(reported.asked_by)})
    _tell_of_the_note(request, reported, note=note)
    return HttpResponseRedirect(reverse("months"))


def _led_to_its_report(request: HttpRequest, reported: ReportedMonth, *, note: str) -> HttpResponse:
    told = _("It has been closed meanwhile, by %(agent)s: this is the report. Nothing was closed again.")
    messages.info(request, told % {"agent": _name(reported.asked_by)})
    _tell_of_the_note(request, reported, note=note)
    return HttpResponseRedirect(reverse("reported-month", args=[reported.number]))


def _name(agent: Agent) -> str:
    return isolated(str(agent))


def _tell_of_the_note(request: HttpRequest, reported: ReportedMonth, *, note: str) -> None:
    """Say that a note was not taken, and give it back; one that is the same was pressed twice."""
    if note not in {"", reported.note}:
        told = _("Your note does not stand in it: “%(note)s”")
        messages.warning(request, told % {"note": isolated(note)})
