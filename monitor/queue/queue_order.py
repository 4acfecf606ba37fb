"""The queue: live tickets in the order in which their promises fall due.

Every page is read from an index, queue by queue, and merged: its cost grows neither with the tickets there
are nor with the place in the list, and nothing is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, Q

from helpdesk.models import Agent, Queue, Status
from helpdesk.models.queue import QueueQuerySet
from monitor.models import Standing
from monitor.models.standing import StandingQuerySet
from monitor.reports.ticket_selection import STANDS

PAGE_SIZE: Final = 25
CANDIDATES: Final = 100
"""So many agents may press at the same instant before one of them is told that nothing is left."""

RELATED: Final = ("ticket__customer", "ticket__store", "ticket__queue", "ticket__assignee")
SHOWN: Final = (
    "status", "rank", "next_due_at", "next_metric", "next_risk_at", "waiting_since", "opened_at",
    "ticket__reference", "ticket__subject", "ticket__status", "ticket__priority",
    "ticket__customer__name", "ticket__customer__email", "ticket__customer__external_id",
    "ticket__store__name", "ticket__queue__name",
    "ticket__assignee__name", "ticket__assignee__email",
)  # fmt: skip
"""What a row of the page says: the rest of five tables stays where it is."""


@dataclass(frozen=True, slots=True)
class QueueCursor:
    """The last row of a page: where the next one begins."""

    due_at: datetime | None
    rank: int
    opened_at: datetime
    ticket_id: int

    @classmethod
    def of(cls, row: Standing) -> QueueCursor:
        return cls(row.next_due_at, row.rank, row.opened_at, row.ticket_id)

    @property
    def beyond(self) -> list[Q]:
        """What comes after this row in the order of `due_first`, in stretches that an index can find."""
        same = Q(next_due_at=self.due_at)
        tied = same & Q(rank=self.rank)
        stretches = [
            tied & Q(opened_at=self.opened_at, ticket_id__gt=self.ticket_id),
            tied & Q(opened_at__gt=self.opened_at),
            same & Q(rank__lt=self.rank),
        ]
        return [*stretches, Q(next_due_at__gt=self.due_at), Q(next_due_at=None)] if self.due_at else stretches


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which part of the queue is asked for; `place` is a key of `selecting.STANDS`."""

    tab: str = "all"
    place: str = ""
    queue_id: int | None = None
    store_id: int | None = None
    priority_rank: int | None = None

    @property
    def queue_rule(self) -> Q:
        return Q() if self.queue_id is None else Q(pk=self.queue_id)

    def rule(self, agent: Agent, now: datetime) -> Q:
        """Return what a standing must be like; its queue has a rule of its own."""
        rule = STANDS[self.place](now) if self.place else Q()
        if self.tab != "all":
            rule &= Q(assignee=agent if self.tab == "mine" else None)
        given = {"store": self.store_id, "rank": self.priority_rank}
        return rule & Q(**{name: value for name, value in given.items() if value is not None})


def page(
    wanted: QueueFilter, *, agent: Agent, environment: str, now: datetime, after: QueueCursor | None = None
) -> tuple[list[Standing], QueueCursor | None]:
    """Read one page of what is wanted. The cursor of the next page is None at the end."""
    found = _nearest(
        Queue.objects.visible_to(agent).filter(wanted.queue_rule),
        Q(environment=environment) & wanted.rule(agent, now),
        of_one=wanted.tab != "all",
        stretches=after.beyond if after else [Q()],
        limit=PAGE_SIZE + 1,
    )
    shown = list(found.select_related(*RELATED).only(*SHOWN))
    more = QueueCursor.of(shown[PAGE_SIZE - 1]) if len(shown) > PAGE_SIZE else None
    return shown[:PAGE_SIZE], more


def next_candidates(agent: Agent, environment: str) -> list[int]:
    """Return what the agent should take next, best first: nobody's, and not the customer's turn."""
    free = Q(environment=environment, assignee=None, status__in=[Status.NEW, Status.OPEN])
    found = _nearest(Queue.objects.visible_to(agent), free, of_one=True, limit=CANDIDATES)
    return list(found.values_list("pk", flat=True))


def next_due(agent: Agent, environment: str) -> datetime | None:
    """Return when the most urgent promise falls due, or fell, among what the agent may see."""
    promised = Q(environment=environment, next_due_at__isnull=False)
    found = _nearest(Queue.objects.visible_to(agent), promised, limit=1)
    return next(iter(found.values_list("next_due_at", flat=True)), None)


def _nearest(
    queues: QueueQuerySet, rule: Q, *, of_one: bool = False, stretches: Sequence[Q] = (Q(),), limit: int
) -> StandingQuerySet:
    """Return the first standings of these queues that follow a rule, due first; `of_one`: one assignee's.

    The first of each queue and stretch are read in the order of an index, then the first among them; one
    ordered read over several queues would pass over everything that is due before in foreign ones.
    """
    here = Standing.objects.filter(rule, queue=OuterRef("pk")).due_first()
    if of_one:  # nobody is an assignee too, and only where the order names them does the index give it
        here = here.order_by("assignee", *here.query.order_by)
    firsts = [ArraySubquery(here.filter(each).values("pk")[:limit]) for each in stretches]
    return Standing.objects.filter(pk__in=queues.order_by().values_list(_EachMember(*firsts))).due_first()[
        :limit
    ]


class _EachMember(Func):
    """The members of several arrays."""

    function = "unnest"
    arg_joiner = " || "
    set_returning = True
