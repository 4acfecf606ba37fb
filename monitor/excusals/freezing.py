"""Freezes are declared, ended and taken back here; what they excuse is counted behind, as figures are."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import is_visible
from helpdesk.models import Agent, Queue
from helpdesk.models.alike_names import namesake
from helpdesk.refusal import Refused
from monitor.excusals import broken_promises, excusal_trace, frozen_clocks
from monitor.excusals.breach_labels import PromiseKey
from monitor.excusals.excusing import NoReason
from monitor.excusals.frozen_clocks import LateClock
from monitor.models import Clock, Freeze
from monitor.models.clock import ClockQuerySet

LOOKED_AT: Final = 200
"""So many late answers a preview works out; of more it says so."""


class BadFreeze(Refused):
    """A freeze would end before it began."""

    code = "bad-freeze"
    sentence = _("It ends before it begins.")
    place = "/ends_at"


class FreezeKnown(Refused):
    """A freeze of this name holds for all that another one would hold for."""

    code = "freeze-known"
    sentence = _("It is declared already: a freeze of this name holds for all of it.")
    place = "/name"


class FreezeOver(Refused):
    """A freeze has ended already, or was taken back."""

    code = "freeze-over"
    sentence = _("This freeze is over.")


@dataclass(frozen=True, slots=True)
class FreezePreview:
    """The late answers in the scope and time of a freeze: those that it would excuse, and those that stay as they are.

    `already`: which of the latter another freeze excuses. `more`: not all were looked at.
    """

    would_excuse: list[LateClock]
    staying: list[LateClock]
    already: Set[PromiseKey]
    more: bool

    @property
    def excused(self) -> int:
        return len(self.would_excuse)

    @property
    def late(self) -> int:
        return len(self.would_excuse) + len(self.staying)


def preview(freeze: Freeze) -> FreezePreview:
    """Work out how many promises a freeze, saved or not, would excuse as things stand; writes nothing.

    Those that another freeze excuses already are not counted again.
    """
    late = frozen_clocks.late_clocks(candidates(freeze).order_by("breach_at", "pk"), most=LOOKED_AT + 1)
    others = [one for one in Freeze.objects.standing() if one.pk != freeze.pk]
    looked_at = late[:LOOKED_AT]
    with_it, without = frozen_clocks.of_each(looked_at, [[*others, freeze], others])
    gained = with_it.keys() - without.keys()
    return FreezePreview(
        [one for one in looked_at if one.key in gained],
        [one for one in looked_at if one.key not in gained],
        without.keys(),
        len(late) > LOOKED_AT,
    )


def declare(freeze: Freeze, *, by: Agent, now: datetime) -> Freeze:
    """Save a new freeze; what it excuses is counted within seconds.

    Refuses it without a reason, ending too soon, and declared already: by a press before this one, say.
    """
    require_transaction()
    if not (is_visible(freeze.name) and is_visible(freeze.reason)):
        raise NoReason
    refuse_backwards(freeze)
    _refuse_known(freeze)
    freeze.made_at, freeze.made_by = now, by
    freeze.save(force_insert=True)
    _tell(freeze, "declared", by=by)
    return freeze


def refuse_backwards(freeze: Freeze) -> None:
    """Refuse a freeze that would end before it began."""
    if freeze.ends_at and freeze.ends_at <= freeze.starts_at:
        raise BadFreeze


def _refuse_known(freeze: Freeze) -> None:
    lasts_as_long = Q(ends_at=None) | Q(ends_at__gte=freeze.ends_at) if freeze.ends_at else Q(ends_at=None)
    holding = Freeze.objects.standing().filter(
        lasts_as_long,
        starts_at__lte=freeze.starts_at,
        environment=freeze.environment,
        queue_ids=freeze.queue_ids,
        store_ids=freeze.store_ids,
        metrics=freeze.metrics,
    )
    if namesake(holding, freeze.name):
        raise FreezeKnown


def end(freeze: Freeze, *, at: datetime, by: Agent) -> None:
    """End a freeze that lasts; refuses one that is over."""
    require_transaction()
    if freeze.taken_back_at or freeze.ends_at:
        raise FreezeOver
    if at <= freeze.starts_at:
        raise BadFreeze
    freeze.ends_at, freeze.ended_by = at, by
    freeze.save(update_fields=["ends_at", "ended_by"])
    _tell(freeze, "ended", by=by)


def take_back(freeze: Freeze, *, by: Agent, now: datetime) -> None:
    """Take a freeze back: what it excused counts as it did before. Refuses one that was taken back."""
    require_transaction()
    if freeze.taken_back_at:
        raise FreezeOver
    freeze.taken_back_at, freeze.taken_back_by = now, by
    freeze.save(update_fields=["taken_back_at", "taken_back_by"])
    _tell(freeze, "taken_back", by=by)


def overseen_by(agent: Agent, freeze: Freeze) -> bool:
    """Tell whether the agent may end a freeze or take it back: an admin, or who oversees every queue of it."""
    return settled_by(agent)(freeze)


def settled_by(agent: Agent) -> Callable[[Freeze], bool]:
    """Return what tells of any freeze whether the agent may end it or take it back, as `overseen_by` does of one."""
    if agent.is_admin:
        return lambda _freeze: True
    overseen = set(Queue.objects.overseen_by(agent).values_list("pk", flat=True))
    return lambda freeze: freeze.queue_ids is not None and set(freeze.queue_ids) <= overseen


def candidates(freeze: Freeze) -> ClockQuerySet:
    """Return the late answers that the freeze may touch: in its scope, broken since it began, begun before it ended.

    Read from the index of what was answered late: a breach is never stamped before the time was used up.
    """
    rule = Q(breach_at__gt=freeze.starts_at, ticket__store__environment=freeze.environment)
    if freeze.ends_at:
        rule &= Q(started_at__lt=freeze.ends_at)
    if freeze.queue_ids is not None:
        rule &= Q(ticket__queue__in=freeze.queue_ids)
    if freeze.store_ids is not None:
        rule &= Q(ticket__store__in=freeze.store_ids)
    if freeze.metrics is not None:
        rule &= Q(metric__in=freeze.metrics)
    return Clock.objects.filter(frozen_clocks.LATE, rule)


def follow_queue(queue: Queue, *, into: Queue) -> None:
    """Let freezes that hold for a queue hold for the one that it was merged into, and for what is there already."""
    for freeze in Freeze.objects.filter(queue_ids__contains=[queue.pk]).order_by("pk").select_for_update():
        others = [pk for pk in freeze.queue_ids or () if pk != queue.pk]
        freeze.queue_ids = sorted({*others, into.pk})
        freeze.save(update_fields=["queue_ids"])
        _mark(freeze)


def _tell(freeze: Freeze, done: str, *, by: Agent) -> None:
    excusal_trace.note_kept(freeze, done, by=by)
    _mark(freeze)


def _mark(freeze: Freeze) -> None:
    broken_promises.mark(candidates(freeze).values_list("ticket", flat=True).distinct())
