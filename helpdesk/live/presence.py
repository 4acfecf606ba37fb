"""Who looks at a ticket or writes on it at this moment: in Redis, for as long as their page says so.

It is there to keep two people from answering the same customer, and for nothing else: it is kept nowhere, counted
nowhere, and gone seconds after the page is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final, cast

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
    """Somebody at a ticket in a page, whether they write, and until when that is believed, in seconds since 1970."""

    name: str
    writes: bool
    until: float

    @property
    def is_there(self) -> bool:
        return self.until > time.time()


PRESENT: Final = msgspec.json.Decoder(PresentAgent)


def tell(ticket: Ticket, agent: Agent, *, page: str = "", writes: bool) -> None:
    """Say that an agent has a ticket open in a page of theirs; who stands by it is rung for where that is new."""
    now_there = PresentAgent(str(agent), writes, time.time() + STAYS)
    _change(ticket, agent, {_field(agent, page): now_there})


def leave(ticket: Ticket, agent: Agent, *, page: str = "") -> None:
    """Say that an agent has closed a page of a ticket; in another one they may be there still."""
    _change(ticket, agent, {_field(agent, page): None})


def _change(ticket: Ticket, agent: Agent, pages: dict[str, PresentAgent | None]) -> None:
    did_and_does = doorbell().ask(partial(_write, _place(ticket.pk), pages, agent))
    if did_and_does and did_and_does[0] != did_and_does[1]:
        _ring(ticket)


def _write(place: str, pages: dict[str, PresentAgent | None], agent: Agent, redis: Redis) -> tuple[str, str]:
    """Write down what these pages say, forget those that say nothing more, and return what the agent did and does."""
    before = _decoded(cast("dict[str, str]", redis.hgetall(place)))
    after = {name: each for name, each in {**before, **pages}.items() if each and each.is_there}
    with redis.pipeline() as line:
        for gone in before.keys() - after.keys():
            line.hdel(place, gone)
        for name in pages.keys() & after.keys():
            line.hset(place, name, msgspec.json.encode(after[name]))
            line.expire(place, STAYS)
        line.execute()
    return _does(before, agent), _does(after, agent)


def _decoded(found: Mapping[str, str]) -> dict[str, PresentAgent]:
    return {field: PRESENT.decode(each) for field, each in found.items()}


def _does(said: Mapping[str, PresentAgent], agent: Agent) -> str:
    """Return what an agent does in all their pages together: writes, looks, or is not there."""
    theirs = [each for name, each in said.items() if _whose(name) == str(agent.pk) and each.is_there]
    return "" if not theirs else "writes" if any(each.writes for each in theirs) else "looks"


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
    """Return each of the others once, however many pages they have open: as who writes if they do so in any."""
    others: dict[str, PresentAgent] = {}
    for field, each in _decoded(found).items():
        who = _whose(field)
        if who != str(but.pk) and each.is_there and (who not in others or each.writes):
            others[who] = each
    return sorted(others.values(), key=lambda one: (not one.writes, one.name))


def _field(agent: Agent, page: str) -> str:
    return f"{agent.pk}:{page}"


def _whose(field: str) -> str:
    return field.partition(":")[0]


def _place(ticket_id: int) -> str:
    return f"{settings.REDIS_PREFIX}presence:{ticket_id}"


def _ring(ticket: Ticket) -> None:
    doorbell().say(f"presence {ticket.queue_id} {ticket.reference}")
