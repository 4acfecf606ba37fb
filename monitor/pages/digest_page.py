"""Which digests an agent is mailed: one a day, one a week, of a queue that they oversee or of all that they see."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from helpdesk.models import Queue
from helpdesk.models.queue import QueueQuerySet
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.alerts import digest_mornings
from monitor.models import Digest, DigestRhythm

OFF: Final = ""
ALL: Final = "all"


class DigestForm(forms.Form):
    """What each rhythm tells of."""

    daily = forms.ChoiceField(label=_("Every day"), required=False)
    weekly = forms.ChoiceField(label=_("Every Monday"), required=False)

    def __init__(self, *args: Any, queues: QueueQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(queue.pk), queue.name) for queue in queues.in_use().order_by("name")]
        for rhythm in DigestRhythm.values:
            self.fields[rhythm].choices = [(OFF, _("no mail")), (ALL, _("all that I see")), *named]  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show what is sent, and change it."""
    queues = overseen_queues(request)
    digests = Digest.objects.filter(agent=agent_of(request))
    now_sent = {one.rhythm: _choice(one) for one in digests if one.due_at}
    form = DigestForm(request.POST or None, queues=queues, initial=now_sent)
    if form.is_valid():
        with transaction.atomic():
            _settle(request, form.cleaned_data)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("digests"))
    due = [one for one in digests.order_by("rhythm") if one.due_at]
    context = {"form": form, "due": due}
    return render(request, "monitor/digests.html", context, status=422 if form.errors else 200)


def _choice(digest: Digest) -> str:
    return ALL if digest.queue_id is None else str(digest.queue_id)


def _settle(request: HttpRequest, chosen: dict[str, str]) -> None:
    agent = agent_of(request)
    for rhythm in DigestRhythm:
        if chosen[rhythm] == OFF:
            digest_mornings.stop(by=agent, rhythm=rhythm)
            continue
        queue = None if chosen[rhythm] == ALL else Queue.objects.get(pk=int(chosen[rhythm]))
        what: dict[str, Any] = {
            "environment": environment.current(request),
            "queue": queue,
            "now": now_of(request),
        }
        digest_mornings.ask(by=agent, rhythm=rhythm, **what)
