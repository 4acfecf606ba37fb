"""Each filter of the list of tickets and of the queue among many: the time of its statements, and whether it grows.

A member of some of the queues looks, as a browser does, at all that a filter keeps and at what it keeps of one queue:
the first page, and one far back. The worst of these pages counts. The control is the same among few tickets, a round of
both after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Membership, Queue, Store, StoreTopic
from tests.bench import queue, stage
from tests.bench.figure import Effort, Figure, bounded, quantile
from tests.bench.queue import AGENTS, FLATNESS, OF_THE_AGENT, P95_LIMIT, QUEUES, Look
from tests.bench.rounds import in_turns

FEW: Final = 10_000
ASKED: Final = 5
"""Looks at each page in each round and size."""
WARMING: Final = 1
QUERIES: Final = 12
"""What the list may ask, its filters' names among it."""
SCRIPT: Final = Path(__file__).with_name("lists.sql")

Pages = list[list[Look]]
"""What looking at each page of a filter cost, again and again."""


class Shelf(NamedTuple):
    """A filter of a page, and how far back its tickets lie in the middle."""

    page: str
    query: dict[str, str]
    days: float = 0.0


def run(effort: Effort, *, few: int = FEW, asked: int = ASKED) -> list[Figure]:
    """Milliseconds and statements, medians of interleaved rounds."""
    call_command("collectstatic", verbosity=0, interactive=False)

    def look(pages: list[Callable[[], object]]) -> Pages:
        return [queue.looked(page, asked, warming=WARMING) for page in pages]

    taken = in_turns("lists", (few, effort.rows), desk, look, rounds=effort.rounds)
    names = dict.fromkeys(name for name, _size in taken)
    return [each for name in names for each in figures(name, taken[name, few], taken[name, effort.rows])]


def figures(name: str, few: list[Pages], many: list[Pages]) -> list[Figure]:
    """Say what the worst page of a filter costs among many tickets, and beside few."""
    before, ours = (median(_worst(pages, 0.5) for pages in rounds) for rounds in (few, many))
    p95 = median(_worst(pages, 0.95) for pages in many)
    ratio, note = ours / before, "the limit is that of the ratio"
    most = max(len(look.own) for pages in many for looks in pages for look in looks)
    return [
        bounded(f"{name}: of the list", most, unit="queries", limit=QUERIES),
        bounded(f"{name}: p95", p95, unit="ms", limit=P95_LIMIT),
        Figure(
            f"{name}, p50: many / few", ours, before, ratio, None, "ms", ratio <= FLATNESS, note, FLATNESS
        ),
    ]


def _worst(pages: Pages, share: float) -> float:
    return max(quantile([sum(each.cost for each in look.own) for look in looks], share) for looks in pages)


def desk(tickets: int) -> dict[str, list[Callable[[], object]]]:
    """Fill the database with so many tickets; return each filter's pages, as a member of some queues looks at them."""
    shop, queues = stage.shop(), [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    agents = [Agent.objects.create(email=f"bench-{number}@example.com") for number in range(AGENTS)]
    for each in queues[:OF_THE_AGENT]:
        Membership.objects.create(agent=agents[0], queue=each)
    other = Store.objects.create(name="Other", environment="live", default_queue=queues[0])
    topic = StoreTopic.objects.create(store_id=shop.store, name="Parcels")
    queue.add_backlog(shop, tickets, queues=queues, agents=agents)
    _make_rarities({"first": shop.store, "other": other.pk, "topic": topic.pk})
    client, now = Client(HTTP_HOST="localhost"), database_now()
    client.force_login(agents[0])
    shelves = _shelves(agents[1], other, topic, now)
    return {
        name: [
            _page(client, shelf.page, {**shelf.query, **within, **back})
            for within in ({}, {"queue": str(queues[0].pk)})
            for back in _backs(shelf, now)
        ]
        for name, shelf in shelves.items()
    }


def _backs(shelf: Shelf, now: datetime) -> list[dict[str, str]]:
    """Return where its pages begin: the first, and one far back."""
    before = f"{(now - timedelta(days=shelf.days)).isoformat()},1"
    return [{}, {"before": before}] if shelf.days else [{}]


def _shelves(colleague: Agent, store: Store, topic: StoreTopic, now: datetime) -> dict[str, Shelf]:
    years: dict[str, dict[str, str]] = {
        "all": {},
        "closed": {"status": "closed"},
        "spam": {"status": "spam"},
        "of low priority": {"priority": "low"},
        "of normal priority": {"priority": "normal"},
        "urgent": {"priority": "urgent"},
        "of a small store": {"store": str(store.pk)},
        "of a topic": {"topic": str(topic.pk)},
        "of no topic": {"topic": "none"},
        "of a tier": {"tier": "vip"},
        "by telephone": {"channel": "phone"},
        "in a language": {"language": "he"},
        "mine": {"assignee": "me"},
        "nobody's": {"assignee": "nobody"},
        "a colleague's": {"assignee": str(colleague.pk)},
        "ended by silence": {"ended": "silence"},
    }
    month = {
        "live": {"status": "live"},
        "new": {"status": "new"},
        "on hold": {"status": "on_hold"},
        "waiting for a day": {"waiting": "day"},
        "waiting for long": {"waiting": "longer"},
        "due within a day": {"due": f"{now.isoformat()}..{(now + timedelta(days=1)).isoformat()}"},
    }
    return {
        **{f"tickets, {name}": Shelf("tickets", query, 365) for name, query in years.items()},
        **{f"tickets, {name}": Shelf("tickets", query, 15) for name, query in month.items()},
        **{f"tickets, {name}": Shelf("tickets", query, back) for name, (query, back) in _by_day(now).items()},
        **{name: Shelf("queue", query) for name, query in _of_queue(store).items()},
    }


def _by_day(now: datetime) -> dict[str, tuple[dict[str, str], float]]:
    """Return filters by what was asked, answered or resolved on which days."""
    today = now.date()
    day, lately = today - timedelta(days=400), f"{today - timedelta(days=13)}..{today}"
    slices = ("met", "late", "waiting", "broken")
    return {
        "asked on a day": ({"asked": f"{day}"}, 399.5),
        **{f"asked on a day, {slice_}": ({"asked": f"{day}", "slice": slice_}, 399.5) for slice_ in slices},
        "asked at an hour": ({"asked": f"{day}", "hour": "14"}, 399.5),
        "asked lately": ({"asked": lately}, 6),
        **{f"asked lately, {slice_}": ({"asked": lately, "slice": slice_}, 6) for slice_ in slices},
        "asked lately on a weekday": ({"asked": lately, "weekday": "2", "hour": "14"}, 6),
        "asked again on a day": ({"asked": f"{day}", "metric": "next_response"}, 399.5),
        "asked again on a day, late": (
            {"asked": f"{day}", "metric": "next_response", "slice": "late"},
            399.5,
        ),
        "asked again lately": ({"asked": lately, "metric": "next_response"}, 6),
        "answered on a day": ({"answered": f"{day}"}, 399.5),
        "resolved on a day": ({"resolved": f"{day}"}, 400.5),
    }


def _of_queue(store: Store) -> dict[str, dict[str, str]]:
    places = ("late", "at_risk", "soon", "unacknowledged", "waiting")
    return {f"queue, {place}": {"place": place} for place in places} | {
        "queue, mine": {"tab": "mine"},
        "queue, nobody's": {"tab": "unassigned"},
        "queue, urgent": {"priority": "urgent"},
        "queue, of a small store": {"store": str(store.pk)},
    }


def _make_rarities(ids: dict[str, Any]) -> None:
    """Give a few of the tickets that have ended another status, store, topic or end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SCRIPT.read_text(), ids)


def _page(client: Client, name: str, query: dict[str, str]) -> Callable[[], object]:
    def look() -> object:
        answer = client.get(reverse(name), query)
        assert answer.status_code == 200, answer.status_code
        return answer

    return look
