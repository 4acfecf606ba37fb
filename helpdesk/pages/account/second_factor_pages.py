"""A second factor at the login: begun, asked for, ended; and asking again before what is grave."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.account.views import ReauthenticateView
from allauth.core import context
from allauth.mfa.base import forms as code_forms
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from helpdesk.access import guesses, peer, second_factor, security_log
from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.pages.account.account_forms import password_field
from helpdesk.pages.frame.viewer import agent_of


def code_field(label: Any) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"})
    return forms.CharField(label=label, widget=widget, max_length=20)


class CountedCode(forms.Form):
    """A code that is guessed at as seldom as a password. Raises `TooManyGuesses`."""

    user: Agent

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field(_("Code"))

    def clean_code(self) -> str:
        guesses.count(guesses.CODE_OF_ACCOUNT, self.user.email, now=database_now())
        code: str = super().clean_code()  # type: ignore[misc]  # allauth's form beside this one
        guesses.forgive(guesses.CODE_OF_ACCOUNT, self.user.email)
        return code


class LoginCodeForm(CountedCode, code_forms.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code that is asked for after the password."""


class ConfirmingCodeForm(CountedCode, code_forms.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code of somebody who is in."""


class FirstCodeForm(CountedCode, ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """The first code, by which it is known that the app has the secret."""


class ConfirmingPasswordForm(ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The password of somebody who is in; counted as at the login."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field(_("Password"), "current-password")


class LoginCode(AuthenticateView):  # type: ignore[misc]  # allauth has no types
    """The second step of logging in."""

    form_class = LoginCodeForm
    template_name = "helpdesk/second_factor_code.html"


class ConfirmPassword(ReauthenticateView):  # type: ignore[misc]  # allauth has no types
    """Ask again who it is, and go on with what was asked for."""

    form_class = ConfirmingPasswordForm
    template_name = "helpdesk/confirmation.html"

    def get_form_class(self) -> type[forms.Form]:
        return ConfirmingPasswordForm


class ConfirmCode(ReauthenticateByCodeView):  # type: ignore[misc]  # allauth has no types
    """The same by a code."""

    form_class = ConfirmingCodeForm
    template_name = "helpdesk/confirmation.html"


class SecondFactor(IndexView):  # type: ignore[misc]  # allauth has no types
    """Whether one has a second factor, and what can be done with it."""

    template_name = "helpdesk/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agent = agent_of(self.request)
        own = {"has_one": second_factor.has_one(agent), "is_required": second_factor.is_required_of(agent)}
        return {**super().get_context_data(**kwargs), **own}


class Activation(ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """Give the secret to an app, and prove that it has it; the codes for a rainy day follow."""

    form_class = FirstCodeForm
    template_name = "helpdesk/second_factor_activation.html"

    def form_valid(self, form: forms.Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _note(Kind.SECOND_FACTOR_GIVEN, agent_of(self.request))
        messages.success(self.request, _("From now on a code is asked for after your password."))
        return answer


class Deactivation(DeactivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """End it, where it is not required."""

    template_name = "helpdesk/second_factor_deactivation.html"

    def form_valid(self, form: forms.Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _note(Kind.SECOND_FACTOR_TAKEN, agent_of(self.request))
        messages.success(self.request, _("Your password alone lets you in again."))
        return answer


class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]  # allauth has no types
    """The codes that are good once each where the app is lost."""

    template_name = "helpdesk/recovery_codes.html"


class NewRecoveryCodes(GenerateRecoveryCodesView):  # type: ignore[misc]  # allauth has no types
    """Make new ones; the old ones are good no more."""

    template_name = "helpdesk/new_recovery_codes.html"


def _note(kind: Kind, agent: Agent) -> None:
    security_log.record(kind, actor=agent, address=peer.address_of(context.request), agent=agent.pk)
