"""Acts that may hide lateness are kept behind the relay, with the figures, by whoever folds those.

Clocks are read by rules about them; tickets whose priority or queue was ever changed are replayed. Nothing here writes
to clocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, Final

from django.db.models import Case, Q, When

from helpdesk.database.among import is_among
from helpdesk.models import EventKind, TicketEvent
from monitor.clock.replay import replay
from monitor.models import Clock, HidingAct
from monitor.relay import book
from monitor.relay.fold_input import read_whole
from monitor.reports.adjusted import putting_off
from monitor.reports.adjusted.hidden_lateness import HIDING

_FIELDS: Final = (
    "ticket_id", "metric", "start_seq", "act", "seq", "changed_at", "due_before_at", "due_since_at", "left",
)  # fmt: skip
_BY_RULES: Final = tuple(name for name, act in HIDING.items() if act.rule is not None)
_BY_CHANGES: Final = {
    EventKind.PRIORITY_CHANGED.value: "lowered",
    EventKind.QUEUE_CHANGED.value: "handed_over",
}
Told = tuple[Any, ...]
"""What is kept of one, in the order of `_FIELDS`."""


def keep(ticket_ids: Sequence[int]) -> None:
    """Let what is kept of these tickets be what their clocks and events say now."""
    stored, wanted = _stored(ticket_ids), _wanted(ticket_ids)
    if gone := [pk for told, pk in stored.items() if told not in wanted]:
        HidingAct.objects.filter(pk__in=gone).delete()
    new = sorted((told for told in wanted if told not in stored), key=lambda told: told[:5])
    HidingAct.objects.bulk_create(HidingAct(**dict(zip(_FIELDS, told, strict=True))) for told in new)


def astray(ticket_ids: Sequence[int]) -> set[int]:
    """Return those of these tickets of which something else is kept."""
    return {told[0] for told in _stored(ticket_ids).keys() ^ _wanted(ticket_ids)}


def _stored(ticket_ids: Sequence[int]) -> Mapping[Told, int]:
    found = HidingAct.objects.filter(is_among("ticket", ticket_ids))
    return {tuple(told): pk for *told, pk in found.values_list(*_FIELDS, "pk")}


def _wanted(ticket_ids: Sequence[int]) -> set[Told]:
    return {*_by_rules(ticket_ids), *_by_changes(ticket_ids)}


def _by_rules(ticket_ids: Sequence[int]) -> Iterator[Told]:
    """Yield what rules find among the clocks of these tickets; one statement for all of them."""
    rules = {
        f"is_{name}": Q(metric__in=HIDING[name].metrics) & rule
        for name in _BY_RULES
        if (rule := HIDING[name].rule) is not None
    }
    told = {name: Case(When(rule, then=True), default=False) for name, rule in rules.items()}
    clocks = Clock.objects.standing().filter(is_among("ticket", ticket_ids)).annotate(**told)
    for ticket_id, metric, start_seq, *acts in clocks.values_list("ticket_id", "metric", "start_seq", *told):
        for act in compress(_BY_RULES, acts):
            yield ticket_id, metric, start_seq, act, 0, None, None, None, None


def _by_changes(ticket_ids: Sequence[int]) -> Iterator[Told]:
    """Yield what replay finds of tickets whose priority or queue was ever changed."""
    changed = TicketEvent.objects.filter(is_among("ticket", ticket_ids), kind__in=sorted(_BY_CHANGES))
    stories = read_whole(sorted(changed.values_list("ticket_id", flat=True).distinct()), relayed_only=True)
    edition = book.current()
    for ticket_id, story in stories.items():
        changes = putting_off.changes(story.events, kinds=_BY_CHANGES)
        for clock in replay(story.events, edition, reports=False):
            for act, *told in putting_off.of_clock(clock, changes):
                yield ticket_id, clock.metric.value, clock.start_seq, act, *told
