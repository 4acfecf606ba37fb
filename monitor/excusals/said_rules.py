"""What is said of clocks, as rules about `Clock`; each read from an index, by the clock's ticket."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q

from monitor.excusals.breach_labels import OWN_WORDS
from monitor.models import BreachCause, Excusal, FrozenClock

SAME: Final = {"ticket": OuterRef("ticket"), "metric": OuterRef("metric"), "start_seq": OuterRef("start_seq")}

IS_EXCUSED: Final = Q(Exists(Excusal.objects.standing().filter(**SAME))) | Q(
    Exists(FrozenClock.objects.filter(**SAME))
)
"""They are excused, broken or not."""

NO_CAUSE: Final = -1
"""In the place of a cause's number: nobody has said any."""


def has_cause(number: int) -> Q:
    """Return the rule that this cause of the list was named, one in `OWN_WORDS`, or none (`NO_CAUSE`)."""
    named = BreachCause.objects.filter(**SAME)
    if number == NO_CAUSE:
        return ~Q(Exists(named))
    return Q(Exists(named.filter(cause=None if number == OWN_WORDS else number)))


def excused_by_freeze(number: int) -> Q:
    """Return the rule that the time of this freeze excuses them."""
    return Q(Exists(FrozenClock.objects.filter(**SAME, freeze_ids__contains=[number])))
