"""An event as the past reads it: with who did it, and whether the clocks had counted it."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.clock.corrections import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEvent(Event):
    """An event that was known at a moment; `counted`: a relay had applied it by then."""

    actor_id: int | None
    counted: bool
