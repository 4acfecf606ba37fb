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
from helpdesk.input.visible_line import refuse_invisible
from helpdesk.input.visible_text import isolated
from helpdesk.models import ApiKey, Environment, Queue, Scope, Store
from helpdesk.pages.frame import shown_once
from helpdesk.pages.frame.asked_again import asked_again
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, languages, now_of, zones
from helpdesk.refusal import Refused


class StoreForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """A new store; its environment is given once."""

    queue_name = forms.CharField(
        label=_("Queue"),
        max_length=200,
        help_text=_("Who answers: an existing queue, or a new name for a new one."),
        widget=forms.TextInput({"list": "queue-names", "dir": "auto"}),
        validators=[refuse_invisible],
    )
    is_new_queue = forms.BooleanField(label=_("I mean a new queue"), required=False, widget=forms.HiddenInput)
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
        self.order_fields(["name", "environment", "queue_name", "is_new_queue"])

    def clean(self) -> dict[str, Any]:
        """Ask about a new queue whose name is easily mistaken for that of another one."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        name = given.get("queue_name", "")
        known = Queue.objects.all().named(name) if name else None
        if known and known.retired_at:
            told = _("“%(queue)s” is retired. Use it again on its own page first, or write another name.")
            self.add_error("queue_name", forms.ValidationError(told, params={"queue": known.name}))
        elif name and not known and not given.get("is_new_queue"):
            self._ask_about(Queue.objects.resembling(name))
        return given

    def _ask_about(self, similar: list[Queue]) -> None:
        if similar:
            told = _("This is much like “%(queue)s”. Write that name, or say that you mean a new queue.")
            self.add_error("queue_name", forms.ValidationError(told, params={"queue": similar[0].name}))
            self.fields["is_new_queue"].widget = forms.CheckboxInput()

    def save_with_queue(self) -> Store:
        """Write the store down, and its queue where there is none of that name."""
        store: Store = self.save(commit=False)
        name = self.cleaned_data["queue_name"]
        store.default_queue = Queue.objects.all().named_or_made(name)
        store.save()
        return store


@login_required
@admins_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List the stores with their keys, and add one; what is wrong with its form is said on it."""
    if request.method != "POST":
        return _page_with_new_key(request)
    with transaction.atomic():  # of two who write the same name at once, the second is told so
        form = StoreForm(request.POST)
        if not form.is_valid():
            return _page(request, form=form, status=422)
        store = form.save_with_queue()
    told = _("The store %(store)s is there, and its queue is %(queue)s. Next, give it a mailbox or a key.")
    named = {"store": isolated(store.name), "queue": isolated(store.default_queue.name)}
    messages.success(request, told % named)
    return HttpResponseRedirect(f"{reverse('stores')}#store-{store.pk}")


@login_required
@admins_only
@require_POST
@asked_again
def issue_key(request: HttpRequest, number: int) -> HttpResponse:
    """Issue a key, and show it on the next page: that is the only place where it ever stands."""
    store = get_object_or_404(Store, pk=number)
    try:
        with transaction.atomic():
            _key, raw = api_keys.issue(
                store, request.POST.getlist("scopes"), now_of(request), by=agent_of(request)
            )
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("stores"))
    return shown_once.lead_to(reverse("stores"), at="new-key", secret=raw, request=request)


@login_required
@admins_only
@require_POST
def revoke_key(request: HttpRequest, public_id: str) -> HttpResponse:
    """End a key; whoever uses it is refused from now on."""
    key = get_object_or_404(ApiKey, public_id=public_id)
    with transaction.atomic():
        api_keys.revoke(key, now_of(request), by=agent_of(request))
    messages.success(request, _("The key %s is revoked.") % key.public_id)
    return HttpResponseRedirect(reverse("stores"))


def _page_with_new_key(request: HttpRequest) -> HttpResponse:
    """Show the page, and with it the key that was issued just before."""
    raw = shown_once.read(request)
    if not raw:
        return _page(request)
    _att, _environment, public_id, _secret = raw.split("_")
    issued = ApiKey.objects.select_related("store").filter(public_id=public_id).first()
    response = _page(request, issued=issued, raw_key=raw if issued else "")
    shown_once.take_back(response, from_=reverse("stores"))
    return response


def _page(
    request: HttpRequest, *, form: StoreForm | None = None, status: int = 200, **shown: Any
) -> HttpResponse:
    context = {
        "stores": _with_valid_keys(),
        "form": form or StoreForm(),
        "queues": Queue.objects.in_use().order_by("name"),
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
