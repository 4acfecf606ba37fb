"""What hides lateness: acts after which a promise looks kept, or falls due later, while its customer waits.

Each is a rule about the clocks of the days that are asked for, read by the index of their start: nothing else is looked
at, and nothing is kept. None is a reproach by itself; each has its tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from helpdesk.models import Author, EventKind, Status, TicketEvent
from monitor.clock.metrics import Metric, Outcome
from monitor.models import Flag, Level

NEAR_DUE: Final = timedelta(minutes=30)
"""So long before it is due a promise that is handed over counts as handed over near it."""
AT_ONCE: Final = timedelta(minutes=10)
"""Whoever asks again within so long after a reply was not helped by it."""
DATED_BACK: Final = timedelta(minutes=5)
"""An answer that is written down so much later than it is dated is dated back."""

_NOT_ENDED: Final = 2**31 - 1
_OF_TICKET: Final = TicketEvent.objects.filter(ticket=OuterRef("ticket"))


class HidingRule(NamedTuple):
    """Of which metric, as an address calls it, and which of its clocks."""

    metric: str
    rule: Q


def _moved_by(kind: EventKind) -> Q:
    """Return the rule that a promise whose warning had been raised was at risk no more by an event of this kind."""
    event = TicketEvent.objects.filter(ticket=OuterRef("ticket"), seq=OuterRef("withdrawn_by"), kind=kind)
    moved = Flag.objects.filter(clock=OuterRef("pk"), level=Level.AT_RISK, withdrawn_reason="moved")
    return Q(Exists(moved.filter(Exists(event))))


HIDING: Final[Mapping[str, HidingRule]] = {
    "pending": HidingRule(
        Metric.FIRST_RESPONSE,
        Q(
            Exists(
                _OF_TICKET.filter(
                    kind=EventKind.STATUS_CHANGED,
                    payload__status__in=[Status.PENDING, Status.ON_HOLD],
                    seq__gt=OuterRef("start_seq"),
                    seq__lt=Coalesce(OuterRef("end_seq"), _NOT_ENDED),
                )
            )
        ),
    ),
    "unanswered": HidingRule("responses", Q(outcome=Outcome.UNANSWERED)),
    "lowered": HidingRule("promises", _moved_by(EventKind.PRIORITY_CHANGED)),
    "asked_again": HidingRule(
        Metric.NEXT_RESPONSE,
        Q(
            Exists(
                _OF_TICKET.filter(
                    kind=EventKind.PUBLIC_REPLY_SENT,
                    actor_kind=Author.AGENT,
                    occurred_at__lte=OuterRef("started_at"),
                    occurred_at__gte=OuterRef("started_at") - AT_ONCE,
                )
            )
        ),
    ),
    "handed_over": HidingRule(
        "promises",
        _moved_by(EventKind.QUEUE_CHANGED)
        | Q(
            Exists(
                _OF_TICKET.filter(
                    kind=EventKind.QUEUE_CHANGED,
                    occurred_at__gte=OuterRef("started_at"),
                    occurred_at__lte=OuterRef("due_at"),
                ).filter(occurred_at__gte=OuterRef("due_at") - NEAR_DUE)
            )
        ),
    ),
    "dated_back": HidingRule(
        "responses",
        Q(outcome=Outcome.MET)
        & Q(
            Exists(
                _OF_TICKET.filter(
                    seq=OuterRef("end_seq"), imported=False, recorded_at__gt=OuterRef("due_at")
                ).filter(recorded_at__gt=F("occurred_at") + DATED_BACK)
            )
        ),
    ),
}
"""What may hide lateness, by the name that an address has for it."""
