"""What standing pages are told of, beside tickets: flags that were raised, withdrawn, or taken in hand."""

from __future__ import annotations

from typing import Final

FLAGS: Final = """
    SELECT changed.ticket_id, changed.updated_at
      FROM helpdesk_store store
     CROSS JOIN LATERAL (SELECT ticket_id, updated_at
                           FROM monitor_flag
                          WHERE store_id = store.id AND updated_at >= %(since)s
                          ORDER BY updated_at
                          LIMIT %(most)s) changed
"""
