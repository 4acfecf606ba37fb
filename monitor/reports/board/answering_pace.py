"""How fast the people at work answer now: one figure of all of them, and none where it would be one person's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from django.db.models import Max, OuterRef, Subquery

from helpdesk.models import Author, EventKind, Store, Ticket, TicketEvent
from monitor.reports.board.board_view import BoardView

HOURS: Final = timedelta(hours=2)
"""So far back answers are counted."""
PRESENT: Final = timedelta(minutes=30)
"""Whoever has acted within so long is at work, and was for so long."""
MOST_CHANGED: Final = 5000
"""Of more tickets of a store that have changed since then, only the newest are read: less time tells as much."""
SHORTEST: Final = timedelta(minutes=10)
"""Of less nothing is told: so much at once is an import, or many tickets changed by one act."""
FEWEST_ANSWERS: Final = 5
"""Of fewer a pace is chance."""


@dataclass(frozen=True, slots=True)
class AnsweringPace:
    """Who is at work now, and what people have answered since an instant, in how many hours of their work."""

    since: datetime
    within: timedelta
    present: int
    people: int
    answers: int
    worked: timedelta

    @property
    def unknown(self) -> str:
        """Return why no pace can be told: `crowded`, `silent`, `few`, `gone` or `alone`; nothing where it can."""
        if self.within < SHORTEST:
            return "crowded"
        if not self.answers:
            return "silent"
        if self.answers < FEWEST_ANSWERS:
            return "few"
        if not self.present:
            return "gone"
        return "alone" if self.people == 1 else ""

    @property
    def each(self) -> float:
        """Return how many one of them answers in an hour, to the tenth: as it is shown it is counted with."""
        return round(self.answers / (self.worked / timedelta(hours=1)), 1) if self.worked else 0.0

    def answered_within(self, time: timedelta) -> int:
        """Return how many those who are at work answer in a time, whole ones alone."""
        return int(self.present * Fraction(str(self.each)) * Fraction(time / timedelta(hours=1)))


def pace(view: BoardView) -> AnsweringPace:
    """Return how fast people answer the tickets that are looked at, by what has lately changed."""
    since = _since(view)
    within = min(PRESENT, view.now - since)
    stretches: dict[int, set[int]] = defaultdict(set)
    answers = 0
    for actor, kind, at in _acts(view, since):
        stretches[actor].add(int((view.now - at) / within))
        answers += kind == EventKind.PUBLIC_REPLY_SENT
    lengths = [_length(stretch, within, view.now - since) for each in stretches.values() for stretch in each]
    return AnsweringPace(
        since=since,
        within=within,
        present=sum(0 in each for each in stretches.values()),
        people=len(stretches),
        answers=answers,
        worked=sum(lengths, timedelta()),
    )


def _length(stretch: int, within: timedelta, whole: timedelta) -> timedelta:
    """Return how long a stretch is; the oldest may have begun before anything is counted."""
    return min(within, whole - stretch * within)


def _since(view: BoardView) -> datetime:
    """Return since when each store has at most so many changed tickets, two hours ago at the earliest."""
    earliest = view.now - HOURS
    changed = Ticket.objects.filter(store=OuterRef("pk"), updated_at__gte=earliest, updated_at__lt=view.now)
    last = changed.order_by("-updated_at").values("updated_at")[MOST_CHANGED : MOST_CHANGED + 1]
    stores = Store.objects.in_environment(view.environment).annotate(last=Subquery(last))
    found: datetime | None = stores.aggregate(found=Max("last"))["found"]
    return found or earliest


def _acts(view: BoardView, since: datetime) -> list[tuple[int, str, datetime]]:
    """Return who did what when: every act dates its ticket anew, and what brings history in speaks of earlier."""
    changed = view.tickets.filter(updated_at__gte=since, last_event_at__gte=since)
    acts = TicketEvent.objects.filter(ticket__in=changed, recorded_at__gt=since, recorded_at__lte=view.now)
    by_people = acts.filter(actor_kind=Author.AGENT, actor__isnull=False, imported=False)
    return list(by_people.values_list("actor_id", "kind", "recorded_at"))
