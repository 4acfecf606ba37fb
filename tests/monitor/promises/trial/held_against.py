"""A dry run held against what the real change gives: every stored clock, ticket for ticket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from django.db.models import QuerySet

from monitor.models import Trial, TrialCell, TrialOutcome, TrialPart, TrialRow
from monitor.promises.trial import told_tickets
from monitor.promises.trial.told_tickets import TrialClock
from monitor.promises.trial.tried_clocks import came_out

Identity = tuple[int, str, int]
Clocks = dict[Identity, TrialClock]
Outcome = tuple[str, str, str]
"""A metric, how it came out, and how it would have."""
PROMISED: Final = 5
"""From this column on a clock says what it promises."""
TOGETHER: Final = 1_000


def stored(ticket_ids: Iterable[int]) -> Clocks:
    """Return the clocks of tickets as they are stored."""
    return {
        (one.id, *clock.identity): clock
        for some in _pieces(ticket_ids)
        for one in told_tickets.read(some)
        for clock in one.clocks
    }


def _pieces(numbers: Iterable[int]) -> Iterator[list[int]]:
    left = iter(numbers)
    while piece := list(islice(left, TOGETHER)):
        yield piece


def unlike_the_past(trial: Trial, before: Clocks, after: Clocks) -> list[object]:
    """Return what a trial says otherwise of the past than clocks that were counted under its drafts all the time."""
    numbers: Counter[Outcome] = Counter()
    rows: set[tuple[object, ...]] = set()
    for identity, either in {**before, **after}.items():
        if not trial.since <= either.started_at <= trial.counted_at:
            continue
        had, has = (came_out(some.get(identity), trial.counted_at) for some in (before, after))
        numbers[either.metric, had, has] += 1
        if had != has:
            rows.add((*identity, had.value, has.value))
    said = set(
        _rows(trial, TrialPart.PAST).values_list("ticket_id", "metric", "start_seq", "before", "after")
    )
    counted = _numbers(trial, TrialPart.PAST)
    miscounted = [
        (one, counted[one], numbers[one]) for one in counted | numbers if counted[one] != numbers[one]
    ]
    return [*(rows ^ said), *miscounted]


def unlike_what_is_open(trial: Trial, before: Clocks, after: Clocks) -> list[object]:
    """Return the clocks of live tickets that came to another promise than a trial said, once it was published."""
    expected = {identity: one[PROMISED:] for identity, one in before.items()}
    for row in _rows(trial, TrialPart.OPEN):
        identity = row.ticket_id, row.metric, row.start_seq
        if row.after == TrialOutcome.ABSENT:
            del expected[identity]
        else:
            expected[identity] = (
                row.target_after,
                row.due_after,
                row.left_after,
                row.risk_after,
                row.late_after,
            )
    found = {identity: one[PROMISED:] for identity, one in after.items()}
    return [
        (identity, expected.get(identity), found.get(identity))
        for identity in expected.keys() | found.keys()
        if expected.get(identity) != found.get(identity)
    ]


def _rows(trial: Trial, part: TrialPart) -> QuerySet[TrialRow]:
    return TrialRow.objects.filter(trial=trial, part=part)


def _numbers(trial: Trial, part: TrialPart) -> Counter[Outcome]:
    found: Counter[Outcome] = Counter()
    for cell in TrialCell.objects.filter(trial=trial, part=part):
        found[cell.metric, cell.before, cell.after] += cell.number
    return found
