"""Wallboards that were made: by whom, when last shown, and the end of their links; by whoever oversees a queue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.models import Queue
from helpdesk.models.agent import Theme
from helpdesk.models.queue import QueueQuerySet
from helpdesk.pages.frame import environment, shown_once
from helpdesk.pages.frame.address import page_before
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor import wallboards
from monitor.models import Wallboard

PAGE_SIZE = 50


class WallboardForm(forms.Form):
    """What is to hang on the wall."""

    queue = forms.ModelChoiceField(
        Queue.objects.none(), label=_("Queue"), required=False, empty_label=_("all that I see")
    )
    theme = forms.ChoiceField(label=_("Colours"), choices=Theme.choices, initial=Theme.DARK)

    def __init__(self, *args: Any, queues: QueueQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queue"].queryset = queues.in_use().order_by("name")  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Make a wallboard, and show its link on the next page: that is the only place where it ever stands."""
    queues = overseen_queues(request)
    if request.method != "POST":
        return _page_with_new_link(request, WallboardForm(queues=queues))
    form = WallboardForm(request.POST, queues=queues)
    if not form.is_valid():
        return _page(request, form, status=422)
    chosen = {"by": agent_of(request), "environment": environment.current(request), **form.cleaned_data}
    with transaction.atomic():
        _made, token = wallboards.make(**chosen, now=now_of(request))
    return shown_once.lead_to(reverse("wallboards"), at="new-link", secret=token, request=request)


def _page_with_new_link(request: HttpRequest, form: WallboardForm) -> HttpResponse:
    token = shown_once.read(request)
    made = wallboards.behind(token) if token else None
    if made is None or not wallboards.is_on(made):
        return _page(request, form)
    link = settings.PUBLIC_URL + reverse("wall", args=[token])
    response = _page(request, form, made=made, link=link)
    shown_once.take_back(response, from_=reverse("wallboards"))
    return response


def _page(request: HttpRequest, form: WallboardForm, *, status: int = 200, **shown: Any) -> HttpResponse:
    managed = Wallboard.objects.valid().managed_by(agent_of(request)).select_related("agent", "queue")
    found, before = page_before(request.GET, managed, size=PAGE_SIZE)
    listed = [(one, wallboards.is_on(one)) for one in found]
    context = {"form": form, "wallboards": listed, "before": before, **shown}
    return render(request, "monitor/wallboards.html", context, status=status)


@login_required
@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a link: the screen says so within seconds."""
    overseen_queues(request)
    wallboard = get_object_or_404(Wallboard.objects.managed_by(agent_of(request)), pk=number)
    with transaction.atomic():
        wallboards.revoke(wallboard, by=agent_of(request), now=now_of(request))
    messages.success(request, _("The wallboard is switched off."))
    return HttpResponseRedirect(reverse("wallboards"))
