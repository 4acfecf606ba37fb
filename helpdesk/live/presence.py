"""Who looks at a ticket or writes on it at this moment: in Redis, for as long as their page says so.

It is there to keep two people from answering the same customer, and for nothing else: it is kept nowhere, counted
nowhere, and gone seconds after the page is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from django.conf import settings
from redis import Redis

from helpdesk.live.doorbell import doorbell
from helpdesk.models import Agent, Ticket

TOLD_EVERY: Final = 10
"""Seconds after which a page says again that it is looked at."""

STAYS: Final = 2 * TOLD_EVERY + 3
"""Seconds for which somebody counts as there who says nothing more: one word may be lost."""


class PresentAgent(msgspec.Struct):
    """Somebody at a ticket, whether they write, and until when that is believed, in seconds since 1970."""

    name: str
    writes: bool
    until: float

    @property
    def is_there(self) -> bool:
        return self.until > time.time()


def tell(ticket: Ticket, agent: Agent, *, writes: bool) -> None:
    """Say that an agent is at a ticket; who stands by it is rung for where that is new."""
    now_there = PresentAgent(str(agent), writes, time.time() + STAYS)

    def write(redis: Redis) -> bytes | None:
        place, who = _place(ticket.pk), str(agent.pk)
        with redis.pipeline() as line:
            line.hget(place, who)
            line.hset(place, who, msgspec.json.encode(now_there))
            line.expire(place, STAYS)
            before: bytes | None = line.execute()[0]
        return before

    before = doorbell().ask(write)
    was_there = msgspec.json.decode(before, type=PresentAgent) if before else None
    if was_there is None or not was_there.is_there or was_there.writes != writes:
        _ring(ticket)


def leave(ticket: Ticket, agent: Agent) -> None:
    """Say that an agent has gone from a ticket."""

    def forget(redis: Redis) -> Any:
        return redis.hdel(_place(ticket.pk), str(agent.pk))

    if doorbell().ask(forget):
        _ring(ticket)


def present_at(ticket_ids: Iterable[int], *, but: Agent) -> dict[int, list[PresentAgent]]:
    """Return who else is at each of these tickets, those who write first; nobody where Redis is silent."""
    wanted = list(ticket_ids)
    if not wanted:
        return {}

    def read(redis: Redis) -> list[dict[str, str]]:
        with redis.pipeline(transaction=False) as line:
            for ticket_id in wanted:
                line.hgetall(_place(ticket_id))
            found: list[dict[str, str]] = line.execute()
        return found

    found = doorbell().ask(read) or []
    return {
        number: there for number, each in zip(wanted, found, strict=False) if (there := _others(each, but))
    }


def _others(found: dict[str, str], but: Agent) -> list[PresentAgent]:
    others = [
        msgspec.json.decode(said, type=PresentAgent) for who, said in found.items() if who != str(but.pk)
    ]
    return sorted((one for one in others if one.is_there), key=lambda one: (not one.writes, one.name))


def _place(ticket_id: int) -> str:
    return f"{settings.REDIS_PREFIX}presence:{ticket_id}"


def _ring(ticket: Ticket) -> None:
    doorbell().say(f"presence {ticket.queue_id} {ticket.reference}")
