"""The first admin, whom nobody can invite: made on the server."""

from __future__ import annotations

from contextlib import suppress

import structlog
from django.conf import settings
from django.db import DatabaseError

from helpdesk.models import Agent

logger = structlog.get_logger(__name__)

COMMAND = "manage.py createsuperuser"
UNDER_DEV = "./dev manage createsuperuser"


def is_missing() -> bool:
    """Whether nobody can log in who may set things up; the demo's admin can in an open demo only."""
    admins = Agent.objects.filter(is_active=True, is_admin=True)
    return not (admins if settings.DEMO_IS_OPEN else admins.filter(is_demo=False)).exists()


def say_if_missing() -> None:
    """Say it in the log of a process that begins to serve. A database that is away says so by itself, later."""
    with suppress(DatabaseError):
        if is_missing():
            logger.warning("no_admin", make_one_by=COMMAND)
