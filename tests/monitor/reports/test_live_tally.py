"""Where live tickets stand: what is kept counted says the same as counting them, at any instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.models import Agent, Membership
from monitor.clock.metrics import Metric, Outcome
from monitor.models import Clock, RollupMark, Standing
from monitor.models.stretches import Stretches
from monitor.reports.board.board_view import BoardFilter, BoardView
from monitor.reports.rollup import cell_reading
from monitor.reports.rollup.cell_reading import CellReading
from monitor.reports.rollup.live_tally import CountedCells, CountedRows
from tests import figures
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

TICKETS = 6
MICROSECOND = timedelta(microseconds=1)
STEPS = [timedelta(), timedelta(minutes=15), *(timedelta(hours=hours) for hours in (1, 4, 24, 72, 168))]
INSTANT = st.builds(
    lambda step, sign, by: NOW + sign * step + by * MICROSECOND,
    st.sampled_from(STEPS),
    st.sampled_from((-1, 1)),
    st.sampled_from((-1, 0, 0, 1)),
)
MAYBE = st.none() | INSTANT
STRETCHES = st.lists(st.tuples(INSTANT, INSTANT), max_size=3).map(Stretches.of)


@pytest.fixture
def desk(make: Make) -> list[int]:
    """Some tickets of a queue and a store, and of others."""
    stores = [make.store(), make.store("Other")]
    queues = [make.queue(), make.queue("Returns")]
    tickets = [make.ticket(store=stores[n % 2], queue=queues[n % 3 // 2]) for n in range(TICKETS)]
    figures.begin()
    figures.fold()
    return [ticket.pk for ticket in tickets]


MOVE = st.fixed_dictionaries(
    {
        "queue": st.integers(0, 1),
        "store": st.integers(0, 1),
        "assignee": st.none() | st.integers(0, 1),
        "environment": st.sampled_from(("live", "live", "test")),
        "late_at": MAYBE,
        "waiting_since": MAYBE,
        "unacknowledged_since": MAYBE,
        "risky": STRETCHES,
        "nearly_due": STRETCHES,
        "answer_due": MAYBE,
    }
)
CHANGE = st.tuples(st.integers(0, TICKETS - 1), st.none() | MOVE)
"""A ticket stands elsewhere, or is not live any more."""


def change(ticket_id: int, move: dict[str, Any] | None, make: Make) -> None:
    """Let the relay have found a ticket elsewhere."""
    if move is None:
        Standing.objects.filter(pk=ticket_id).delete()
    else:
        people = [make.agent("jon"), make.agent("mia")]
        told = {name: value for name, value in move.items() if name != "answer_due"} | {
            "queue": [make.queue(), make.queue("Returns")][move["queue"]],
            "store": [make.store(), make.store("Other")][move["store"]],
            "assignee": None if move["assignee"] is None else people[move["assignee"]],
        }
        Standing.objects.filter(pk=ticket_id).update(**told)
        let_an_answer_fall_due(ticket_id, move["answer_due"])
    RollupMark.objects.create(ticket_id=ticket_id)


def let_an_answer_fall_due(ticket_id: int, at: datetime | None) -> None:
    """Let its first answer be due then, or have been given where it is due at no time."""
    first = Clock.objects.filter(ticket=ticket_id, metric=Metric.FIRST_RESPONSE)
    if at is None:
        first.update(ended_at=NOW, outcome=Outcome.MET, rings_at=None)
    else:
        first.update(due_at=at, breach_at=at, breach_kind="due", ended_at=None, outcome="")


def looks(make: Make, now: datetime) -> list[BoardView]:
    """Return who looks at what: all, a queue, a store, a queue's store, and a member at theirs."""
    queue, store = make.queue("Returns").pk, make.store("Other").pk
    member, admin = make.agent("member"), make.agent("boss", is_admin=True)
    Membership.objects.get_or_create(agent=member, queue=make.queue())
    asked: Sequence[tuple[Agent, dict[str, str | int]]] = (
        (admin, {}),
        (admin, {"queue": queue}),
        (admin, {"store": store}),
        (admin, {"queue": queue, "store": store}),
        (member, {}),
    )
    reading = CellReading.begin()
    return [
        BoardView(
            agent=agent, environment="live", now=now, filter=BoardFilter(values=values), reading=reading
        )
        for agent, values in asked
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    folded=st.lists(CHANGE, max_size=6),
    unfolded=st.lists(CHANGE, max_size=4),
    nows=st.lists(INSTANT, min_size=1, max_size=3),
)
def test_what_is_kept_counted_says_what_counting_says(
    make: Make, desk: list[int], folded: list[Any], unfolded: list[Any], nows: list[datetime]
) -> None:
    with transaction.atomic():
        for number, move in folded:
            change(desk[number], move, make)
        figures.fold()
        for number, move in unfolded:
            change(desk[number], move, make)
        for view in (view for now in nows for view in looks(make, now)):
            kept, counted = view.live, CountedRows(view.standings, view.now)
            assert isinstance(kept, CountedCells)
            assert kept.by_queue() == counted.by_queue()
            assert kept.by_person() == counted.by_person()
            assert kept.by_age() == counted.by_age()
            ends = [view.now + step for step in STEPS]
            assert kept.answers_due(ends) == counted.answers_due(ends)
        transaction.set_rollback(True)


def test_of_more_than_places_know_and_while_figures_are_behind_they_are_counted(
    make: Make, desk: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    view = looks(make, NOW)[0]
    narrowed = BoardView(
        agent=view.agent,
        environment="live",
        now=NOW,
        filter=BoardFilter(values={"priority": "urgent"}),
        reading=view.reading,
    )
    assert isinstance(narrowed.live, CountedRows)

    monkeypatch.setattr(cell_reading, "ADDED", 1)
    for pk in desk[:2]:
        change(pk, None, make)
    behind = looks(make, NOW)[0]
    assert isinstance(behind.live, CountedRows)
    assert behind.live.by_queue() != view.live.by_queue()
