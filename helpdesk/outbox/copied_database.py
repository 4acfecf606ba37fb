"""A database that was put back from a backup, or copied: no number is given twice, and nothing leaves unseen.

It is told by what a backup does not carry along: the server's own number, the database's there, and a table's.
What copies whole disks carries those along too; then somebody has to say so, by `hold`.
"""

from __future__ import annotations

from datetime import datetime
from typing import LiteralString

import structlog
from django.db import transaction
from django.db.models import QuerySet

from helpdesk.database.statement import run
from helpdesk.models import DatabaseHome, Delivery
from helpdesk.models.delivery import DeliveryQuerySet

logger = structlog.get_logger(__name__)

HELD_BACK = "held back after a restore"


def look(*, now: datetime) -> datetime | None:
    """Notice whether the database has been copied; return since when what would leave is held, if it is."""
    [(is_known, is_at_home, held_since)] = run(_LOOK, ())
    if not is_known:
        run(_SETTLE, ())
    elif not is_at_home:
        return _hold(DatabaseHome.objects.all(), now=now)
    return held_since  # type: ignore[no-any-return]  # a cursor's rows are untyped


def hold(*, now: datetime) -> None:
    """Say that the database was copied, as by a snapshot of its disk: numbers leap, and nothing leaves."""
    look(now=now)
    _hold(DatabaseHome.objects.filter(held_since=None), now=now)


def held_since() -> datetime | None:
    return DatabaseHome.objects.values_list("held_since", flat=True).first()


def held_back() -> DeliveryQuerySet:
    """Return what waited already when the database was copied: elsewhere it may have left."""
    since = held_since()
    return Delivery.objects.waiting().filter(opened_at__lte=since) if since else Delivery.objects.none()


def release(*, give_up: bool, now: datetime) -> int:
    """Let everything leave again, or all but what waited when the database was copied; return how much that was."""
    with transaction.atomic():
        DatabaseHome.objects.select_for_update(no_key=True).first()
        waited = held_back()
        number = waited.count()
        if give_up:
            waited.update(given_up_at=now, due_at=None, last_error=HELD_BACK)
        DatabaseHome.objects.update(held_since=None)
    return number


def _hold(homes: QuerySet[DatabaseHome], *, now: datetime) -> datetime | None:
    with transaction.atomic():
        home = homes.select_for_update(no_key=True).first()
        if home is None:
            return held_since()
        run(LEAP, ())
        [(since,)] = run(_MOVE_IN, (now,))
    logger.warning("database_was_copied", before=home.place, held_since=since.isoformat())
    return since  # type: ignore[no-any-return]  # a cursor's rows are untyped


PLACE: LiteralString = """
    (SELECT system_identifier FROM pg_control_system())::text
    || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
    || '/' || 'helpdesk_databasehome'::regclass::oid
"""
"""Written in SQL, so that a claim can ask in the same statement."""

IS_HELD: LiteralString = f"""
    EXISTS (SELECT FROM helpdesk_databasehome WHERE held_since IS NOT NULL OR place <> {PLACE})
"""  # written here

_LOOK = f"""
    SELECT home.id IS NOT NULL, home.place = {PLACE}, home.held_since
      FROM (SELECT 1) one LEFT JOIN helpdesk_databasehome home ON true
"""  # noqa: S608  # written here

_SETTLE = (
    f"INSERT INTO helpdesk_databasehome (id, place) VALUES (1, {PLACE}) ON CONFLICT DO NOTHING RETURNING id"  # noqa: S608
)

_MOVE_IN = f"""
    UPDATE helpdesk_databasehome SET place = {PLACE}, held_since = coalesce(held_since, %s) RETURNING held_since
"""  # noqa: S608  # written here

# At 25 a second since 2026 the numbers of 35 bits, which are references, last until 2069.
LEAP: LiteralString = """
    SELECT setval(
               (quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass,
               greatest(
                   coalesce(last_value, 0) + 100000,
                   floor(25 * extract(epoch FROM clock_timestamp() - timestamptz '2026-01-01 00:00Z'))::bigint))
      FROM pg_sequences
     WHERE schemaname = ANY(current_schemas(false)) AND data_type = 'bigint'::regtype
       AND (starts_with(sequencename, 'helpdesk_') OR starts_with(sequencename, 'monitor_'))
"""
"""Leap every sequence of ours to where none can have been by now, unless it gave more than 25 numbers a second."""
