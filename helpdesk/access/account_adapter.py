"""How allauth's accounts are ours: nobody signs up, guesses are counted by us, and what is done is written down."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.access import logins, peer, security_log
from helpdesk.models import Agent, Membership, Role
from helpdesk.models import SecurityEventKind as Kind

NOWHERE = "::"
"""What a session notes of where it began when nobody knows."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Agents come in by invitation, and by the one way to look at a password (`helpdesk.access.logins`)."""

    error_messages = {  # allauth's way to say it
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail and this password do not belong together."),
        "enter_current_password": _("This is not your password."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link is not good any more."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead whoever oversees a queue to the board, everybody else to what to do next."""
        oversees = Membership.objects.filter(agent=request.user.pk, role=Role.OVERSEER).exists()
        return reverse("board" if oversees else "queue")

    def post_login(
        self, request: HttpRequest, user: Agent, *, redirect_url: str | None, **told: Any
    ) -> HttpResponse:
        """Lead whoever named our address alone to what is theirs: they had no page in mind."""
        if redirect_url == reverse(settings.LOGIN_REDIRECT_URL):
            redirect_url = self.get_login_redirect_url(request)
        answer: HttpResponse = super().post_login(request, user, redirect_url=redirect_url, **told)
        return answer

    def get_client_ip(self, request: HttpRequest) -> str:
        return peer.address_of(request) or NOWHERE

    def set_password(self, user: Agent, password: str) -> None:
        with logins.turn():
            super().set_password(user, password)
        by_owner = context.request.user == user
        kind = Kind.PASSWORD_CHANGED if by_owner else Kind.PASSWORD_SET_BY_LINK
        address = peer.address_of(context.request)
        security_log.record(kind, actor=user if by_owner else None, address=address, agent=user.pk)

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Tell whether the login is longer ago than `ACCOUNT_REAUTHENTICATION_TIMEOUT`: somebody else may sit there."""
        request = context.request
        records = get_authentication_records(request, request.user)
        return not records or time.time() - records[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def reauthenticate(self, user: Agent, password: str) -> bool:
        """Tell whether somebody who is in knows the password; counted as at the login."""
        return logins.knows_password(user, password, request=context.request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: pages say what was done in our own words."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing past the outbox."""
