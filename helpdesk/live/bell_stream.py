"""One stream of server-sent events: what its reader has not been told yet, kept small however slowly they read."""

from __future__ import annotations

import asyncio

import msgspec

from helpdesk.live.stream_viewer import StreamViewer
from helpdesk.live.ticket_changes import MOST, Changes


class Ring(msgspec.Struct, omit_defaults=True):
    """What to look at again: queues, tickets, tickets at which people come and go; or everything."""

    version: int
    queues: set[int] = set()
    tickets: set[str] = set()
    present: set[str] = set()
    everything: bool = False


class BellStream:
    """Gathers what changes until it can be written. It is told no more than its viewer may see."""

    def __init__(self, viewer: StreamViewer) -> None:
        self.viewer = viewer
        self.over = False
        self._waits = asyncio.Event()
        self._ring = Ring(version=0)

    def hear(self, changes: Changes, *, version: int) -> None:
        """Add what has changed to what is to be told."""
        for ticket in changes.tickets:
            if seen := self.viewer.sees(ticket.queues):
                self._ring.queues |= seen
                self._ring.tickets.add(ticket.reference)
        if changes.uncounted or len(self._ring.tickets) > MOST:
            self._ring = Ring(version, everything=True)
        self._note(version)

    def hear_of_presence(self, queue: int, reference: str, *, version: int) -> None:
        """Add that somebody has come to a ticket, or gone, or begun to write."""
        if self.viewer.sees(frozenset({queue})) and len(self._ring.present) < MOST:
            self._ring.present.add(reference)
            self._note(version)

    def look_everywhere(self, *, version: int) -> None:
        """Tell that everything may have changed: what the viewer may see is other than it was."""
        self._ring = Ring(version, everything=True)
        self._note(version)

    def end(self) -> None:
        """Tell nothing more."""
        self.over = True
        self._waits.set()

    async def next(self, *, within: float) -> Ring | None:
        """Return what is to be told once there is something; null where nothing comes within so many seconds."""
        try:
            async with asyncio.timeout(within):
                await self._waits.wait()
        except TimeoutError:
            return None
        self._waits.clear()
        told, self._ring = self._ring, Ring(self._ring.version)
        return told

    def _note(self, version: int) -> None:
        self._ring.version = version
        ring = self._ring
        if ring.everything or ring.queues or ring.tickets or ring.present:
            self._waits.set()


def event(kind: str, ring: Ring) -> bytes:
    """Spell a server-sent event."""
    return b"event: %b\nid: %d\ndata: %b\n\n" % (kind.encode(), ring.version, msgspec.json.encode(ring))
