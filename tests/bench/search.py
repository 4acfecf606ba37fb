"""Finding tickets among many: the time of the statements, for words of every kind, and whether it grows.

A member of some of the queues asks, and is shown the first page. The control is the same among few tickets, a round
of both after the other. Rows are written by the server, as `search_rows` would write them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

import psycopg
from django.db import connection, transaction

from helpdesk.models import Environment, Queue, SearchRow, Ticket
from helpdesk.search import facets, found_tickets, ticket_search
from helpdesk.search.search_terms import terms_of
from helpdesk.search.ticket_search import SearchFilter
from tests.bench import stage
from tests.bench.figure import Effort, Figure, bounded, quantile
from tests.bench.queue import listening
from tests.bench.rounds import in_turns
from tests.bench.stage import Shop

FEW: Final = 10_000
ASKED: Final = 40
"""Times that each question is asked in each round and size."""
WARMING: Final = 3
QUEUES: Final = 8
OF_THE_AGENT: Final = 5
PAGE_SIZE: Final = 20
P95_LIMIT: Final = 20.0
FLATNESS: Final = 8.0
"""How much longer a hundred times the tickets may take."""
SCRIPT: Final = Path(__file__).with_name("search.sql")
QUESTIONS: Final = {
    "a word of nearly every ticket": "word1 ",
    "a word of one in ten": "word30 ",
    "a word of one in a hundred": "word300 ",
    "a rare word": "word17341 ",
    "a sentence of five words": "word1 word2 word30 word7 word12 ",
    "a beginning": "word1734",
    "an e-mail address": "c4711@example.com ",
    "an order": "ORD-4711 ",
    "a part of an order": "rd-471",
    "a word of no ticket": "samovar",
}

Deed = Callable[[], object]


def run(effort: Effort, *, few: int = FEW, asked: int = ASKED) -> list[Figure]:
    """Milliseconds of data time, medians of interleaved rounds."""
    sizes = few, effort.rows
    taken = in_turns("search", sizes, desk, lambda deed: costs(deed, asked), rounds=effort.rounds, tidy=tidy)
    return [each for name in QUESTIONS for each in figures(name, taken[name, few], taken[name, effort.rows])]


def figures(name: str, few: list[list[float]], many: list[list[float]]) -> list[Figure]:
    """Say what one question costs among many tickets, and beside few."""
    before, ours = (median(quantile(costs, 0.5) for costs in rounds) for rounds in (few, many))
    p95 = median(quantile(costs, 0.95) for costs in many)
    ratio = ours / before
    note = "the limit is that of the ratio"
    return [
        bounded(f"{name}: p50", ours, unit="ms"),
        bounded(f"{name}: p95", p95, unit="ms", limit=P95_LIMIT),
        Figure(
            f"{name}, p50: many / few", ours, before, ratio, None, "ms", ratio <= FLATNESS, note, FLATNESS
        ),
    ]


def desk(tickets: int) -> dict[str, Deed]:
    """Fill the database with so many tickets; return what a member of some of the queues asks there."""
    shop, queues = stage.shop(), [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    add_tickets(shop, tickets, queues)
    within = SearchFilter(
        environment=Environment.LIVE, queue_ids=[queue.pk for queue in queues[:OF_THE_AGENT]]
    )
    return {name: _asking(question, within) for name, question in QUESTIONS.items()}


def add_tickets(shop: Shop, tickets: int, queues: list[Queue]) -> None:
    asked: dict[str, Any] = {
        "store": shop.store,
        "tickets": tickets,
        "queues": [queue.pk for queue in queues],
        "facets": [facets.of_store(shop.store), facets.of_environment("live"), facets.of_status("closed")],
        "steps": list(facets.STEPS),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SCRIPT.read_text(), asked)


def tidy() -> None:
    """Let the planner know what is there, and sort what waits to be."""
    connection.close()
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as server:
        server.execute(f'VACUUM ANALYZE "{SearchRow._meta.db_table}"')
        server.execute(f'VACUUM ANALYZE "{Ticket._meta.db_table}"')


def _asking(question: str, within: SearchFilter) -> Deed:
    terms = terms_of(question)

    def ask() -> object:
        hits = ticket_search.find(terms, within)[:PAGE_SIZE]
        near = Ticket.objects.select_related("customer", "store", "queue", "assignee", "merged_into")
        known = near.in_bulk([hit.ticket_id for hit in hits])
        return found_tickets.show(known.values(), terms, subject=str, cut=set())

    return ask


def costs(deed: Deed, times: int) -> list[float]:
    """Ask so many times, after some that warm up; return the milliseconds of the statements of each."""
    for _ in range(WARMING):
        deed()
    return [_cost(deed) for _ in range(times)]


def _cost(deed: Deed) -> float:
    with listening() as asked:
        deed()
    return sum(each.cost for each in asked)
