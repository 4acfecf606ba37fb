"""The list of causes that supervisors keep."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.input.visible_line import refuse_invisible
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused
from monitor.excusals import causes
from monitor.models import ListedCause


class CauseForm(forms.Form):
    """A cause to be put on the list."""

    name = forms.CharField(
        label=gettext_lazy("One more"),
        max_length=80,
        validators=[refuse_invisible],
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show the causes that can be chosen, and those that were taken off; POST adds one."""
    overseen_queues(request)
    form = CauseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _added(request, form):
        return HttpResponseRedirect(reverse("causes"))
    context = {"form": form, "causes": ListedCause.objects.by_name()}
    return render(request, "monitor/causes.html", context, status=422 if form.errors else 200)


def _added(request: HttpRequest, form: CauseForm) -> bool:
    try:
        with transaction.atomic():
            causes.add(form.cleaned_data["name"], by=agent_of(request), now=now_of(request))
    except Refused as refused:
        form.add_error("name", str(refused))
        return False
    messages.success(request, _("Added."))
    return True


@login_required
@require_POST
def retire(request: HttpRequest, number: int) -> HttpResponse:
    """Take a cause off the list; with `back`, put it there again."""
    overseen_queues(request)
    with transaction.atomic():
        cause = get_object_or_404(ListedCause.objects.select_for_update(), pk=number)
        if "back" in request.POST:
            causes.restore(cause, by=agent_of(request))
        else:
            causes.retire(cause, by=agent_of(request), now=now_of(request))
    return HttpResponseRedirect(reverse("causes"))
