"""Tickets that cannot be folded: by a share that is damaged where it is kept, or by a column that is too narrow."""

from __future__ import annotations

from django.db import connection

from helpdesk.models import Ticket
from monitor.models import RollupShare

NO_SHARE = b"\xc1"
"""A byte with which nothing that is packed begins."""


class DamagedShares:
    """Shares that are damaged for a while; nobody can write others in their place meanwhile."""

    def __init__(self) -> None:
        self._kept: dict[int, bytes] = {}

    def damage(self, ticket_id: int) -> bool:
        """Damage what is kept of a ticket; return whether anything was."""
        share = RollupShare.objects.filter(ticket_id=ticket_id).first()
        if share is None or bytes(share.share) == NO_SHARE:
            return False
        self._kept[share.pk] = bytes(share.share)
        RollupShare.objects.filter(pk=share.pk).update(share=NO_SHARE)
        return True

    def mend(self) -> None:
        for pk, share in self._kept.items():
            RollupShare.objects.filter(pk=pk).update(share=share)
        self._kept.clear()


def narrow_tiers(width: int) -> None:
    """Let cells have no room for a longer tier than that, as a migration once forgot to give them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE monitor_rollupmix ALTER COLUMN tier TYPE varchar({width})")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def widen_tiers() -> None:
    narrow_tiers(50)


def give_tier(tier: str, *tickets: Ticket) -> None:
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(tier=tier)
