"""Relays that fail: a table of tickets whose events the database refuses to mark as relayed."""

from __future__ import annotations

from django.db import connection

from helpdesk.models import Ticket


def lay_out() -> None:
    _run(_LAY_OUT)


def take_away() -> None:
    _run(_TAKE_AWAY)


def poison(ticket: Ticket) -> None:
    """Let every relay of this ticket fail from now on."""
    _run("INSERT INTO poisoned (ticket_id) VALUES (%s)", ticket.pk)


def cure(ticket: Ticket) -> None:
    _run("DELETE FROM poisoned WHERE ticket_id = %s", ticket.pk)


def cure_all() -> None:
    _run("TRUNCATE poisoned")


def _run(sql: str, *parameters: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


_LAY_OUT = """
    CREATE TABLE poisoned (ticket_id bigint NOT NULL);
    CREATE FUNCTION relay_fails() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM poisoned WHERE ticket_id = new.ticket_id) THEN
            RAISE EXCEPTION 'poisoned';
        END IF;
        RETURN new;
    END $$;
    CREATE TRIGGER relay_fails BEFORE UPDATE OF relayed_at ON helpdesk_ticketevent
       FOR EACH ROW EXECUTE FUNCTION relay_fails();
"""

_TAKE_AWAY = """
    DROP TRIGGER relay_fails ON helpdesk_ticketevent;
    DROP FUNCTION relay_fails();
    DROP TABLE poisoned;
"""
