"""Logging in and out, and what an agent prefers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from helpdesk.access import peer, security_log
from helpdesk.models import Agent, Membership, Role
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.pages.frame.viewer import agent_of, languages, zones

CLEARED = '"cache", "storage"'
"""What a browser forgets on the way out. Not cookies: it would forget those of the whole domain."""


class LoginForm(AuthenticationForm):
    """E-mail and password; addresses are kept in lower case."""

    def clean_username(self) -> str:
        email: str = self.cleaned_data["username"]
        return email.strip().lower()

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(_("This e-mail and this password do not belong together."), "invalid_login")


class Login(LoginView):
    """The way in; whoever is in already goes on to where they wanted."""

    authentication_form = LoginForm
    template_name = "helpdesk/login.html"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Have a page that fetched a part of itself load anew, and so come to the login whole."""
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().dispatch(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        """Lead whoever oversees a queue to the board, everybody else to what to do next."""
        oversees = Membership.objects.filter(agent=self.request.user.pk, role=Role.OVERSEER).exists()
        return reverse("board") if oversees else super().get_default_redirect_url()


class Logout(LogoutView):
    """The way out; nothing of what was seen stays behind in the browser."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, Agent):
            security_log.record(Kind.LOGGED_OUT, actor=request.user, address=peer.address_of(request))
        answer = super().post(request, *args, **kwargs)
        answer.headers["Clear-Site-Data"] = CLEARED
        return answer


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """How one agent wants to see things."""

    locale = forms.ChoiceField(label=_("Language"), choices=languages)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    class Meta:
        model = Agent
        fields = ("name", "locale", "timezone", "theme", "hot_keys")
        labels: ClassVar = {"theme": _("Colours"), "hot_keys": _("Keyboard shortcuts")}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Change language, zone, colours and shortcuts; the next page shows them."""
    agent = agent_of(request)
    form = PreferencesForm(request.POST or None, instance=Agent.objects.get(pk=agent.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("preferences"))
    return render(request, "helpdesk/preferences.html", {"form": form}, status=422 if form.errors else 200)
