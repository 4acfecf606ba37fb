"""What hides lateness: acts after which a promise looks kept, or falls due later, while its customer waits.

Each is found by whoever folds figures (`hiding_acts.py`): by a rule about clocks, or, of what was changed near the due
time, by replay. None is a reproach by itself; each has its tickets.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from helpdesk.models import Author, EventKind, Status, TicketEvent
from monitor.clock.metrics import PROMISED, RESPONSES, Metric, Outcome
from monitor.excusals.said_rules import SAME
from monitor.models import HidingAct

AT_ONCE: Final = timedelta(minutes=10)
"""Whoever asks again within so long after a reply was not helped by it."""
DATED_BACK: Final = timedelta(minutes=5)
"""An answer that is written down so much later than it is dated is dated back."""

TOGETHER: Final[Mapping[str, Collection[str]]] = {"responses": RESPONSES, "promises": PROMISED}
"""Metrics that an address means together."""
_NOT_ENDED: Final = 2**31 - 1
_OF_TICKET: Final = TicketEvent.objects.filter(ticket=OuterRef("ticket"))


class HidingRule(NamedTuple):
    """Of which metric, as an address calls it, and which of its clocks; None: replay tells."""

    metric: str
    rule: Q | None

    @property
    def metrics(self) -> Collection[str]:
        return TOGETHER.get(self.metric, (self.metric,))


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
    "lowered": HidingRule("promises", None),
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
    "handed_over": HidingRule("promises", None),
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


def is_hidden_by(act: str) -> Q:
    """Return the rule about clocks that this act was done to them, as figures have counted it."""
    return Q(Exists(HidingAct.objects.filter(**SAME, act=act)))
