"""First resolutions as they were known then: of tickets that have changed since, and of others of their customers."""

from __future__ import annotations

from typing import Final, LiteralString

from django.db import connection

from helpdesk.database.statement import given, rows, run
from monitor.reports.resolutions import first_resolutions


def fill() -> list[int]:
    """Work out again what those tickets came to, and return them: what their customers did since says nothing then."""
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVED)
        cursor.execute("ANALYZE past_resolved")
    numbers = [pk for (pk,) in run("SELECT ticket_id FROM past_resolved", ())]
    found = first_resolutions.of(numbers) if numbers else {}
    if found:
        told = [
            (one.ticket_id, one.resolved_at, one.response, one.reopened_at, one.asked_again_at, one.asked_again_on)
            for one in found.values()
        ]  # fmt: skip
        run(_KEEP, [rows(told)])
    return numbers


_RESOLVED: Final[LiteralString] = """
    INSERT INTO past_resolved (ticket_id)
    SELECT ticket_id FROM past_changed WHERE first_later IS DISTINCT FROM 1
     UNION
    SELECT kept.ticket_id FROM monitor_firstresolution kept JOIN helpdesk_ticket ticket ON ticket.id = kept.ticket_id
     WHERE ticket.customer_id IN (
           SELECT id FROM past_customer
            UNION
           SELECT customer_id FROM past_ticket WHERE customer_id IS NOT NULL)
"""
_COLUMNS: Final[tuple[LiteralString, ...]] = (
    "ticket_id bigint", "resolved_at timestamptz", "response varchar", "reopened_at timestamptz",
    "asked_again_at timestamptz", "asked_again_on bigint",
)  # fmt: skip
_KEEP: Final[LiteralString] = f"""
    INSERT INTO past_resolution ({", ".join(column.split()[0] for column in _COLUMNS)})
    SELECT * FROM {given(*_COLUMNS)} RETURNING ticket_id
"""  # noqa: S608  # the columns are those above
