"""Changing a password, and choosing another by a link where it is forgotten."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordChangeView, PasswordResetFromKeyView
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.access import guesses, password_links, peer
from helpdesk.pages.account import profile_page
from helpdesk.pages.account.account_forms import PasswordByLinkForm, PasswordChangeForm, PasswordLinkForm
from helpdesk.pages.frame.viewer import now_of


class PasswordChange(PasswordChangeView):  # type: ignore[misc]  # allauth has no types
    """Choose another password, in the profile; whoever is logged in elsewhere by the old one is out."""

    form_class = PasswordChangeForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('preferences')}#password")

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return profile_page.page(self.request, password=form)

    def get_default_success_url(self) -> str:
        return reverse("preferences")

    def form_valid(self, form: forms.Form) -> HttpResponse:
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Your password is changed. Everywhere else you are logged out."))
        return answer


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Send a link to whoever has a login by the e-mail given; the answer is the same where nobody has."""
    form = PasswordLinkForm(request.POST or None)
    if not form.is_valid():
        return render(
            request, "helpdesk/password_link.html", {"form": form}, status=422 if form.errors else 200
        )
    email, now = form.cleaned_data["email"].lower(), now_of(request)
    guesses.count(guesses.LINK_FROM_ADDRESS, peer.neighbourhood_of(request), now=now)
    guesses.count(guesses.LINK_FOR_ACCOUNT, email, now=now)
    with transaction.atomic():
        password_links.ask(email=email, address=peer.address_of(request), now=now)
    return HttpResponseRedirect(reverse("account_reset_password_done"))


@require_safe
def link_is_sent(request: HttpRequest) -> HttpResponse:
    told = _("If there is a login by this e-mail, a link is on its way. It works once, and for an hour.")
    return render(request, "helpdesk/error.html", {"title": _("Look into your mail"), "told": told})


class PasswordByLink(PasswordResetFromKeyView):  # type: ignore[misc]  # allauth has no types
    """Choose a password by a link; the link is worthless then, and every login by the old password over."""

    form_class = PasswordByLinkForm
    template_name = "helpdesk/password.html"
    success_url = reverse_lazy("login")
    extra_context: dict[str, Any] = {"title": _("Choose a new password")}  # Django's way to say it

    def form_valid(self, form: forms.Form) -> HttpResponse:
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)
            guesses.forgive(guesses.LOGIN_OF_ACCOUNT, self.reset_user.email)
        messages.success(self.request, _("Your password is changed. Log in with it."))
        return answer
