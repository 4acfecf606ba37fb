"""Holding the cells against what they are made of, and that against the clocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from helpdesk.models import Environment, Ticket
from monitor.excusals import frozen_clocks
from monitor.models import RollupCell, RollupEdition, RollupMark, RollupMix, RollupShare, UncountedTicket
from monitor.reports.adjusted import hiding_acts
from monitor.reports.resolutions import first_resolutions
from monitor.reports.rollup import cell_counts, live_folding, ticket_share, uncounted_tickets
from monitor.reports.rollup.live_counts import LiveCounts
from monitor.reports.rollup.live_share import LivePlace
from monitor.reports.rollup.ticket_share import CellPlace, MixPlace, Place, TicketShare

TOGETHER: Final = 500
_WHOLE: Final = (1 << 64) - 1
_KEPT: Final = (first_resolutions, frozen_clocks, hiding_acts)
"""What is kept of tickets along with the figures."""


def astray(edition: RollupEdition) -> Iterator[str]:
    """Yield a line for each ticket that is set aside, cannot be read, or whose share is not what its clocks say, and
    each day whose cells do not add up.

    The caller's transaction sees one instant, whatever is folded meanwhile. A ticket that is marked is left out.
    """
    sums: Counter[tuple[str, date]] = Counter()
    live: dict[LivePlace, LiveCounts] = {}
    for share in _shares(edition):
        live_folding.move(live, [(None, share.live)])
        for place, number in share.counts():
            sums[place.metric, place.day] += _print(place, number)
    yield from _tickets_set_aside()
    yield from _tickets_astray(edition)
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


def _shares(edition: RollupEdition) -> Iterator[TicketShare]:
    """Yield the shares that can be read; a ticket whose share cannot be is named."""
    for packed in RollupShare.objects.filter(edition=edition).values_list("share", flat=True).iterator():
        with suppress(msgspec.MsgspecError):
            yield ticket_share.unpack(packed)


def _cells(edition: RollupEdition) -> Iterator[tuple[Place, bytes | memoryview]]:
    told: Sequence[tuple[type[CellPlace | MixPlace], QuerySet[Any]]] = (
        (CellPlace, RollupCell.objects.filter(edition=edition)),
        (MixPlace, RollupMix.objects.filter(edition=edition)),
    )
    for kind, found in told:
        for *place, packed in found.values_list(*kind._fields, "counts").iterator():
            yield kind._make(place), packed


def _tickets_set_aside() -> Iterator[str]:
    for one in UncountedTicket.objects.order_by("pk"):
        yield f"ticket {one.pk}: set aside since {one.set_aside_at:%Y-%m-%d %H:%M} UTC, {one.last_error}"


def _tickets_astray(edition: RollupEdition) -> Iterator[str]:
    reached = 0
    while found := _next(edition, reached):
        marked = RollupMark.objects.filter(ticket_id__in=found).values_list("ticket_id", flat=True)
        aside = UncountedTicket.objects.filter(pk__in=found).values_list("pk", flat=True)
        yield from _lines(edition, sorted({*found} - {*marked} - {*aside}))
        reached = found[-1]


def _lines(edition: RollupEdition, ticket_ids: Sequence[int]) -> Iterator[str]:
    """Yield the lines of those of these tickets that are astray, and of those of which it cannot be told."""
    astray: list[int] = []

    def compare(some: Sequence[int]) -> None:
        with transaction.atomic():
            astray.extend(_astray(edition, some))

    failed = list(uncounted_tickets.failing(compare, ticket_ids))
    told = {pk: f"ticket {pk}" for pk in astray}
    told |= {one.ticket_id: f"ticket {one.ticket_id}: {one.kind} in {one.place}" for one in failed}
    yield from (line for _pk, line in sorted(told.items()))


def _astray(edition: RollupEdition, ticket_ids: Sequence[int]) -> list[int]:
    kept_otherwise = {pk for kept in _KEPT for pk in kept.astray(ticket_ids)}
    wanted = ticket_share.shares_of(ticket_ids, zone=ZoneInfo(edition.zone))
    stored = ticket_share.stored(ticket_ids, edition=edition)
    return [pk for pk in ticket_ids if pk in kept_otherwise or wanted.get(pk) != stored.get(pk)]


def _next(edition: RollupEdition, reached: int) -> Sequence[int]:
    """Return the next tickets that are there or have a share, by ascending id."""
    tickets = Ticket.objects.filter(pk__gt=reached).order_by("pk").values_list("pk", flat=True)
    shares = RollupShare.objects.filter(edition=edition, ticket_id__gt=reached).order_by("ticket_id")
    told = {*tickets[:TOGETHER], *shares.values_list("ticket_id", flat=True)[:TOGETHER]}
    return sorted(told)[:TOGETHER]
