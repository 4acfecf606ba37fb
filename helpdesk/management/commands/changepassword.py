"""`manage.py changepassword`: Django's own; whose password was set stands in the security log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.db import transaction

from helpdesk.access import security_log
from helpdesk.models import Agent
from helpdesk.models import SecurityEventKind as Kind


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        """Set the password and write its line together, or neither."""
        with transaction.atomic():
            said = super().handle(*args, **options)
            agent = Agent.objects.get(email=options["username"])
            security_log.record_on_server(Kind.PASSWORD_CHANGED, agent=agent.pk, what="changepassword")
        return said
