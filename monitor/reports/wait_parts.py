"""Parts of all who asked, by what became of their first response: rules about `Clock`, and names for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db.models import Exists, F, OuterRef, Q

from helpdesk.models import TicketEvent
from monitor.clock.metrics import Outcome

Rules = dict[str, Callable[[datetime], Q]]

ANSWERED = (Outcome.MET, Outcome.LATE)
NOBODY_WAITED = (Outcome.VOID, Outcome.NOT_APPLICABLE)
LEFT = (Outcome.WITHDRAWN, Outcome.MERGED, Outcome.NO_REPLY_NEEDED)

_ANSWERED_EARLIER = TicketEvent.objects.filter(
    ticket=OuterRef("ticket"), seq=OuterRef("end_seq"), message__sent_at__lt=OuterRef("started_at")
)
MISDATED = Q(outcome__in=ANSWERED, ended_at__lte=F("started_at")) & Q(Exists(_ANSWERED_EARLIER))
"""Answers that are dated before their questions: nobody knows how long those people waited."""

PARTS: Final = {
    Outcome.MET.value: "answered",
    Outcome.LATE.value: "answered",
    "": "waiting",
    Outcome.UNANSWERED.value: "never_answered",
    Outcome.WITHDRAWN.value: "withdrawn",
    Outcome.MERGED.value: "merged",
    Outcome.NO_REPLY_NEEDED.value: "no_reply_needed",
}
"""Which part of all who asked an outcome belongs to; those whose answer is misdated are a part of their own."""


def _ended_as(outcome: str) -> Callable[[datetime], Q]:
    return lambda now: Q(outcome=outcome)


REST: Final[Rules] = {
    **{PARTS[outcome]: _ended_as(outcome) for outcome in LEFT},
    "misdated": lambda now: MISDATED,
}
"""Those who ask for no answer any more, and those of whom it is not known how long they waited."""

WAITS: Final[Rules] = {
    "answered": lambda now: Q(outcome__in=ANSWERED) & ~MISDATED,
    "waiting": _ended_as(""),
    "never_answered": _ended_as(Outcome.UNANSWERED),
    **REST,
}
"""What became of everybody who asked, whether anything was promised or not; each is in one part."""
