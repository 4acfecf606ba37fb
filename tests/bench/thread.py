"""One conversation that goes on and on: what the n-th event costs beside the tenth, through the services.

Tickets of each length are written as history; then the customer of one writes and an agent replies, and another
is resolved, written on and so reopened, some times. Rounds go through all lengths in turn, so that what else the
machine does costs them alike; from round to round the long ones are somewhat longer, for what goes on from a fold
costs more the older the fold is. The control is the length of ten events. Then its page is opened (`thread_page.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Final, NamedTuple

from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.history import past_facts
from helpdesk.history.conversation_writer import PastConversation, write_conversations
from helpdesk.models import Agent, Membership, Queue, Store, Ticket
from helpdesk.tickets import ticket_status
from helpdesk.tickets.opening.new_ticket import NewMessage, NewTicket
from monitor.clock.replay import RENEWED_EVERY
from tests.bench import crowd, stage, thread_page
from tests.bench.figure import Effort, Figure

LENGTHS: Final = (10, 100, 1_000, 10_000)
LIMITS: Final = {1_000: 1.5, 10_000: 2.0}
LONGEST_PAGE: Final = 1_000
TURNS: Final = 5
"""How often each thing is done to a ticket in a round; the first of them warms up."""


class Thread(NamedTuple):
    """A ticket with its story so far, and who works on it."""

    ticket: Ticket
    agent: Agent


def run(effort: Effort, *, lengths: tuple[int, ...] = LENGTHS, turns: int = TURNS) -> list[Figure]:
    """Milliseconds, medians of interleaved rounds."""
    taken: dict[tuple[str, int], list[float]] = {(deed, n): [] for deed in DEEDS for n in lengths}
    threads = _threads(lengths, effort.rounds)
    crowd.tidy()
    for of_each in threads:
        for turn in range(turns):
            for (deed, n), times in taken.items():
                cost = _cost(DEEDS[deed], of_each[deed, n])
                if turn:
                    times.append(cost)
    costs = [
        _figure(deed, n, median(taken[deed, n]), median(taken[deed, lengths[0]]), lengths[0])
        for deed in DEEDS
        for n in lengths[1:]
    ]
    thread = threads[0][next(iter(DEEDS)), lengths[0]]
    store = Store.objects.get(pk=thread.ticket.store_id)
    pages = tuple(n for n in lengths if n <= LONGEST_PAGE)
    return costs + thread_page.run(store, thread.agent, lengths=pages, looks=4 * turns)


def _figure(deed: str, n: int, ours: float, control: float, shortest: int) -> Figure:
    ratio, limit = ours / control, LIMITS.get(n)
    name = f"{deed}: after {n:,} / {shortest} events"
    return Figure(name, ours, control, ratio, None, "ms", limit is None or ratio <= limit, limit=limit)


def _threads(lengths: tuple[int, ...], rounds: int) -> list[dict[tuple[str, int], Thread]]:
    """Write a ticket for each deed and length, anew for each round."""
    shop = stage.shop()
    agent = Agent.objects.create(email="bench@example.com", name="Bench")
    Membership.objects.create(agent=agent, queue=Queue.objects.get(pk=shop.queue))
    store = Store.objects.get(pk=shop.store)
    return [
        {
            (deed, n): Thread(_write(n if n < RENEWED_EVERY else n + older, store=store, agent=agent), agent)
            for deed in DEEDS
            for n in lengths
        }
        for older in (RENEWED_EVERY * number // rounds for number in range(rounds))
    ]


def _write(length: int, *, store: Store, agent: Agent) -> Ticket:
    """Write a ticket of so many events: its customer and an agent write by turns, a minute apart."""
    now = database_now()
    begun = now - timedelta(minutes=length + 1)
    opening = NewTicket(
        subject="Where is my order?", message=NewMessage(body="Where is it?"), occurred_at=begun
    )
    facts = [_fact(number, begun + timedelta(minutes=number), agent) for number in range(1, length)]
    with transaction.atomic():
        [written] = write_conversations(
            [PastConversation(opening=opening, facts=tuple(facts[: length - 2]))], store=store, now=now
        )
    assert written.ticket is not None
    assert written.ticket.last_seq == length, written.ticket.last_seq
    return written.ticket


def _fact(number: int, at: datetime, agent: Agent) -> past_facts.PastFact:
    if number % 2:
        return past_facts.AgentReplied(at=at, by=agent, body="Tomorrow.")
    return past_facts.CustomerWrote(at=at, body="And today?")


def _cost(deed: Callable[[Thread], None], thread: Thread) -> float:
    """Return the milliseconds that a deed takes."""
    began = time.perf_counter()
    deed(thread)
    return (time.perf_counter() - began) * 1000


def _talk(thread: Thread) -> None:
    """Let the customer write and the agent reply, in a transaction each."""
    with transaction.atomic():
        replies.receive_customer_message(ticket=thread.ticket, body="And now?", now=database_now())
    with transaction.atomic():
        replies.reply_in_public(
            ticket=thread.ticket,
            author=thread.agent,
            body="Soon.",
            now=database_now(),
            seen_seq=thread.ticket.last_seq,
        )


def _end_and_reopen(thread: Thread) -> None:
    """Resolve it, and let the customer's next message bring it back."""
    with transaction.atomic():
        ticket_status.resolve(ticket=thread.ticket, by=thread.agent, now=database_now())
    with transaction.atomic():
        replies.receive_customer_message(ticket=thread.ticket, body="No!", now=database_now())


DEEDS: Final[dict[str, Callable[[Thread], None]]] = {
    "customer writes, agent replies": _talk,
    "resolved, customer writes, reopened": _end_and_reopen,
}
