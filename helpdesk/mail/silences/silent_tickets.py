"""Which tickets have been silent for long enough: found by index, whatever else is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Exists, OuterRef, Q

from helpdesk.mail.silences.working_days import working_days
from helpdesk.models import Draft, HeldReply, Mailbox, Queue, Status, Store, Ticket, TicketEvent
from helpdesk.models.ticket import TicketQuerySet


@dataclass(frozen=True, slots=True)
class SilenceRule:
    """After how many working days a customer is reminded, and after how many more their ticket is resolved."""

    reminds_after: int
    resolves_after: int

    @classmethod
    def of(cls, queue: Queue) -> SilenceRule | None:
        """Return what counts in a queue; null where silence is left alone."""
        reminds, resolves = queue.silence_reminds_after_days, queue.silence_resolves_after_days
        return None if reminds is None or resolves is None else cls(reminds, resolves)


def stores_that_remind() -> list[Store]:
    """Return the stores by whose mailboxes a reminder can leave."""
    answers = Mailbox.objects.answering().filter(store=OuterRef("pk"))
    return list(Store.objects.filter(Exists(answers)).order_by("name"))


def to_remind(queue: Queue, rule: SilenceRule, *, now: datetime, limit: int) -> list[Ticket]:
    """Return the tickets whose customers are to be reminded by now, the longest silent of a store first."""
    return _due(
        queue, rule.reminds_after, Ticket.objects.filter(reminded_at=None), "silent_since", now, limit
    )


def to_resolve(queue: Queue, rule: SilenceRule, *, now: datetime, limit: int) -> list[Ticket]:
    """Return the tickets that stayed silent for long enough after their reminder."""
    return _due(queue, rule.resolves_after, Ticket.objects.all(), "reminded_at", now, limit)


def silent() -> TicketQuerySet:
    """Keep tickets on which nobody says a word, nor is about to."""
    drafts, held = (kind.objects.filter(ticket=OuterRef("pk")) for kind in (Draft, HeldReply))
    waits = Ticket.objects.filter(status=Status.PENDING, waiting_since=None, silent_since__isnull=False)
    return waits.exclude(Exists(drafts)).exclude(Exists(held))


def resolved_by_silence() -> Q:
    """Return the rule that keeps tickets which nobody resolved but their customer's silence, and which rest since."""
    ends = TicketEvent.objects.ends_by_silence()
    return Q(status__in=[Status.RESOLVED, Status.CLOSED], pk__in=ends.values("ticket"))


def _due(
    queue: Queue, days: int, among: TicketQuerySet, since: str, now: datetime, limit: int
) -> list[Ticket]:
    return list(islice(_each_due(queue, days, among & silent(), since, now, limit), limit))


def _each_due(
    queue: Queue, days: int, among: TicketQuerySet, since: str, now: datetime, limit: int
) -> Iterator[Ticket]:
    for store in stores_that_remind():
        by = working_days(queue, store, now=now).before(now, days)
        if by is not None:
            due = among.filter(queue=queue, store=store, **{f"{since}__lte": by})
            yield from due.order_by(since)[:limit]
