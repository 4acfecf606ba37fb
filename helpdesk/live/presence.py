"""Who looks at a ticket or writes on it at this moment: in Redis, for as long as their page says so.

It is there to keep two people from answering the same customer, and for nothing else: it is kept nowhere, counted
nowhere, and gone seconds after the page is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final, cast

import msgspec
from django.conf import settings
from redis import Redis
from redis.client import Pipeline

from helpdesk.live.doorbell import doorbell
from helpdesk.models import Agent, Ticket

TOLD_EVERY: Final = 10
"""Seconds after which a page says again that it is looked at."""

STAYS: Final = 2 * TOLD_EVERY + 3
"""Seconds for which somebody counts as there who says nothing more: one word may be lost."""


class PresentAgent(msgspec.Struct):
    """What a page says of its reader: whether they write or have gone; believed until then, in seconds since 1970."""

    name: str
    writes: bool
    until: float
    has_gone: bool = False

    @property
    def counts(self) -> bool:
        return self.until > time.time()

    @property
    def is_there(self) -> bool:
        return self.counts and not self.has_gone


PRESENT: Final = msgspec.json.Decoder(PresentAgent)


def tell(ticket: Ticket, agent: Agent, *, page: str, writes: bool) -> None:
    """Say that an agent has a ticket open in a page of theirs; who stands by it is rung for where that is new."""
    _change(ticket, agent, page, PresentAgent(str(agent), writes, time.time() + STAYS))


def leave(ticket: Ticket, agent: Agent, *, page: str) -> None:
    """Say that an agent has closed a page of a ticket; in another one they may be there still.

    That word may overtake an earlier one of the same page, which then comes from nobody: a page never comes back.
    """
    _change(
        ticket, agent, page, PresentAgent(str(agent), writes=False, until=time.time() + STAYS, has_gone=True)
    )


def _change(ticket: Ticket, agent: Agent, page: str, said: PresentAgent) -> None:
    did_and_does = doorbell().ask(partial(_write, _place(ticket.pk), _field(agent, page), said, agent))
    if did_and_does and did_and_does[0] != did_and_does[1]:
        _ring(ticket)


def _write(place: str, page: str, said: PresentAgent, agent: Agent, redis: Redis) -> tuple[str, str]:
    """Write down what a page says, forget those that say nothing more, and return what the agent did and does."""

    def write(line: Pipeline) -> tuple[str, str]:
        before = _decoded(cast("dict[str, str]", line.hgetall(place)))
        after = {name: each for name, each in before.items() if each.counts}
        if page not in after or not after[page].has_gone:
            after[page] = said
        line.multi()
        for silent in before.keys() - after.keys():
            line.hdel(place, silent)
        line.hset(place, page, msgspec.json.encode(after[page]))
        line.expire(place, STAYS)
        return _does(before, agent), _does(after, agent)

    written = redis.transaction(cast("Callable[[Pipeline], None]", write), place, value_from_callable=True)
    return cast("tuple[str, str]", written)


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
