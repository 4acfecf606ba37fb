"""What is counted of the live tickets of a place: instants in order, so that counting is looking one up."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from typing import Final

from monitor.reports.rollup.live_share import KINDS, QUARTER, LiveShare

_WIDTH: Final = 8
_EIGHT_BYTES: Final = "q"
"""As any machine that we run on orders them: least first."""


class Instants:
    """Instants in order, one as often as there are tickets of it; packed until one comes or goes."""

    __slots__ = ("_kept",)

    def __init__(self, packed: bytes = b"") -> None:
        self._kept: bytes | array[int] = packed

    def until(self, at: int) -> int:
        """Return how many there are up to an instant, that one among them."""
        return bisect_right(self._read(), at)

    @property
    def first(self) -> int | None:
        return self._read()[0] if len(self) else None

    def add(self, at: int) -> None:
        insort(self._unpacked(), at)

    def take(self, at: int) -> bool:
        """Take one away; false where there is none."""
        known = self._unpacked()
        place = bisect_left(known, at)
        is_there = place < len(known) and known[place] == at
        if is_there:
            del known[place]
        return is_there

    def pack(self) -> bytes:
        return self._kept if isinstance(self._kept, bytes) else self._kept.tobytes()

    def __len__(self) -> int:
        return len(self._kept) // _WIDTH if isinstance(self._kept, bytes) else len(self._kept)

    def _read(self) -> memoryview[int] | array[int]:
        return memoryview(self._kept).cast(_EIGHT_BYTES) if isinstance(self._kept, bytes) else self._kept

    def _unpacked(self) -> array[int]:
        if isinstance(self._kept, bytes):
            self._kept = array(_EIGHT_BYTES, self._kept)
        return self._kept


class LiveCounts:
    """The live tickets of a place: how many, and from when on how many of them are what, in microseconds since 1970."""

    __slots__ = ("_instants", "live", "unacknowledged")

    def __init__(
        self, live: int = 0, unacknowledged: int = 0, packed: Sequence[bytes] = (b"",) * len(KINDS)
    ) -> None:
        self.live, self.unacknowledged = live, unacknowledged
        self._instants = dict(zip(KINDS, map(Instants, packed), strict=True))

    def __getitem__(self, kind: str) -> Instants:
        """Return the instants of one of `KINDS`."""
        return self._instants[kind]

    def add(self, share: LiveShare) -> None:
        self.live += 1
        self.unacknowledged += share.unacknowledged
        for known, instants in zip(self._instants.values(), share.instants, strict=True):
            for at in instants:
                known.add(at)

    def take(self, share: LiveShare) -> bool:
        """Take away what a ticket has added; false where not all of it was there."""
        self.live -= 1
        self.unacknowledged -= share.unacknowledged
        told = zip(self._instants.values(), share.instants, strict=True)
        missing = [at for known, instants in told for at in instants if not known.take(at)]
        return not missing

    def pack(self) -> list[bytes]:
        """Return the instants of each of `KINDS` as a row keeps them."""
        return [known.pack() for known in self._instants.values()]

    @property
    def told(self) -> tuple[int, int, list[bytes]]:
        """Return all that is counted, to be compared."""
        return self.live, self.unacknowledged, self.pack()

    def late(self, now: int) -> int:
        return self["late"].until(now)

    def at_risk(self, now: int) -> int:
        return self._from_until("risk", now) - self["due"].until(now)

    def soon(self, now: int) -> int:
        due = self["due"]
        return due.until(now + QUARTER) - due.until(now) + self._from_until("soon", now)

    @property
    def answers(self) -> Instants:
        """Return when answers fall due that are still to be given."""
        return self["answers"]

    @property
    def waiting(self) -> Instants:
        return self["waiting"]

    def _from_until(self, kind: str, now: int) -> int:
        return self[f"{kind}_from"].until(now) - self[f"{kind}_until"].until(now)
