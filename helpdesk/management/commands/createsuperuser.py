"""`manage.py createsuperuser`: Django's own; that there is another admin stands in the security log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction

from helpdesk.access import security_log
from helpdesk.models import Agent
from helpdesk.models import SecurityEventKind as Kind


class Command(createsuperuser.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Make the login and its line together, or neither."""
        with transaction.atomic():
            before = Agent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            super().handle(*args, **options)
            for admin in Agent.objects.filter(pk__gt=before, is_superuser=True):
                facts: dict[str, Any] = {
                    "agent": admin.pk,
                    "admin": admin.is_admin,
                    "active": admin.is_active,
                }
                security_log.record_on_server(Kind.RIGHTS_CHANGED, what="createsuperuser", **facts)
