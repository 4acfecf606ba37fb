"""Which late answers would have been in time without the time of freezes: worked out by replay, kept with the figures.

Only what was answered is looked at: whether a promise would have been kept is known then, and of whoever was never
answered it was not. Nothing here writes to clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import BigIntegerField, Count, Func, Q

from helpdesk.database.among import is_among
from helpdesk.models import Agent, Queue
from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.ledger import explain
from monitor.clock.metrics import Outcome
from monitor.clock.replay import replay
from monitor.excusals.breach_labels import PromiseKey
from monitor.excusals.frozen_time import Stretch, would_be_due_at
from monitor.models import Clock, Freeze, FrozenClock
from monitor.models.clock import ClockQuerySet
from monitor.relay import book
from monitor.relay.fold_input import read_whole

LATE: Final = Q(outcome=Outcome.LATE, superseded_at=None)


class LateClock(NamedTuple):
    """A late answer, and where its ticket is now."""

    ticket_id: int
    metric: str
    start_seq: int
    started_at: datetime
    ended_at: datetime
    environment: str
    queue_id: int
    store_id: int

    @property
    def key(self) -> PromiseKey:
        return self.ticket_id, self.metric, self.start_seq

    def touched_by(self, freezes: Iterable[Freeze]) -> list[Freeze]:
        """Keep freezes whose scope and time it lies in."""
        return [
            one
            for one in freezes
            if one.starts_at < self.ended_at
            and (one.ends_at is None or one.ends_at > self.started_at)
            and one.holds_for(
                environment=self.environment,
                queue_id=self.queue_id,
                store_id=self.store_id,
                metric=self.metric,
            )
        ]


_COLUMNS: Final = (
    "ticket_id", "metric", "start_seq", "started_at", "ended_at", "ticket__store__environment", "ticket__queue_id",
    "ticket__store_id",
)  # fmt: skip


def keep(ticket_ids: Sequence[int]) -> None:
    """Let what is kept of these tickets be what freezes that stand make of them now."""
    stored, anew = _stored(ticket_ids), wanted(ticket_ids)
    if not (stored or anew):
        return
    gone = [one.pk for key, one in stored.items() if _said(one) != _said(anew.get(key))]
    FrozenClock.objects.filter(pk__in=gone).delete()
    changed = [one for key, one in sorted(anew.items()) if _said(one) != _said(stored.get(key))]
    FrozenClock.objects.bulk_create(changed)


def astray(ticket_ids: Sequence[int]) -> set[int]:
    """Return those of these tickets of which something else is kept."""
    stored, anew = _stored(ticket_ids), wanted(ticket_ids)
    keys = stored.keys() | anew.keys()
    return {key[0] for key in keys if _said(stored.get(key)) != _said(anew.get(key))}


def _stored(ticket_ids: Sequence[int]) -> Mapping[PromiseKey, FrozenClock]:
    return {one.identity: one for one in FrozenClock.objects.filter(is_among("ticket", ticket_ids))}


def wanted(ticket_ids: Sequence[int]) -> Mapping[PromiseKey, FrozenClock]:
    """Return what freezes that stand make of these tickets."""
    freezes = list(Freeze.objects.standing())
    return of(late_clocks(Clock.objects.filter(is_among("ticket", ticket_ids))), freezes) if freezes else {}


def _said(one: FrozenClock | None) -> tuple[object, ...] | None:
    return None if one is None else (one.freeze_ids, one.would_be_due_at)


def excused_by(freezes: Iterable[Freeze], *, agent: Agent) -> dict[int, int]:
    """Return how many promises of tickets that an agent sees each of these freezes excuses, where it does any."""
    ids = [one.pk for one in freezes]
    seen = FrozenClock.objects.filter(freeze_ids__overlap=ids)
    if not agent.is_admin:
        seen = seen.filter(ticket__queue__in=Queue.objects.visible_to(agent))
    each = seen.annotate(freeze=Func("freeze_ids", function="unnest", output_field=BigIntegerField()))
    counted = each.values_list("freeze").annotate(Count("pk"))
    return {freeze: number for freeze, number in counted if freeze in ids}


def late_clocks(clocks: ClockQuerySet, *, most: int | None = None) -> list[LateClock]:
    """Return those of these clocks that were answered late, the first so many."""
    return list(map(LateClock._make, clocks.filter(LATE).values_list(*_COLUMNS)[:most]))


def of(late: Iterable[LateClock], freezes: Sequence[Freeze]) -> dict[PromiseKey, FrozenClock]:
    """Return which of these late answers would have been in time without the time of these freezes."""
    [kept] = of_each(late, [freezes])
    return kept


def of_each(
    late: Iterable[LateClock], lots: Sequence[Sequence[Freeze]]
) -> list[dict[PromiseKey, FrozenClock]]:
    """Return the same for each of several lots of freezes; every ticket is replayed once."""
    clocks = list(late)
    touched = [
        {one.key: (one, found) for one in clocks if (found := one.touched_by(freezes))} for freezes in lots
    ]
    edition = book.current()
    replayed = _replayed({ticket_id for lot in touched for ticket_id, _metric, _seq in lot}, edition)
    return [
        {
            key: frozen
            for key, (one, found) in lot.items()
            if (clock := replayed.get(key)) and (frozen := _frozen(clock, one, found, edition))
        }
        for lot in touched
    ]


def _replayed(ticket_ids: Iterable[int], edition: Book) -> Mapping[PromiseKey, ReplayedClock]:
    """Return the clocks of these tickets with all their segments: what is kept of long tickets does not have them."""
    stories = read_whole(sorted(ticket_ids), relayed_only=True)
    return {
        (pk, one.metric.value, one.start_seq): one
        for pk, story in stories.items()
        for one in replay(story.events, edition, reports=False)
    }


def _frozen(
    clock: ReplayedClock, late: LateClock, freezes: Sequence[Freeze], edition: Book
) -> FrozenClock | None:
    """Return what freezes make of a late answer; None where it would have been late without them, too."""
    used_up_at = min((at for at in (clock.due_at, clock.breach_at) if at), default=None)
    if used_up_at is None or clock.ended_at != late.ended_at:
        return None
    counted = list(_counted(clock, late.ended_at, edition))
    windows = [_window(one, late.ended_at) for one in freezes]
    would = would_be_due_at(counted, windows, used_up_at=used_up_at)
    if would is not None and (would == used_up_at or would < late.ended_at):
        return None
    responsible = [
        one.pk
        for one, window in zip(freezes, windows, strict=True)
        if would_be_due_at(counted, [window], used_up_at=used_up_at) != used_up_at
    ]
    return FrozenClock(
        ticket_id=late.ticket_id,
        metric=late.metric,
        start_seq=late.start_seq,
        freeze_ids=responsible,
        would_be_due_at=would,
    )


def _window(freeze: Freeze, until: datetime) -> Stretch:
    """Return its time as far as it matters to what ended then."""
    return freeze.starts_at, max(
        freeze.starts_at, until if freeze.ends_at is None else min(freeze.ends_at, until)
    )


def _counted(clock: ReplayedClock, until: datetime, edition: Book) -> Iterator[Stretch]:
    return ((step.start, step.end) for step in explain(clock, edition, until) if step.kind == "running")
