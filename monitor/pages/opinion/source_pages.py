"""Opening another helpdesk's API to an opinion, and opening it anew after it was closed."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from helpdesk.jobs import job_request
from helpdesk.jobs.job_request import AskedAlready
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.models import ForeignVendor, Opinion, OpinionSource
from monitor.opinion import opinion_intake
from monitor.opinion.reading import opinion_source
from monitor.opinion.reading.api_trouble import trouble_words
from monitor.pages.opinion.source_form import SourceForm, TokenForm


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Ask for an account and a token, and have an opinion read from there; `vendor` is whose helpdesk it is."""
    vendor = request.GET.get("vendor", ForeignVendor.ZENDESK.value)
    if vendor not in ForeignVendor.values:
        raise Http404
    form = SourceForm(request.POST or None, vendor=vendor)
    if request.method == "POST" and form.is_valid():
        try:
            return _shown(_begun(request, form).pk)
        except AskedAlready as first:
            return _shown(first.job.arguments["opinion"])
    return _asked(request, form)


def _begun(request: HttpRequest, form: SourceForm) -> Opinion:
    now, by = now_of(request), agent_of(request)
    since = now - timedelta(days=form.cleaned_data["days"])
    with transaction.atomic():
        opinion = opinion_intake.begin(vendor=form.vendor, since=since, now=now, by=by, **form.read_as())
        opinion_source.begin(
            opinion,
            account=form.cleaned_data["account"],
            authorization=form.authorization(),
            now=now,
            by=by,
            subject=_subject(form),
        )
    return opinion


def _subject(form: SourceForm) -> str:
    """Return what tells this reading from others."""
    told = form.cleaned_data
    return job_request.subject_of(form.vendor, told["account"], told["days"], form.read_as())


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for another token, and go on from where reading was given up."""
    waiting = OpinionSource.objects.exclude(refused_at=None).select_related("opinion")
    source: OpinionSource = get_object_or_404(waiting, pk=number)
    form = TokenForm(request.POST or None, vendor=source.opinion.vendor)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            opinion_source.go_on(
                source, authorization=form.authorization(), now=now_of(request), by=agent_of(request)
            )
        return _shown(source.opinion.pk)
    return _asked(request, form, source)


def _shown(number: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("second-opinion", args=[number]))


def _asked(request: HttpRequest, form: TokenForm, source: OpinionSource | None = None) -> HttpResponse:
    trouble = trouble_words(source.trouble, source.trouble_detail) if source else ""
    vendor = {"code": form.vendor, "name": ForeignVendor(form.vendor).label}
    context = {"form": form, "source": source, "trouble": trouble, "vendor": vendor}
    return render(request, "monitor/opinion_source.html", context, status=422 if form.errors else 200)
