"""Holding the cells against what they are made of, and that against the clocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from helpdesk.models import Environment, Ticket
from monitor.excusals import frozen_clocks
from monitor.models import RollupCell, RollupEdition, RollupMark, RollupMix, RollupShare
from monitor.reports.adjusted import hiding_acts
from monitor.reports.resolutions import first_resolutions
from monitor.reports.rollup import cell_counts, live_folding, ticket_share
from monitor.reports.rollup.live_counts import LiveCounts
from monitor.reports.rollup.live_share import LivePlace
from monitor.reports.rollup.ticket_share import CellPlace, MixPlace, Place

TOGETHER: Final = 500
_WHOLE: Final = (1 << 64) - 1
_KEPT: Final = (first_resolutions, frozen_clocks, hiding_acts)
"""What is kept of tickets along with the figures."""


def astray(edition: RollupEdition) -> Iterator[str]:
    """Yield a line for each ticket whose share is not what its clocks say, and each day whose cells do not add up.

    The caller's transaction sees one instant, whatever is folded meanwhile. A ticket that is marked is left out.
    """
    sums: Counter[tuple[str, date]] = Counter()
    live: dict[LivePlace, LiveCounts] = {}
    for share in map(ticket_share.unpack, _shares(edition)):
        live_folding.move(live, [(None, share.live)])
        for place, number in share.counts():
            sums[place.metric, place.day] += _print(place, number)
    yield from (f"ticket {pk}" for pk in _tickets_astray(edition))
    yield from (f"live tickets of queue {queue_id}" for queue_id in _queues_astray(edition, live))
    for place, packed in _cells(edition):
        for number, count in cell_counts.unpack(packed).items():
            sums[place.metric, place.day] -= count * _print(place, number)
    for (metric, day), left in sorted(sums.items()):
        if left & _WHOLE:
            yield f"cells of {metric} on {day}"


def _queues_astray(edition: RollupEdition, summed: Mapping[LivePlace, LiveCounts]) -> list[int]:
    """Return the queues whose live tickets are not counted as their shares say."""
    kept: dict[LivePlace, LiveCounts] = {}
    for environment in Environment.values:
        kept |= live_folding.of_scope(edition, environment, None, None)
    told, shared = ({place: one.told for place, one in counts.items()} for counts in (kept, summed))
    return sorted(
        {place.queue_id for place in told.keys() | shared.keys() if told.get(place) != shared.get(place)}
    )


def _print(place: Place, number: int) -> int:
    """Return a number that no other count is likely to have: sums of them are equal where all counts are."""
    return hash((place, number))


def _shares(edition: RollupEdition) -> Iterator[bytes | memoryview]:
    return RollupShare.objects.filter(edition=edition).values_list("share", flat=True).iterator()


def _cells(edition: RollupEdition) -> Iterator[tuple[Place, bytes | memoryview]]:
    told: Sequence[tuple[type[CellPlace | MixPlace], QuerySet[Any]]] = (
        (CellPlace, RollupCell.objects.filter(edition=edition)),
        (MixPlace, RollupMix.objects.filter(edition=edition)),
    )
    for kind, found in told:
        for *place, packed in found.values_list(*kind._fields, "counts").iterator():
            yield kind._make(place), packed


def _tickets_astray(edition: RollupEdition) -> Iterator[int]:
    reached = 0
    while found := _next(edition, reached):
        marked = set(RollupMark.objects.filter(ticket_id__in=found).values_list("ticket_id", flat=True))
        kept_otherwise = {pk for kept in _KEPT for pk in kept.astray(found)}
        wanted = ticket_share.shares_of(found, zone=ZoneInfo(edition.zone))
        shares = RollupShare.objects.filter(edition=edition, ticket_id__in=found)
        stored = {pk: ticket_share.unpack(share) for pk, share in shares.values_list("ticket_id", "share")}
        astray = (pk for pk in found if pk in kept_otherwise or wanted.get(pk) != stored.get(pk))
        yield from (pk for pk in astray if pk not in marked)
        reached = found[-1]


def _next(edition: RollupEdition, reached: int) -> Sequence[int]:
    """Return the next tickets that are there or have a share, by ascending id."""
    tickets = Ticket.objects.filter(pk__gt=reached).order_by("pk").values_list("pk", flat=True)
    shares = RollupShare.objects.filter(edition=edition, ticket_id__gt=reached).order_by("ticket_id")
    told = {*tickets[:TOGETHER], *shares.values_list("ticket_id", flat=True)[:TOGETHER]}
    return sorted(told)[:TOGETHER]
