"""The queue: live tickets in the order in which their promises fall due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from helpdesk.models import Agent, Status, Ticket
from monitor.models import Standing
from monitor.models.standing import StandingQuerySet
from monitor.services.selecting import STANDS

PAGE_SIZE = 25
TABS = ("mine", "unassigned", "all")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: where the next one begins."""

    due_at: datetime | None
    rank: int
    opened_at: datetime
    ticket_id: int

    @classmethod
    def of(cls, row: Standing) -> Cursor:
        return cls(row.next_due_at, row.rank, row.opened_at, row.ticket_id)

    @property
    def beyond(self) -> Q:
        """What comes after this row in the order of `due_first`."""
        same = Q(next_due_at=self.due_at)
        later = Q(next_due_at__gt=self.due_at) | Q(next_due_at=None) if self.due_at else Q(pk__in=[])
        return (
            later
            | same & Q(rank__lt=self.rank)
            | same & Q(rank=self.rank, opened_at__gt=self.opened_at)
            | same & Q(rank=self.rank, opened_at=self.opened_at, ticket_id__gt=self.ticket_id)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which part of the queue is asked for; `place` is a key of `selecting.STANDS`."""

    tab: str = "all"
    place: str = ""
    queue_id: int | None = None
    store_id: int | None = None
    priority_rank: int | None = None


def rows(wish: Wish, *, agent: Agent, environment: str, now: datetime) -> StandingQuerySet:
    """Return the standings that a wish asks for, due first, as far as the agent may see them."""
    found = Standing.objects.filter(environment=environment).visible_to(agent)
    found = {"mine": found.mine(agent), "unassigned": found.unassigned()}.get(wish.tab, found)
    given = {"queue": wish.queue_id, "store": wish.store_id, "rank": wish.priority_rank}
    found = found.filter(**{name: value for name, value in given.items() if value is not None})
    if wish.place:
        found = found.filter(ticket__in=Ticket.objects.filter(STANDS[wish.place](now)))
    return found.due_first()


def page(found: StandingQuerySet, after: Cursor | None) -> tuple[list[Standing], Cursor | None]:
    """Read one page; never counts. The cursor of the next page is None at the end."""
    if after:
        found = found.filter(after.beyond)
    related = ("ticket__customer", "ticket__store", "ticket__queue", "ticket__assignee")
    shown = list(found.select_related(*related)[: PAGE_SIZE + 1])
    more = Cursor.of(shown[PAGE_SIZE - 1]) if len(shown) > PAGE_SIZE else None
    return shown[:PAGE_SIZE], more


def next_candidates(agent: Agent, environment: str, *, limit: int = 20) -> list[int]:
    """Return the tickets that the agent should take next, best first: nobody's, and not the customer's turn."""
    free = Standing.objects.filter(environment=environment, status__in=[Status.NEW, Status.OPEN])
    return list(free.visible_to(agent).unassigned().due_first().values_list("pk", flat=True)[:limit])


def next_due(agent: Agent, environment: str, *, now: datetime) -> datetime | None:
    """Return when the next promise falls due among what the agent may see."""
    ahead = Standing.objects.filter(environment=environment, next_due_at__gt=now).visible_to(agent)
    return ahead.due_first().values_list("next_due_at", flat=True).first()
