"""Who may be logged in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from helpdesk.models import Agent


class Logins(ModelBackend):
    """Passwords, and the sessions that they began. Everybody knows the demo's: they are good in an open demo only."""

    def user_can_authenticate(self, user: Agent | AnonymousUser | None) -> bool:
        if isinstance(user, Agent) and user.is_demo and not settings.DEMO_IS_OPEN:
            return False
        return super().user_can_authenticate(user)
