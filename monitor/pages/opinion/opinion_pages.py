"""Second opinions, for admins: another helpdesk's first reply times beside ours, and the tickets that differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.input.id_text import read_number
from helpdesk.jobs import job_request
from helpdesk.jobs.job_request import AskedAlready
from helpdesk.pages.frame.address import page_before
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.models import Opinion, OpinionSource, OpinionTicket
from monitor.opinion import export_file, opinion_count, opinion_intake
from monitor.opinion.difference import Reason
from monitor.opinion.export_file import UnreadableExport
from monitor.opinion.opinion_figures import OpinionFigures, figures
from monitor.opinion.opinion_intake import TakenIn
from monitor.opinion.reading import opinion_source
from monitor.opinion.reading.api_trouble import trouble_words
from monitor.opinion.reason_words import REASON_WORDS, ReasonWords
from monitor.pages.opinion.opinion_form import ExportForm
from monitor.pages.opinion.opinion_story import story

PAGE_SIZE: Final = 50
UNPACKED: Final = 20
"""So many times its largest size a file may have once it is unpacked."""


class NothingTaken(Exception):
    """An export in which there was no ticket to count; says why."""


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """How many tickets differ for one reason."""

    code: str
    words: ReasonWords
    number: int
    percent: float


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List the second opinions, newest first, and begin one with an export."""
    form = ExportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            opinion = _begun(request, form.cleaned_data)
        except (UnreadableExport, NothingTaken) as refused:
            form.add_error("file", str(refused))
        except AskedAlready as first:
            return HttpResponseRedirect(reverse("second-opinion", args=[first.job.arguments["opinion"]]))
        else:
            return HttpResponseRedirect(reverse("second-opinion", args=[opinion.pk]))
    shown, older = page_before(request.GET, Opinion.objects.select_related("asked_by"), size=PAGE_SIZE)
    context = {"form": form, "opinions": shown, "older": older, "now": now_of(request)}
    return render(request, "monitor/opinions.html", context, status=422 if form.errors else 200)


def _begun(request: HttpRequest, given: dict[str, Any]) -> Opinion:
    """Take an export in whole, or nothing of it.

    Raises `UnreadableExport`, `NothingTaken`, and `AskedAlready` while the same is being counted.
    """
    now, by, since = now_of(request), agent_of(request), timedelta(days=given["days"])
    how: dict[str, Any] = {name: given[name] for name in ("vendor", "calendar", "robots")}
    with transaction.atomic():
        opinion = opinion_intake.begin(since=now - since, now=now, by=by, **how)
        lines = export_file.lines(given["file"], at_most=UNPACKED * settings.FILES_MAX_SIZE)
        *_rest, taken = opinion_intake.take_in(opinion, lines, now=now)
        if not taken.tickets:
            raise NothingTaken(_why_nothing(taken))
        opinion_count.ask(opinion, now=now, by=by, subject=_subject(given))
    return opinion


def _subject(given: dict[str, Any]) -> str:
    """Return what tells this export, and how it is read, from others."""
    read = blake2b()
    for some in given["file"].chunks():
        read.update(some)
    how = [given[name] for name in ("vendor", "days", "calendar", "robots")]
    return job_request.subject_of(read.hexdigest(), *how)


def _why_nothing(taken: TakenIn) -> str:
    if taken.older:
        return _("All its tickets were made before that: ask for more days.")
    return _("There is no ticket in it. Is it the JSON export, of one ticket a line?")


@login_required
@admins_only
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Show both sides' figures, and why tickets differ; with `part`, that alone."""
    opinion = _find(number)
    found, now = figures(opinion), now_of(request)
    context = {"opinion": opinion, "figures": found, "rows": _rows(found), "now": now}
    context |= _reading(opinion, now)
    template = "monitor/parts/opinion.html" if request.GET.get("part") else "monitor/opinion.html"
    return render(request, template, context)


def _reading(opinion: Opinion, now: datetime) -> dict[str, Any]:
    """Return how far reading is, where an opinion is read from them."""
    source = OpinionSource.objects.filter(opinion=opinion).select_related("opinion").first()
    if source is None:
        return {}
    trouble = trouble_words(source.trouble, source.trouble_detail)
    return {"source": source, "share": opinion_source.share_read(source, now=now), "trouble": trouble}


def _rows(found: OpinionFigures) -> list[ReasonRow]:
    """Return the reasons, the commonest first."""
    return [
        ReasonRow(reason.value, REASON_WORDS[reason], tickets, 100 * tickets / found.counted)
        for reason, tickets in sorted(found.reasons.items(), key=lambda each: -each[1])
    ]


@login_required
@admins_only
@require_safe
def tickets(request: HttpRequest, number: int) -> HttpResponse:
    """List the tickets that differ for one reason, or, with none, those that do not, by their numbers there."""
    opinion, code = _find(number), request.GET.get("reason", "")
    if code and code not in set(Reason):
        raise Http404
    found = _after(request, opinion.tickets.for_reason(code).order_by("number"))
    context = {
        "opinion": opinion,
        "code": code,
        "words": REASON_WORDS[Reason(code)] if code else None,
        "tickets": found[:PAGE_SIZE],
        "next": found[PAGE_SIZE - 1].number if len(found) > PAGE_SIZE else None,
    }
    return render(request, "monitor/opinion_tickets.html", context)


def _after(request: HttpRequest, rows: QuerySet[OpinionTicket]) -> list[OpinionTicket]:
    """Return a page of rows, and one more where there is one, after the number that the address names."""
    after = read_number(request.GET.get("after", ""))
    return list((rows if after is None else rows.filter(number__gt=after))[: PAGE_SIZE + 1])


@login_required
@admins_only
@require_safe
def ticket(request: HttpRequest, number: int, theirs: int) -> HttpResponse:
    """Show one ticket with both figures, what was said when, and the ledger of our clock."""
    opinion = _find(number)
    row: OpinionTicket = get_object_or_404(opinion.tickets.counted(), number=theirs)
    context = {"opinion": opinion, "row": row, "story": story(row, opinion), "now": now_of(request)}
    return render(request, "monitor/opinion_ticket.html", context)


@login_required
@admins_only
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Remove an opinion with all its tickets; what it was made of can be given again."""
    opinion = _find(number)
    with transaction.atomic():
        opinion.delete()
    messages.success(request, _("The second opinion is removed, with all that it was made of."))
    return HttpResponseRedirect(reverse("second-opinions"))


def _find(number: int) -> Opinion:
    found: Opinion = get_object_or_404(Opinion.objects.select_related("calendar"), pk=number)
    return found
