"""Making one queue of two: what fed the one feeds the other, its people work there, and its live tickets move.

What has ended stays where it was, so that its history reads as it happened; the emptied queue is retired.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Func, Value
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import isolated
from helpdesk.jobs import job_request
from helpdesk.jobs.job_kind import JobKind, JobStep, NextStep, UndoneThing
from helpdesk.models import (
    Agent,
    CannedReply,
    Invitation,
    Job,
    Mailbox,
    Membership,
    Queue,
    Role,
    SavedView,
    Store,
    TeamNote,
    Ticket,
)
from helpdesk.queues import queue_retirement
from helpdesk.refusal import Refused
from helpdesk.tickets.ticket_attributes import change_queue

KIND: Final = "queue_merge"
TOGETHER: Final = 50
COUNTED: Final = 10_000
"""How far live tickets are counted beforehand."""


class QueueMergedNowhere(Refused):
    """A queue, merged into itself or into one that is retired."""

    code = "queue-merge-nowhere"
    sentence = _("%(queue)s cannot be merged into %(into)s.")


@dataclass(frozen=True, slots=True)
class QueueMerge:
    """What is to be done: which stores and mailboxes will lead elsewhere, who joins, how many tickets move."""

    source: Queue
    into: Queue

    @property
    def stores(self) -> list[Store]:
        return list(Store.objects.filter(default_queue=self.source).order_by("name"))

    @property
    def mailboxes(self) -> list[Mailbox]:
        return list(Mailbox.objects.filter(queue=self.source).order_by("address"))

    @property
    def joining(self) -> list[Membership]:
        """Return the places of those who have none in the other queue yet."""
        there = Membership.objects.filter(queue=self.into).values("agent")
        places = Membership.objects.filter(queue=self.source).exclude(agent__in=there)
        return list(places.select_related("agent").order_by("agent__name"))

    @property
    def tickets(self) -> int:
        """Return how many live tickets move, as far as `COUNTED`."""
        return Ticket.objects.live().filter(queue=self.source)[:COUNTED].count()


def merge(plan: QueueMerge, *, by: Agent, now: datetime) -> Job:
    """Lead everything to the other queue at once, and ask for a job that moves the tickets.

    Raises `QueueMergedNowhere`, and `QueueNamed` where rules name the queue.
    """
    require_transaction()
    both = {plan.source.pk, plan.into.pk}
    locked = list(Queue.objects.in_use().filter(pk__in=both).order_by("pk").select_for_update())
    if len(locked) < 2:
        raise QueueMergedNowhere(queue=plan.source, into=plan.into)
    queue_retirement.refuse_named(plan.source, now=now)
    _lead_elsewhere(plan)
    for path in settings.QUEUE_SUCCESSIONS:
        import_string(path)(plan.source, into=plan.into)
    _seat(plan)
    return job_request.ask(KIND, now=now, by=by, arguments={"queue": plan.source.pk, "into": plan.into.pk})


def _lead_elsewhere(plan: QueueMerge) -> None:
    Store.objects.filter(default_queue=plan.source).update(default_queue=plan.into)
    Mailbox.objects.filter(queue=plan.source).update(queue=plan.into)
    Invitation.objects.unanswered().filter(queue=plan.source).update(queue=plan.into)
    for store in Store.objects.filter(other_queues=plan.source):
        store.other_queues.remove(plan.source)
        store.other_queues.add(plan.into)
    for shared in (CannedReply.objects, TeamNote.objects, SavedView.objects):
        shared.filter(queue=plan.source).update(queue=plan.into)
    _let_canned_replies_move_there(plan)


def _let_canned_replies_move_there(plan: QueueMerge) -> None:
    """Let what moves its ticket to the one queue once it is sent move it to the other."""
    was, by_now = (f"queue:{queue.pk}" for queue in (plan.source, plan.into))
    moving = CannedReply.objects.filter(actions__contains=[was])
    moving.update(actions=Func("actions", Value(was), Value(by_now), function="array_replace"))


def _seat(plan: QueueMerge) -> None:
    """Give everybody a place in the other queue: an overseer of the one oversees both, nobody becomes less."""
    Membership.objects.bulk_create(
        Membership(agent_id=place.agent_id, queue=plan.into, role=place.role) for place in plan.joining
    )
    overseers = Membership.objects.filter(queue=plan.source).overseeing().values("agent")
    Membership.objects.filter(queue=plan.into, agent__in=overseers).update(role=Role.OVERSEER)


def _step(job: Job, /, *, now: datetime, limit: int) -> JobStep:
    """Move the next tickets; when none is left, retire the queue that they came from."""
    plan = _plan_of(job)
    if plan is None:
        return JobStep(NextStep.NEVER, job.state)
    live = Ticket.objects.live().filter(queue=plan.source)
    next_ones = list(live.order_by("pk")[: min(limit, TOGETHER)])
    for ticket in next_ones:
        change_queue(ticket=ticket, queue=plan.into, by=None, now=now)
    if next_ones:
        total = live.count() + job.done + len(next_ones) if job.total is None else None
        return JobStep(NextStep.FOLLOWS, job.state, done=len(next_ones), total=total)
    return JobStep(NextStep.NEVER, job.state, total=job.done, errors=_retired(plan, now=now))


def _plan_of(job: Job) -> QueueMerge | None:
    """Return what the job is about; None where one of the two is there no more."""
    found = Queue.objects.in_bulk([job.arguments["queue"], job.arguments["into"]])
    source, into = (found.get(job.arguments[name]) for name in ("queue", "into"))
    return QueueMerge(source, into) if source and into else None


def _retired(plan: QueueMerge, *, now: datetime) -> list[UndoneThing]:
    """Retire the emptied queue; return why not, where somebody uses it again by now."""
    try:
        queue_retirement.retire(plan.source, now=now)
    except Refused as refused:
        return [UndoneThing(plan.source.name, str(refused))]
    return []


def _title(job: Job) -> str:
    if plan := _plan_of(job):
        both = {"queue": isolated(plan.source.name), "into": isolated(plan.into.name)}
        return str(_("%(queue)s is merged into %(into)s") % both)
    return str(_("A queue is merged into another"))


def _counted(number: int) -> str:
    return ngettext("%(number)s ticket", "%(number)s tickets", number)


QUEUE_MERGE = JobKind(_step, title=_title, counted=_counted)
