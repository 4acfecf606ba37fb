"""Logging in and out, here and elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from allauth.account.views import LoginView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LogoutView
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from helpdesk.access import peer, security_log
from helpdesk.models import Agent
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.pages.account.account_forms import LoginForm
from helpdesk.pages.frame.viewer import agent_of
from helpdesk.pages.frame.way_on import arrival

SESSIONS = format_lazy("{}#sessions", reverse_lazy("preferences"))
"""Where they are listed."""

CLEARED = '"cache"'
"""Storage is not, or what others keep in their tabs went with it, and when they left."""
"""What a browser forgets on the way out. Not cookies: it would forget those of the whole domain."""

LEFT: Final = "left"
"""The parameter by which the login page is told, under our signature, who has come to it by logging out."""

ARRIVES_WITHIN: Final = timedelta(minutes=5)


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

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        given: dict[str, Any] = super().get_context_data(**context)
        return given | {"left": _who_left(self.request)}


def _who_left(request: HttpRequest) -> int | None:
    """Return who has logged out by hand a moment ago; null where that is not our word."""
    try:
        left: int = signing.loads(request.GET.get(LEFT, ""), salt=LEFT, max_age=ARRIVES_WITHIN)
    except signing.BadSignature:
        return None
    return left


class Logout(LogoutView):
    """The way out; nothing of what was seen or written stays behind in the browser.

    What tabs keep is one person's, which a browser cannot know: the page that it arrives at sees to that.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, Agent):
            security_log.record(Kind.LOGGED_OUT, actor=request.user, address=peer.address_of(request))
            self.next_page = f"{reverse('login')}?{LEFT}={signing.dumps(request.user.pk, salt=LEFT)}"
        answer = super().post(request, *args, **kwargs)
        answer.headers["Clear-Site-Data"] = CLEARED
        return answer


class Sessions(ListUserSessionsView):  # type: ignore[misc]  # allauth has no types
    """End every session but this one; they are listed in the profile."""

    success_url = SESSIONS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(str(SESSIONS))

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
    return HttpResponseRedirect(str(SESSIONS))
