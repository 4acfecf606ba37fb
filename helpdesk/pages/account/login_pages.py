"""Logging in and out, what an agent prefers, and where else they are logged in."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.views import LoginView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LogoutView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.access import peer, security_log
from helpdesk.models import Agent
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.models.agent import LONGEST_HOLD
from helpdesk.pages.frame.viewer import agent_of, languages, now_of, zones
from helpdesk.pages.frame.way_on import arrival
from helpdesk.pages.setup.account_forms import LoginForm

CLEARED = '"cache", "storage"'
"""What a browser forgets on the way out. Not cookies: it would forget those of the whole domain."""


class Login(LoginView):  # type: ignore[misc]  # allauth has no types
    """The way in; whoever is in already goes on to where they wanted."""

    form_class = LoginForm
    template_name = "helpdesk/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Have a page that fetched a part of itself load anew, and so come to the login whole."""
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Refresh": "true"})
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_next_url(self) -> str | None:
        """Lead on to a page that can be opened: not to where a form was to go whose session had ended."""
        url: str | None = super().get_next_url()
        return arrival(url) if url else None


class Logout(LogoutView):
    """The way out; nothing of what was seen stays behind in the browser."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, Agent):
            security_log.record(Kind.LOGGED_OUT, actor=request.user, address=peer.address_of(request))
        answer = super().post(request, *args, **kwargs)
        answer.headers["Clear-Site-Data"] = CLEARED
        return answer


class Sessions(ListUserSessionsView):  # type: ignore[misc]  # allauth has no types
    """Where an agent is logged in, and the ways to end any of it, or all but here."""

    template_name = "helpdesk/sessions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "now": now_of(self.request)}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        security_log.record(
            Kind.SESSION_ENDED, actor=agent_of(self.request), address=peer.address_of(self.request)
        )
        messages.success(self.request, _("You are logged in here alone."))
        return answer


@login_required
@require_POST
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """End one session of one's own elsewhere; the way out of this one is to log out."""
    agent = agent_of(request)
    elsewhere = UserSession.objects.filter(user=agent).exclude(session_key=request.session.session_key)
    with transaction.atomic():
        get_object_or_404(elsewhere.select_for_update(), pk=number).end()
        address = peer.address_of(request)
        security_log.record(Kind.SESSION_ENDED, actor=agent, address=address, number=number)
    messages.success(request, _("That session has ended."))
    return HttpResponseRedirect(reverse("usersessions_list"))


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """How one agent wants to see things."""

    locale = forms.ChoiceField(label=_("Language"), choices=languages)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    lists_questions = forms.TypedChoiceField(
        label=_("List the customer's questions beside the reply"),
        help_text=_("To be ticked off for oneself, before one sends. Nothing is held up by it."),
        choices=[("", _("as the queue has it")), (True, _("yes")), (False, _("no"))],
        coerce={"True": True, "False": False}.get,
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Agent
        fields = (
            "name",
            "locale",
            "timezone",
            "theme",
            "hot_keys",
            "hold_seconds",
            "after_sending",
            "lists_questions",
        )
        labels: ClassVar = {"theme": _("Colours"), "hot_keys": _("Keyboard shortcuts")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = settings.HOLD_REPLIES.total_seconds()
        self.fields["hold_seconds"].widget.attrs |= {"max": LONGEST_HOLD, "placeholder": f"{usual:g}"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Change language, zone, colours, shortcuts and seconds; the next page shows them."""
    agent = agent_of(request)
    form = PreferencesForm(request.POST or None, instance=Agent.objects.get(pk=agent.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("preferences"))
    return render(request, "helpdesk/preferences.html", {"form": form}, status=422 if form.errors else 200)
