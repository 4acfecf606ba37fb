"""The board among many tickets: what its panels and its page cost, and how far its percentiles lie from exact ones.

An admin looks at every queue, and a member at some, at four weeks and at a year. Every fifth ticket is live, a hundred
thousand at most, and of these every fifth is late. The control has as many that are live and late beside a tenth of
those that have ended, a round of both after the other; the percentile's is PostgreSQL's own over the clocks themselves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Final, NamedTuple

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Membership, Queue, Ticket
from monitor.models import RollupEdition, RollupMark
from monitor.reports.board import (
    flow_panel,
    forecast_panel,
    hours_panel,
    load_panel,
    promises_panel,
    standing_now,
    waits_panel,
)
from monitor.reports.board.board_view import BoardFilter, BoardView, Span
from monitor.reports.rollup import folding
from monitor.reports.rollup.cell_counts import RULES
from monitor.reports.rollup.cell_reading import CellReading
from tests.bench import queue, stage
from tests.bench.figure import Effort, Figure, bounded, compared, quantile
from tests.bench.queue import AGENTS, LIVE_SHARE, OF_THE_AGENT, QUEUES
from tests.bench.rounds import in_turns

TENTH: Final = 10
"""The control has one of so many tickets that have ended."""
MOST_LIVE: Final = 100_000
LATE_SHARE: Final = 0.2
ASKED: Final = 5
FLATNESS: Final = 1.3
PANEL_LIMIT: Final = 10.0
"""Milliseconds of data time that a panel may take."""
PAGE_LIMIT: Final = 150.0
"""Milliseconds in all that the whole page may take."""
ERROR_LIMIT: Final = 0.0101
FOLDED_TOGETHER: Final = 2_000
PANELS: Final[dict[str, Callable[[BoardView], object]]] = {
    "who is about to be let down": standing_now.at_this_instant,
    "how long do people wait": waits_panel.panel,
    "do we keep our promises": promises_panel.panel,
    "when does it go wrong": hours_panel.panel,
    "is the pile growing": flow_panel.panel,
    "what breaks next": forecast_panel.panel,
    "who carries what": load_panel.panel,
}


class BoardCost(NamedTuple):
    """What looking cost once, in milliseconds: its statements, and all of it."""

    data: float
    whole: float


def run(effort: Effort, *, few: int | None = None, asked: int = ASKED) -> list[Figure]:
    """Milliseconds, medians of interleaved rounds."""
    live = min(effort.rows // LIVE_SHARE, MOST_LIVE)
    few = live + (effort.rows - live) // TENTH if few is None else few
    call_command("collectstatic", verbosity=0, interactive=False)

    def look(deed: Callable[[], object]) -> list[BoardCost]:
        deed()
        return [_cost(deed) for _ in range(asked)]

    exact: list[Figure] = []

    def filled(tickets: int) -> dict[str, Callable[[], object]]:
        deeds = desk(tickets, live=live)
        if tickets == effort.rows:
            exact.extend(errors())
        return deeds

    taken = in_turns("dashboards", (few, effort.rows), filled, look, rounds=effort.rounds)
    names = dict.fromkeys(name for name, _size in taken)
    told = [each for name in names for each in figures(name, taken[name, few], taken[name, effort.rows])]
    return [*told, *exact]


def figures(name: str, few: list[list[BoardCost]], many: list[list[BoardCost]]) -> list[Figure]:
    """Say what a panel or the page costs among many tickets, and beside few."""
    before, ours = (median(median(cost.data for cost in costs) for costs in rounds) for rounds in (few, many))
    p95 = median(quantile([cost.data for cost in costs], 0.95) for costs in many)
    whole = median(quantile([cost.whole for cost in costs], 0.95) for costs in many)
    is_page = name.startswith("page")
    ratio = Figure(
        f"{name}, p50: many / few",
        ours,
        before,
        ours / before,
        None,
        "ms",
        ours / before <= FLATNESS,
        "",
        FLATNESS,
    )
    return [
        bounded(f"{name}: data, p95", p95, unit="ms", limit=None if is_page else PANEL_LIMIT),
        bounded(f"{name}: in all, p95", whole, unit="ms", limit=PAGE_LIMIT if is_page else None),
        ratio,
    ]


def _cost(deed: Callable[[], object]) -> BoardCost:
    began = time.perf_counter()
    with queue.listening() as asked:
        deed()
    return BoardCost(sum(each.cost for each in asked), (time.perf_counter() - began) * 1000)


def desk(tickets: int, *, live: int) -> dict[str, Callable[[], object]]:
    """Fill the database with so many tickets and their figures, the last of them live; return what is looked at."""
    shop, queues = stage.shop(), [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    agents = [Agent.objects.create(email=f"bench-{number}@example.com") for number in range(AGENTS)]
    for each in queues[:OF_THE_AGENT]:
        Membership.objects.create(agent=agents[0], queue=each)
    queue.add_backlog(shop, tickets, queues=queues, agents=agents, live=live, late=LATE_SHARE)
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD)
    fold_all()
    admin = Agent.objects.create(email="bench-admin@example.com", is_admin=True)
    client = Client(HTTP_HOST="localhost")
    client.force_login(admin)
    looks = {
        f"{panel}, {who}": _panel(panel, agent, days)
        for panel in PANELS
        for who, agent, days in (("all, 4 weeks", admin, 28), ("a member's, a year", agents[0], 364))
    }
    return {
        **looks,
        "page, all, 4 weeks": lambda: _page(client, "28"),
        "page, all, a year": lambda: _page(client, "364"),
    }


def fold_all() -> None:
    """Make the figures of all tickets, as the job does, but day by day: so few cells are read and written each time."""
    RollupMark.objects.all().delete()
    asked = list(Ticket.objects.order_by("occurred_at").values_list("pk", flat=True))
    with transaction.atomic():
        folding.await_turn()
        edition = RollupEdition.objects.create(zone="UTC", rules=RULES, begun_at=database_now())
        for at in range(0, len(asked), FOLDED_TOGETHER):
            folding.fold(asked[at : at + FOLDED_TOGETHER], edition=edition)
        RollupEdition.objects.filter(pk=edition.pk).update(complete_at=database_now())


def _view(agent: Agent, days: int) -> BoardView:
    return BoardView(
        agent=agent,
        environment="live",
        now=database_now(),
        filter=BoardFilter(days=days),
        reading=CellReading.begin(),
    )


def _panel(name: str, agent: Agent, days: int) -> Callable[[], object]:
    return lambda: PANELS[name](_view(agent, days))


def _page(client: Client, days: str) -> object:
    answer = client.get(reverse("board"), {"days": days})
    assert answer.status_code == 200, answer.status_code
    return answer


def errors() -> list[Figure]:
    """Hold percentiles of the answered against PostgreSQL's own, and what finding both costs."""
    now = database_now()
    last = now.date() - timedelta(days=60)
    span = Span(last - timedelta(days=363), last)
    view = BoardView(
        agent=Agent.objects.get(email="bench-admin@example.com"),
        environment="live",
        now=now,
        filter=BoardFilter(span=span),
        reading=CellReading.begin(),
    )
    began = time.perf_counter()
    found = waits_panel.panel(view).whole.responses
    ours = time.perf_counter() - began
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(_EXACT, {"first": span.first, "last": span.last})
        [exact] = cursor.fetchone()
    control = time.perf_counter() - began
    told = zip(("half", "nine in ten"), (found.naive_p50, found.naive_p90), exact, strict=True)
    return [
        *(
            bounded(
                f"{name} of the answered: error",
                abs((value or 0) / float(whole) - 1),
                unit="share",
                limit=ERROR_LIMIT,
            )
            for name, value, whole in told
        ),
        compared("a year's percentiles: exact / ours", control * 1000, ours * 1000, unit="ms"),
    ]


_SPREAD: Final = """
    UPDATE monitor_clock
       SET ended_at = started_at + least(
               exp(8.5 + 1.3 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())), 25 * 86400) * interval '1 s'
     WHERE metric = 'first_response' AND outcome = 'met' AND started_at < now() - interval '30 days'
"""
"""Let those who asked long ago have waited for as long as people do: most for an hour or two, some for days."""
_EXACT: Final = """
    SELECT percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at))
      FROM monitor_clock
     WHERE metric = 'first_response' AND superseded_at IS NULL AND outcome IN ('met', 'late')
       AND (started_at AT TIME ZONE 'UTC')::date BETWEEN %(first)s AND %(last)s
"""
