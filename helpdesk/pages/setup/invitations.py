"""Inviting an agent by a link, by whoever oversees the queue, and accepting it: the only way in for somebody new."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.access import guesses, peer
from helpdesk.access.people import invitations
from helpdesk.models import Agent, Invitation, Queue, Role
from helpdesk.models.queue import QueueQuerySet
from helpdesk.pages.frame import shown_once
from helpdesk.pages.frame.permission import overseen_queues
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail"))
    queue = forms.ModelChoiceField(Queue.objects.none(), label=_("Queue"), empty_label=None)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        help_text=_("A member answers; an overseer is told of broken promises besides."),
    )

    def __init__(self, *args: Any, queues: QueueQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queue"].queryset = queues.in_use().order_by("name")  # type: ignore[attr-defined]


class AcceptanceForm(forms.Form):
    """What a new agent tells about themselves."""

    name = forms.CharField(label=_("Your name"), max_length=200)
    password = forms.CharField(
        label=_("A password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("A few words make a good one."),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make a link for a new agent, and show it on the next page: that is the only place where it ever stands."""
    if request.method != "POST":
        return _page_with_new_link(request)
    form = InvitationForm(request.POST, queues=overseen_queues(request))
    token = _invited(request, form) if form.is_valid() else ""
    if not token:
        return _page(request, form=form, status=422)
    return shown_once.lead_to(reverse("invitations"), at="new-link", secret=token, request=request)


def _invited(request: HttpRequest, form: InvitationForm) -> str:
    """Return the token of a new link; none, and why on the form, where it is refused."""
    try:
        with transaction.atomic():
            _invitation, token = invitations.invite(
                by=agent_of(request), now=now_of(request), **form.cleaned_data
            )
    except Refused as refused:
        form.add_error(None, str(refused))
        return ""
    return token


def _page_with_new_link(request: HttpRequest) -> HttpResponse:
    """Show the page, and with it the link that was made just before."""
    token = shown_once.read(request)
    if not token:
        return _page(request)
    response = _page(request, **_link(token, now_of(request)))
    shown_once.take_back(response, from_=reverse("invitations"))
    return response


def _link(token: str, now: datetime) -> dict[str, Any]:
    """Return what leads in, and whom; nothing where it has been revoked or used since."""
    try:
        invited = invitations.find_open(token, now=now)
    except Refused:
        return {}
    return {"invited": invited, "link": settings.PUBLIC_URL + reverse("invitation", args=[token])}


def _page(
    request: HttpRequest, *, form: InvitationForm | None = None, status: int = 200, **shown: Any
) -> HttpResponse:
    queues = overseen_queues(request)
    form = form or InvitationForm(queues=queues)
    context = {"form": form, "open": _open(request).select_related("queue").order_by("-id"), **shown}
    return render(request, "helpdesk/invite.html", context, status=status)


def _open(request: HttpRequest) -> QuerySet[Invitation]:
    """Return the open invitations into queues that the viewer oversees."""
    return Invitation.objects.open(now_of(request)).filter(queue__in=overseen_queues(request))


@login_required
@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Make a link worthless; whoever follows it is told to ask for a new one."""
    invitation = get_object_or_404(Invitation.objects.filter(queue__in=overseen_queues(request)), pk=number)
    with transaction.atomic():
        invitations.revoke(invitation, by=agent_of(request), now=now_of(request))
    messages.success(request, _("The invitation of %s is revoked.") % invitation.email)
    return HttpResponseRedirect(reverse("invitations"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let the invited person in: as somebody new, or with the login they have into one more queue."""
    now, where = now_of(request), peer.neighbourhood_of(request)
    guesses.refuse_if_spent(guesses.INVITATION_FROM_ADDRESS, where, now=now)
    try:
        invitation = invitations.find_open(token, now=now)
    except Refused as refused:
        guesses.count(guesses.INVITATION_FROM_ADDRESS, where, now=now)
        said = {"title": _("No invitation"), "told": refused}
        return render(request, "helpdesk/error.html", said, status=404)
    known = Agent.objects.filter(email=invitation.email).exists()
    return (_join if known else _begin)(request, invitation, token)


def _begin(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Make a login of what somebody new tells about themselves, and let them in."""
    form = AcceptanceForm(request.POST or None)
    if form.is_valid() and (agent := _accepted(form, token, now_of(request))):
        login(request, agent)
        UserSession.objects.create_from_request(request)
        messages.success(request, _("Welcome. This is the queue; whoever needs help next stands on top."))
        return HttpResponseRedirect("/")
    context = {"form": form, "invitation": invitation}
    return render(request, "helpdesk/accept_invitation.html", context, status=422 if form.errors else 200)


def _accepted(form: AcceptanceForm, token: str, now: datetime) -> Agent | None:
    try:
        with transaction.atomic():
            return invitations.accept(token=token, now=now, **form.cleaned_data)
    except Refused as refused:
        field = refused.pointer.removeprefix("/")
        form.add_error(field if field in form.fields else None, str(refused))
        return None


def _join(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Add a queue to a login that exists; the link alone never logs anybody in to it."""
    if request.method != "POST":
        return render(request, "helpdesk/accept_invitation.html", {"invitation": invitation})
    with transaction.atomic():
        invitations.accept(token=token, name="", password="", now=now_of(request))
    messages.success(request, _("You are in the queue %s now.") % invitation.queue)
    return HttpResponseRedirect("/")
