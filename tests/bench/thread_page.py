"""The page of one conversation, at each length, and with messages as long as they get: its statements and their time.

An agent opens it as a browser does. The control is the page of the shortest; what the machine does besides costs all
of them alike. The limit is one of the processor's time, which is all that a machine at leisure takes besides data.
"""

from __future__ import annotations

import time
from datetime import timedelta
from statistics import median
from typing import Final, NamedTuple

from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.history import past_facts
from helpdesk.history.conversation_writer import PastConversation, write_conversations
from helpdesk.models import Agent, Store, Ticket
from helpdesk.tickets.opening.draft import LONGEST_BODY
from helpdesk.tickets.opening.new_ticket import NewMessage, NewTicket
from tests.bench.figure import Figure, bounded
from tests.bench.queue import listening

LENGTHS: Final = (10, 100, 1_000)
LONG: Final = "a word and "
LOOKS: Final = 20
WARMING: Final = 3
LIMIT: Final = 200.0
"""Milliseconds of the processor."""


class Opened(NamedTuple):
    """What opening a page once took: statements; milliseconds of theirs, of the processor, and of all."""

    statements: int
    data: float
    computed: float
    whole: float


def run(
    store: Store, agent: Agent, *, lengths: tuple[int, ...] = LENGTHS, looks: int = LOOKS
) -> list[Figure]:
    """Statements, and milliseconds: medians of looks that go through all conversations in turn."""
    call_command("collectstatic", verbosity=0, interactive=False)
    client = Client(HTTP_HOST="localhost")
    client.force_login(agent)
    tickets = {f"{n:,} messages": _write(n, store, agent, body="And today?") for n in lengths}
    tickets["50 messages of 100,000 characters"] = _write(50, store, agent, body=_longest())
    taken: dict[str, list[Opened]] = {name: [] for name in tickets}
    for turn in range(WARMING + looks):
        for name, ticket in tickets.items():
            look = _opened(client, ticket)
            if turn >= WARMING:
                taken[name].append(look)
    shortest = median(one.whole for one in next(iter(taken.values())))
    return [figure for name, seen in taken.items() for figure in _figures(name, seen, shortest)]


def _figures(name: str, seen: list[Opened], shortest: float) -> list[Figure]:
    whole = median(one.whole for one in seen)
    return [
        bounded(f"page of {name}: of it", max(one.statements for one in seen), unit="queries"),
        bounded(f"page of {name}: their time", median(one.data for one in seen), unit="ms"),
        bounded(f"page of {name}: processor", median(one.computed for one in seen), unit="ms", limit=LIMIT),
        Figure(f"page of {name}: / shortest", whole, shortest, whole / shortest, None, "ms", met=True),
    ]


def _opened(client: Client, ticket: Ticket) -> Opened:
    address, began, computed = (
        reverse("ticket", args=[ticket.reference]),
        time.perf_counter(),
        time.process_time(),
    )
    with listening() as asked:
        answer = client.get(address)
    whole, computed = (time.perf_counter() - began) * 1000, (time.process_time() - computed) * 1000
    assert answer.status_code == 200
    return Opened(len(asked), sum(each.cost for each in asked), computed, whole)


def _longest() -> str:
    return (LONG * (LONGEST_BODY // len(LONG) + 1))[:LONGEST_BODY]


def _write(length: int, store: Store, agent: Agent, *, body: str) -> Ticket:
    """Write a conversation of so many messages, a minute apart, of which its customer's last waits."""
    now, minute = database_now(), timedelta(minutes=1)
    begun = now - (length + 1) * minute
    opening = NewTicket(subject="Where is my order?", message=NewMessage(body=body), occurred_at=begun)
    facts = [
        past_facts.AgentReplied(at=begun + number * minute, by=agent, body=body)
        if number % 2
        else past_facts.CustomerWrote(at=begun + number * minute, body=body)
        for number in range(1, length)
    ]
    with transaction.atomic():
        [written] = write_conversations(
            [PastConversation(opening=opening, facts=tuple(facts))], store=store, now=now
        )
    assert written.ticket is not None
    return written.ticket
