"""The heartbeat: catch up, then flag. The net under the ordinary path and under the watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.alarms import flags
from monitor.relay import relay


@dataclass(frozen=True, slots=True)
class HeartbeatResult:
    """What one heartbeat did."""

    relayed: int
    flagged: int


def heartbeat(*, now: datetime, limit: int) -> HeartbeatResult:
    """Catch up with the helpdesk, then flag what has run out.

    In this order: an answer that is already written must stop its clock before anybody asks whether that
    clock has run out.
    """
    relayed = relay.take_up_waiting(now=now, limit=limit)
    return HeartbeatResult(relayed=relayed, flagged=sweep(now=now, limit=limit, noticed_by="heartbeat"))


def sweep(*, now: datetime, limit: int, noticed_by: str) -> int:
    """Flag everything that is due, `limit` clocks at a time; return how many flags were raised."""
    raised = batch = flags.raise_due(now=now, limit=limit, noticed_by=noticed_by)
    while batch >= limit:  # every clock that was claimed has brought a flag or two
        batch = flags.raise_due(now=now, limit=limit, noticed_by=noticed_by)
        raised += batch
    return raised
