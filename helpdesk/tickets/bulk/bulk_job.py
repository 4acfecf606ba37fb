"""An act on many tickets as a job: a hundred in the transaction that asks for it, more of them step by step.

A step locks its tickets by ascending id and is one transaction: a worker that dies loses that step, and nothing is
done twice. What cannot be done to a ticket is written down with its reason, and the others go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy, ngettext

from helpdesk.jobs import job_request, job_turn
from helpdesk.jobs.job_kind import JobKind, JobStep, NextStep, UndoneThing
from helpdesk.models import Agent, Job, Priority, Status, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.bulk.bulk_acts import BulkOrder, do

KIND: Final = "bulk"
TOGETHER: Final = 100
"""So many tickets are done in one transaction."""
MOST: Final = 10_000
"""So many tickets one act may be for."""


def ask(
    *, act: str, value: str, tickets: Sequence[int], by: Agent, now: datetime, confirmed: bool = False
) -> Job:
    """Have something done to these tickets; it is done at once where they are few."""
    return _ask({"act": act, "value": value, "confirmed": confirmed}, tickets, by=by, now=now)


def ask_undo(job: Job, *, by: Agent, now: datetime) -> Job:
    """Have an act taken back on every ticket on which it was done and is still the last that happened."""
    seqs = dict(job.state.get("done", []))
    told = {"act": "undo", "of": job.pk, "seqs": {str(ticket): seq for ticket, seq in seqs.items()}}
    return _ask(told, list(seqs), by=by, now=now)


def _ask(told: dict[str, Any], tickets: Sequence[int], *, by: Agent, now: datetime) -> Job:
    arguments = {**told, "tickets": sorted(set(tickets))[:MOST]}
    job = job_request.ask(KIND, now=now, by=by, arguments=arguments)
    if len(arguments["tickets"]) <= TOGETHER:
        job_turn.take_at_once(job, now=now, limit=TOGETHER)
    return job


def _step(job: Job, /, *, now: datetime, limit: int) -> JobStep:
    tickets, at = job.arguments["tickets"], job.state.get("at", 0)
    here = tickets[at : at + min(limit, TOGETHER)]
    done, skipped = _do_all(_order(job, now), here)
    reached = at + len(here)
    return JobStep(
        NextStep.NEVER if reached >= len(tickets) else NextStep.FOLLOWS,
        {"at": reached, "done": [*job.state.get("done", []), *done]},
        done=len(here),
        total=len(tickets),
        errors=skipped,
    )


def _order(job: Job, now: datetime) -> BulkOrder:
    said = job.arguments
    by = Agent.objects.get(pk=job.asked_by_id or 0)
    confirmed, seqs = said.get("confirmed", False), said.get("seqs", {})
    return BulkOrder(said["act"], said.get("value", ""), by, now, confirmed, seqs)


def _do_all(order: BulkOrder, ids: Sequence[int]) -> tuple[list[tuple[int, int]], list[UndoneThing]]:
    """Do it to each; return the first event of each on which it was done, and why not to the others."""
    done: list[tuple[int, int]] = []
    skipped: list[UndoneThing] = []
    visible = Ticket.objects.visible_to(order.by).filter(pk__in=ids).order_by("pk")
    with translation.override(order.by.locale):
        for ticket in list(visible.select_for_update(no_key=True, of=("self",))):
            try:
                with transaction.atomic():
                    done.append((ticket.pk, do(ticket, order)))
            except Refused as refused:
                skipped.append(UndoneThing(ticket.reference, str(refused)))
    return done, skipped


TITLES: Final = {
    "assign": gettext_lazy("Assigning tickets"),
    "release": gettext_lazy("Giving tickets back to the queue"),
    "queue": gettext_lazy("Moving tickets to another queue"),
    "status": gettext_lazy("Changing the status of tickets"),
    "priority": gettext_lazy("Changing the priority of tickets"),
    "tags_added": gettext_lazy("Adding tags to tickets"),
    "tags_removed": gettext_lazy("Removing tags from tickets"),
    "snooze": gettext_lazy("Snoozing tickets"),
    "undo": gettext_lazy("Undoing what was done to tickets"),
}


def title(job: Job) -> str:
    """Say what is being done, and in which sense where one word tells it."""
    act, value = job.arguments["act"], job.arguments.get("value", "")
    labels = {"status": dict(Status.choices), "priority": dict(Priority.choices)}.get(act, {})
    words = str(TITLES[act])
    if value not in labels:
        return words
    return gettext("%(what)s: %(value)s") % {"what": words, "value": labels[value]}


def counted(number: int) -> str:
    return ngettext("%(number)s ticket", "%(number)s tickets", number)


BULK = JobKind(_step, title=title, counted=counted)
