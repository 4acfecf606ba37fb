"""Up to where an agent has read a ticket, so that it opens at what is new to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from helpdesk.database.statement import run
from helpdesk.models import Agent, Reading, Ticket

ONE_VISIT: Final = timedelta(minutes=10)
"""Looks that lie no further apart are one visit."""
KEPT_FOR: Final = timedelta(days=90)


def read(ticket: Ticket, *, by: Agent, now: datetime, opened: bool = True) -> int | None:
    """Note that the agent reads all of the ticket now; return up to which event they had, null on the first visit.

    Who has `opened` it has read where it mentions them, too; a page that only stands there has not. One statement,
    which waits for no disk: what a crash forgets is only where somebody had stopped reading.
    """
    given = {
        "ticket": ticket.pk,
        "agent": by.pk,
        "seq": ticket.last_seq,
        "now": now,
        "opened": opened,
        "visit": now - ONE_VISIT,
    }
    [(since_seq,)] = run(_READ, given)
    return since_seq  # type: ignore[no-any-return]  # a column of integers


_READ: Final = """
    WITH mentioned AS (
        UPDATE helpdesk_mention SET read_at = %(now)s
          FROM helpdesk_message AS message
         WHERE %(opened)s AND helpdesk_mention.agent_id = %(agent)s AND helpdesk_mention.read_at IS NULL
           AND message.id = helpdesk_mention.message_id AND message.ticket_id = %(ticket)s
    )
    INSERT INTO helpdesk_reading AS known (ticket_id, agent_id, seq, since_seq, read_at)
         SELECT %(ticket)s, %(agent)s, %(seq)s, NULL, %(now)s
           FROM set_config('synchronous_commit', 'off', true)
    ON CONFLICT (ticket_id, agent_id) DO UPDATE
            SET since_seq = CASE WHEN known.read_at < %(visit)s THEN known.seq ELSE known.since_seq END,
                seq = GREATEST(known.seq, EXCLUDED.seq),
                read_at = EXCLUDED.read_at
      RETURNING since_seq
"""


def forget_oldest(*, now: datetime) -> int:
    """Delete what nobody has read for a long time; return how many."""
    forgotten, _tables = Reading.objects.filter(read_at__lt=now - KEPT_FOR).delete()
    return forgotten
