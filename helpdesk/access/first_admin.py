"""The first admin, whom nobody can invite: made on the server."""

from __future__ import annotations

from django.conf import settings

from helpdesk.models import Agent

COMMAND = "manage.py createsuperuser"
UNDER_DEV = "./dev manage createsuperuser"


def is_missing() -> bool:
    """Whether nobody can log in who may set things up; the demo's admin can in an open demo only."""
    admins = Agent.objects.filter(is_active=True, is_admin=True)
    return not (admins if settings.DEMO_IS_OPEN else admins.filter(is_demo=False)).exists()
