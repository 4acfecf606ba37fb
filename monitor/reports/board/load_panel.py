"""Who carries what: the live tickets of each person and of nobody, so that the next can go to whoever has room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from helpdesk.models import Agent, Membership, Queue
from monitor.reports.board.board_view import BoardView, LinkedCount
from monitor.reports.board.reached_queues import reached
from monitor.reports.rollup.live_tally import PersonSums

MOST: Final = 40
"""So many people are shown; of a larger desk one queue says more."""
NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Load:
    """The live tickets of somebody, or, with None, of nobody: all, those of waiting customers, and the late ones."""

    agent: Agent | None
    live: LinkedCount
    waiting: LinkedCount
    late: LinkedCount

    @property
    def numbers(self) -> list[LinkedCount]:
        """Return them as they stand beside a name: what is worst stays in sight on a narrow page."""
        return [self.late, self.waiting, self.live]


@dataclass(frozen=True, slots=True)
class LoadPanel:
    """What nobody has, and what each has who can, by name; `more` have names that come after."""

    nobody: Load
    people: list[Load]
    more: int
    holders: int

    @property
    def holding(self) -> list[Load]:
        return [one for one in self.people if one.live.count]

    @property
    def free(self) -> list[Load]:
        """Return those who have no ticket, and so have room."""
        return [one for one in self.people if not one.live.count]


def panel(view: BoardView) -> LoadPanel:
    """Return who has how many of the live tickets that are looked at: those who have any, or work in these queues."""
    counts = view.live.by_person()
    holding = [number for number in counts if number is not None]
    people = Agent.objects.filter(Q(pk__in=holding) | Q(pk__in=_members(view).values("agent"))).order_by(
        "name", "pk"
    )
    shown = list(people.select_related("absence")[: MOST + 1])
    return LoadPanel(
        nobody=_load(view, None, counts),
        people=[_load(view, agent, counts) for agent in shown[:MOST]],
        more=people.count() - MOST if len(shown) > MOST else 0,
        holders=len(holding),
    )


def _members(view: BoardView) -> QuerySet[Membership]:
    """Return who works in the queues that are looked at and have tickets of this environment, or are a store's own."""
    queues = Queue.objects.visible_to(view.agent).in_use()
    if view.queue_id is not None:
        queues = queues.filter(pk=view.queue_id)
    return Membership.objects.present().filter(queue__in=reached(queues, view.environment))


def _load(view: BoardView, agent: Agent | None, counts: Mapping[int | None, PersonSums]) -> Load:
    live, waiting, late = counts.get(agent.pk if agent else None, PersonSums())
    whose = str(agent.pk) if agent else NOBODY
    return Load(
        agent=agent,
        live=LinkedCount(live, view.query(assignee=whose, status="live")),
        waiting=LinkedCount(waiting, view.query(assignee=whose, place="waiting")),
        late=LinkedCount(late, view.query(assignee=whose, place="late")),
    )
