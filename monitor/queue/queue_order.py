"""The queue: live tickets in the order in which their promises fall due.

Every page is read from an index, queue by queue, and merged: its cost grows neither with the tickets there
are nor with the place in the list, and nothing is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q

from helpdesk.models import Agent, HeldReply, Queue, Snooze, Status, Ticket
from helpdesk.models.mail.inquiry import asked_outside
from helpdesk.models.message import last_words
from helpdesk.models.queue import QueueQuerySet
from monitor.models import Flag, Standing
from monitor.models.standing import StandingQuerySet
from monitor.reports.ticket_selection import STANDS

PAGE_SIZE: Final = 25

RELATED: Final = (
    "ticket__customer", "ticket__store", "ticket__queue", "ticket__assignee__absence", "ticket__snooze",
)  # fmt: skip
SHOWN: Final = (
    "status", "rank", "turn_at", "waiting_since", "opened_at",
    "ticket__reference", "ticket__subject", "ticket__status", "ticket__priority", "ticket__claim_ends_at",
    "ticket__order",
    "ticket__last_event_at",
    "ticket__snooze__agent", "ticket__snooze__until", "ticket__snooze__awaits_order",
    "ticket__snooze__woken_at",
    "ticket__customer__name", "ticket__customer__email", "ticket__customer__external_id",
    "ticket__store__name", "ticket__queue__name",
    "ticket__assignee__name", "ticket__assignee__email", "ticket__assignee__absence__until",
)  # fmt: skip
"""What a row of the page says: the rest of five tables stays where it is."""


@dataclass(frozen=True, slots=True)
class QueueCursor:
    """The last row of a page: where the next one begins."""

    turn_at: datetime | None
    rank: int
    opened_at: datetime
    ticket_id: int

    @classmethod
    def of(cls, row: Standing) -> QueueCursor:
        return cls(row.turn_at, row.rank, row.opened_at, row.ticket_id)

    @property
    def beyond(self) -> list[Q]:
        """What comes after this row in the order of `turn_first`, in stretches that an index can find."""
        same = Q(turn_at=self.turn_at)
        tied = same & Q(rank=self.rank)
        stretches = [
            tied & Q(opened_at=self.opened_at, ticket_id__gt=self.ticket_id),
            tied & Q(opened_at__gt=self.opened_at),
            same & Q(rank__lt=self.rank),
        ]
        return [*stretches, Q(turn_at__gt=self.turn_at), Q(turn_at=None)] if self.turn_at else stretches


def _mine(agent: Agent, now: datetime) -> Q:
    """Keep what an agent has and has not put off; what is late or at risk is never out of sight."""
    return Q(assignee=agent) & (~_asleep(agent, now) | STANDS["late"](now) | STANDS["at_risk"](now))


def _snoozed(agent: Agent, now: datetime) -> Q:
    return Q(assignee=agent) & _asleep(agent, now)


def _asleep(agent: Agent, now: datetime) -> Q:
    return Q(Exists(Snooze.objects.asleep(now).filter(ticket=OuterRef("ticket_id"), agent=agent)))


_TABS: Final[Mapping[str, Callable[[Agent, datetime], Q]]] = {
    "mine": _mine,
    "snoozed": _snoozed,
    "unassigned": lambda _agent, _now: Q(assignee=None),
    "all": lambda _agent, _now: Q(),
}


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
        rule &= _TABS[self.tab](agent, now)
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
    chosen = Standing.objects.filter(IsAmong("pk", ArraySubquery(found.values("pk")[: PAGE_SIZE + 1])))
    shown = list(
        chosen.turn_first()
        .with_promises()
        .select_related(*RELATED)
        .only(*SHOWN)
        .annotate(**asked_outside("ticket"), last_words=last_words("ticket"), **_flagged())
    )
    more = QueueCursor.of(shown[PAGE_SIZE - 1]) if len(shown) > PAGE_SIZE else None
    return shown[:PAGE_SIZE], more


def _flagged() -> dict[str, Exists]:
    """Return annotations that say whether a flag asks for somebody, and whether one is in somebody's hand."""
    of_ticket = Flag.objects.filter(ticket=OuterRef("pk"))
    in_hand = of_ticket.standing().filter(acknowledged_at__isnull=False, settled_at=None)
    return {"flag_is_open": Exists(of_ticket.open()), "flag_is_in_hand": Exists(in_hand)}


def matching(wanted: QueueFilter, *, agent: Agent, environment: str, now: datetime, limit: int) -> list[int]:
    """Return all that is wanted, up to a limit, whatever its order."""
    queues = Queue.objects.visible_to(agent).filter(wanted.queue_rule)
    found = Standing.objects.filter(wanted.rule(agent, now), environment=environment, queue__in=queues)
    return list(found.values_list("pk", flat=True)[:limit])


def next_candidates(agent: Agent, environment: str, *, limit: int) -> list[int]:
    """Return what the agent should take next, so many at most and best first.

    It is nobody's, not asked by themself and not the customer's turn.
    What somebody has just answered is not among it, though their reply is still held. Who waits for a person's word
    comes before what is merely unresolved, however late that is.
    """
    free = Q(environment=environment, assignee=None, status__in=[Status.NEW, Status.OPEN])
    if own := list(Ticket.objects.asked_by(agent).live().values_list("pk", flat=True)):
        free &= ~Q(pk__in=own)
    free &= ~Q(is_answered())
    words, others = Q(waiting_due_at__isnull=False), Q(waiting_due_at=None)
    found = _nearest(
        Queue.objects.visible_to(agent), free, of_one=True, stretches=(words, others), limit=limit
    )
    words_first = found.order_by(F("waiting_due_at").asc(nulls_last=True), *found.query.order_by)
    return list(words_first.values_list("pk", flat=True)[:limit])


def is_answered() -> Exists:
    """Return whether a reply to the ticket of a standing is about to be said: its author can still take it back."""
    return Exists(HeldReply.objects.waiting().filter(ticket=OuterRef("ticket_id")))


def next_due(agent: Agent, environment: str) -> datetime | None:
    """Return when the most urgent promise falls due, or fell, among what the agent may see."""
    promised = Q(environment=environment, turn_at__isnull=False)
    found = _nearest(Queue.objects.visible_to(agent), promised, limit=1)
    return found.values_list("turn_at", flat=True).first()


def _nearest(
    queues: QueueQuerySet, rule: Q, *, of_one: bool = False, stretches: Sequence[Q] = (Q(),), limit: int
) -> StandingQuerySet:
    """Return at least the first standings of these queues that follow a rule; `of_one`: one assignee's.

    The first of each queue are read in the order of an index, one stretch after the other, then brought in
    order; one ordered read over several queues would pass over everything that is due before in foreign ones.
    """
    here = Standing.objects.filter(rule, queue=OuterRef("pk")).turn_first()
    if of_one:  # nobody is an assignee too, and only where the order names them does the index give it
        here = here.order_by("assignee", *here.query.order_by)
    firsts = [ArraySubquery(here.filter(each).values("pk")[:limit]) for each in stretches]
    near = ArraySubquery(queues.order_by().values(each=FirstMembers(*firsts, limit=limit)))
    return Standing.objects.filter(IsAmong("pk", near)).turn_first()


class IsAmong(Func):
    """Whether a value is a member of an array that is made once.

    As members of a subquery they would be joined, and the planner, which takes a small table that it has never
    looked into for a hundred queues, would read all standings to do so.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    arity = 2
    output_field = BooleanField()


class FirstMembers(Func):
    """The first members of several arrays, one array after the other."""

    template = "unnest((%(expressions)s)[:%(limit)s])"
    arg_joiner = " || "
    set_returning = True
