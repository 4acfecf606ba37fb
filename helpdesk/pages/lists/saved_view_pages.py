"""Keeping the list that one looks at, by name; renaming and removing it, and taking that back."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.input.visible_line import refuse_invisible
from helpdesk.models import Queue, SavedView
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.undo_offer import offer_undoing
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused
from helpdesk.search import saved_views


class SavedViewName(forms.Form):
    name = forms.CharField(max_length=60, validators=[refuse_invisible])


class SavedViewForm(SavedViewName):
    """A list by its page and what it asks for; what the agent does not oversee cannot be chosen."""

    page = forms.ChoiceField(choices=[(page, page) for page in settings.SAVED_VIEW_ROWS])
    query = forms.CharField(max_length=1000, required=False)
    queue = forms.ModelChoiceField(Queue.objects.all(), required=False)


@login_required
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Keep a list, and go back to it; say why where that cannot be."""
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The list was not kept: it needs a name that can be seen."))
        return HttpResponseRedirect(reverse("queue"))
    given = form.cleaned_data
    try:
        with transaction.atomic():
            saved_views.keep(**given, environment=environment.current(request), by=agent_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The list is kept."))
    return HttpResponseRedirect(f"{reverse(given['page'])}?{given['query']}")


@login_required
@require_POST
def rename(request: HttpRequest, number: int) -> HttpResponse:
    view, form = _changeable(request, number), SavedViewName(request.POST)
    if form.is_valid():
        saved_views.rename(view=view, name=form.cleaned_data["name"])
    else:
        messages.error(request, _("A list needs a name that can be seen."))
    return HttpResponseRedirect(reverse(view.page))


@login_required
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    view = _changeable(request, number)
    saved_views.remove(view=view, now=now_of(request))
    undoing = reverse("saved-view-restoration", args=[number])
    offer_undoing(request, _("The list is kept no more."), action=undoing)
    return HttpResponseRedirect(reverse(view.page))


@login_required
@require_POST
def restore(request: HttpRequest, number: int) -> HttpResponse:
    view = _changeable(request, number)
    saved_views.restore(view=view)
    return HttpResponseRedirect(f"{reverse(view.page)}?{view.query}")


def _changeable(request: HttpRequest, number: int) -> SavedView:
    """Return a view that the agent may change; one that is not theirs is not there (404)."""
    return get_object_or_404(SavedView.objects.changeable_by(agent_of(request)).distinct(), pk=number)
