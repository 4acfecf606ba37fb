"""Report keys: by which a program reads what an overseer sees on the board."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from helpdesk.access import report_keys
from helpdesk.models import ReportKey
from helpdesk.pages.frame import environment, shown_once
from helpdesk.pages.frame.address import page_before
from helpdesk.pages.frame.asked_again import asked_again
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused

PAGE_SIZE = 50


class ReportKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """What a new key is for."""

    class Meta:
        model = ReportKey
        fields = ("name",)
        labels = {"name": _("What it is for")}
        widgets = {"name": forms.TextInput({"dir": "auto"})}


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show one's keys, to an admin everybody's; and the one that was made just before, which stands nowhere else."""
    overseen_queues(request)
    raw = shown_once.read(request)
    if not raw:
        return _page(request, ReportKeyForm())
    _word, _environment, public_id, _secret = raw.split("_")
    issued = ReportKey.objects.filter(public_id=public_id).first()
    response = _page(request, ReportKeyForm(), issued=issued, raw_key=raw if issued else "")
    shown_once.take_back(response, from_=reverse("report-keys"))
    return response


@login_required
@require_POST
@asked_again
def issue(request: HttpRequest) -> HttpResponse:
    """Make a key, of the environment that the pages show, and show it on the next page."""
    overseen_queues(request)
    form = ReportKeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        with transaction.atomic():
            what = {"environment": environment.current(request), "name": form.cleaned_data["name"]}
            _key, raw = report_keys.issue(agent_of(request), **what, now=now_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("report-keys"))
    return shown_once.lead_to(reverse("report-keys"), at="new-key", secret=raw, request=request)


@login_required
@require_POST
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """End a key; whoever uses it is refused from now on. What was theirs once they may still end."""
    key = get_object_or_404(ReportKey.objects.managed_by(agent_of(request)), public_id=public_id)
    with transaction.atomic():
        report_keys.revoke(key, by=agent_of(request), now=now_of(request))
    messages.success(request, _("The key %s is revoked.") % key.public_id)
    return HttpResponseRedirect(reverse("report-keys"))


def _page(request: HttpRequest, form: ReportKeyForm, *, status: int = 200, **shown: object) -> HttpResponse:
    managed = ReportKey.objects.valid().managed_by(agent_of(request)).select_related("agent")
    keys, before = page_before(request.GET, managed, size=PAGE_SIZE)
    context = {"form": form, "keys": keys, "before": before, **shown}
    return render(request, "helpdesk/report_keys.html", context, status=status)
