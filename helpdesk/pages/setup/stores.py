"""Stores and their keys, for admins: where tickets come from, and by what they prove it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.access import api_keys
from helpdesk.models import ApiKey, Environment, Queue, Scope, Store
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import languages, now_of, zones
from helpdesk.refusal import Refused


class StoreForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """A new store; its environment is given once."""

    queue_name = forms.CharField(
        label=_("Queue"),
        max_length=200,
        help_text=_("Who answers: an existing queue, or a new name for a new one."),
        widget=forms.TextInput({"list": "queue-names", "dir": "auto"}),
    )
    environment = forms.ChoiceField(
        label=_("Environment"),
        choices=[("", _("Please choose")), *Environment.choices],
        help_text=_("For ever: a test store stays one, with all its tickets."),
    )
    locale = forms.ChoiceField(label=_("Language"), choices=languages, initial="en")
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones, initial="UTC")

    class Meta:
        model = Store
        fields = ("name", "environment", "locale", "timezone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "environment", "queue_name"])

    def save_with_queue(self) -> Store:
        """Write the store down, and its queue where that name is new."""
        store: Store = self.save(commit=False)
        store.default_queue, _created = Queue.objects.get_or_create(name=self.cleaned_data["queue_name"])
        store.save()
        return store


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List the stores with their keys, and add one; what is wrong with its form is said on it."""
    form = StoreForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form=form, status=422 if form.errors else 200)
    with transaction.atomic():
        store = form.save_with_queue()
    messages.success(request, _("The store %s is there. Give it a key next.") % store)
    return HttpResponseRedirect(f"{reverse('stores')}#store-{store.pk}")


@login_required
@admins_only
@never_cache
@require_POST
def issue_key(request: HttpRequest, number: int) -> HttpResponse:
    """Issue a key and show it: this answer is the only place where it ever stands."""
    store = get_object_or_404(Store, pk=number)
    try:
        with transaction.atomic():
            key, raw = api_keys.issue(store, request.POST.getlist("scopes"), now_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("stores"))
    return _page(request, issued=key, raw_key=raw)


@login_required
@admins_only
@require_POST
def revoke_key(request: HttpRequest, public_id: str) -> HttpResponse:
    """End a key; whoever uses it is refused from now on."""
    key = get_object_or_404(ApiKey, public_id=public_id)
    with transaction.atomic():
        api_keys.revoke(key, now_of(request))
    messages.success(request, _("The key %s is revoked.") % key.public_id)
    return HttpResponseRedirect(reverse("stores"))


def _page(
    request: HttpRequest, *, form: StoreForm | None = None, status: int = 200, **shown: Any
) -> HttpResponse:
    context = {
        "stores": _with_valid_keys(),
        "form": form or StoreForm(),
        "queues": Queue.objects.order_by("name"),
        "scopes": Scope.choices,
        "usual_scopes": [Scope.READ, Scope.WRITE],
        "most_keys": len(api_keys.SLOTS),
        "now": now_of(request),
        **shown,
    }
    return render(request, "helpdesk/stores.html", context, status=status)


def _with_valid_keys() -> QuerySet[Store]:
    valid = Prefetch("api_keys", ApiKey.objects.valid().order_by("pk"), to_attr="valid_keys")
    return Store.objects.select_related("default_queue").prefetch_related(valid).order_by("name", "id")
