"""How long whoever serves others waits for the database. Migrations, a recount by hand and backups take their time."""

from __future__ import annotations

from django.conf import settings

STATEMENT_SECONDS = 20
"""Less than a task may take; no statement of a request or a task needs a tenth of it."""

LOCK_SECONDS = 5


def bound_waiting() -> None:
    """Have every connection that is opened from now on give up a statement, or waiting for a lock, after a while."""
    options = settings.DATABASES["default"]["OPTIONS"]
    bounds = f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s"
    options["options"] = f"{options.get('options', '')} {bounds}".strip()
