"""A recount as a job: asked for by a new version of a policy or calendar, or by an admin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy, ngettext

from helpdesk.database.statement import run
from helpdesk.jobs import job_request
from helpdesk.jobs.job_kind import JobKind, JobOffer, JobStep, NextStep, UndoneThing
from helpdesk.models import Agent, Job, Ticket
from helpdesk.models.job import JobQuerySet
from monitor.relay import recount
from monitor.relay.recount import UnrecountedTicket
from monitor.relay.zone_data import zone_data

KIND = "recount"
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_STILL_TO_COME = Q(arguments__has_key="not_before", stepped_at=None)
"""Recounts that nobody has looked at, since their time has not come."""


def ask(*, now: datetime, by: Agent | None = None, everything: bool = False) -> Job:
    """Have all live tickets recounted by the workers, or everything: ended tickets too.

    One that nobody has looked at yet will do for both: it is kept from being looked at until we have committed.
    """
    return _ask({"everything": everything}, now=now, by=by)


def ask_again(*, at: datetime, now: datetime, by: Agent | None = None) -> Job:
    """Have all live tickets recounted once more when a version takes effect that is still to come."""
    return _ask({"everything": False, "not_before": at.isoformat()}, now=now, by=by, not_before=at)


def _ask(
    arguments: dict[str, Any], *, now: datetime, by: Agent | None, not_before: datetime | None = None
) -> Job:
    waiting = Job.objects.of_kind(KIND).unfinished().filter(state={}, arguments=arguments)
    unseen = waiting.select_for_update(skip_locked=True).first()
    return unseen or job_request.ask(KIND, now=now, by=by, arguments=arguments, not_before=not_before)


def _step(job: Job, /, *, now: datetime, limit: int) -> JobStep:
    """Recount the next tickets, or wait: for a newer recount to begin, or for writers that know old versions.

    What was asked for before a newer recount is over with it, since that one begins later and knows what both
    were for. A ticket that was being opened when it was asked for may know only the old versions, and cannot be
    seen yet: such writers are waited for.
    """
    begun = _newer(job).filter(started_at__gte=_not_before(job) or _EVER).first()
    if begun is not None:
        return JobStep(NextStep.NEVER, job.state, result={"over_with": begun.pk})
    barrier, is_known_to_all = _look(job)
    if not is_known_to_all or _newer(job).unfinished().exists():
        return JobStep(NextStep.WAITS, {**job.state, "barrier": barrier})
    state = {"since": _since(job).isoformat(), "reached": 0, **job.state, "barrier": barrier}
    return _recount_next(job, state, now=now, limit=limit)


def _recount_next(job: Job, state: dict[str, Any], *, now: datetime, limit: int) -> JobStep:
    left = _tickets(job, since=datetime.fromisoformat(state["since"])).filter(pk__gt=state["reached"])
    ids = list(left[: min(limit, recount.TOGETHER)])
    if not ids:
        return JobStep(NextStep.NEVER, state, total=job.done, result={"zone_data": zone_data()})
    total = job.done + left.count() if job.total is None else None
    undone = _named(recount.repair(ids, now=now))
    return JobStep(NextStep.FOLLOWS, {**state, "reached": ids[-1]}, done=len(ids), total=total, errors=undone)


def _newer(job: Job) -> JobQuerySet:
    """Return the recounts that were asked for later and have all of this one's tickets among theirs."""
    newer = Job.objects.of_kind(KIND).filter(pk__gt=job.pk).exclude(_STILL_TO_COME)
    return newer.filter(arguments__everything=True) if job.arguments["everything"] else newer


def _since(job: Job) -> datetime:
    """Return when the first was asked for of those recounts that are over with this one, or this one itself.

    A ticket that was opened and ended while a version was being published may know only the one before it.
    """
    among = Job.objects.of_kind(KIND).unfinished().filter(pk__lte=job.pk).exclude(_STILL_TO_COME)
    return min(_not_before(one) or one.asked_at for one in (job, *among))


def _not_before(job: Job) -> datetime | None:
    """Return when the version takes effect that the recount is for, if it was still to come."""
    said: str | None = job.arguments.get("not_before")
    return datetime.fromisoformat(said) if said else None


def _tickets(job: Job, *, since: datetime) -> QuerySet[Ticket, int]:
    return recount.every_ticket() if job.arguments["everything"] else recount.live_tickets(since=since)


def _named(undone: Sequence[UnrecountedTicket]) -> list[UndoneThing]:
    """Call tickets by their references, as people do."""
    tickets = Ticket.objects.filter(pk__in=[one.ticket_id for one in undone])
    references = dict(tickets.values_list("pk", "reference"))
    return [UndoneThing(references[one.ticket_id], one.why) for one in undone]


def _look(job: Job) -> tuple[int, bool]:
    """Return the barrier, and whether everybody is done who was writing, in this database, when it was set."""
    [(barrier, is_known)] = run(_LOOK, (job.state.get("barrier"),))
    return barrier, is_known


# The barrier is our own number at the first look: who took a smaller one may have begun before the version could be
# seen. The snapshot would not do: it knows nobody who is younger than the last that has ended.
_LOOK = """
    SELECT barrier, NOT EXISTS (
        SELECT FROM pg_locks writer
          JOIN pg_locks place ON place.virtualtransaction = writer.virtualtransaction
           AND place.database = (SELECT oid FROM pg_database WHERE datname = current_database())
         WHERE writer.locktype = 'transactionid' AND writer.mode = 'ExclusiveLock' AND writer.granted
           AND age(writer.transactionid) > age(barrier::text::xid))
      FROM coalesce(%s::bigint, pg_current_xact_id()::text::bigint %% (1::bigint << 32)) AS barrier
"""


def _title(job: Job) -> str:
    if job.arguments["everything"]:
        return gettext("Recount of all tickets")
    at = _not_before(job)
    if at is None:
        return gettext("Recount of live tickets")
    when: str = date_format(localtime(at), "DATETIME_FORMAT")
    return gettext("Recount of live tickets at %(at)s") % {"at": when}


def _counted(number: int) -> str:
    return ngettext("%(number)s ticket", "%(number)s tickets", number)


def _outcome(job: Job) -> str:
    over_with: int | None = job.result.get("over_with")
    if over_with is not None:
        return gettext("Over with the newer recount #%d.") % over_with
    zones: str | None = job.result.get("zone_data")
    return gettext("Counted with the zone data %s.") % zones if zones else ""


RECOUNT = JobKind(
    _step,
    title=_title,
    counted=_counted,
    outcome=_outcome,
    offers={
        "live": JobOffer(gettext_lazy("Recount live tickets"), {"everything": False}),
        "everything": JobOffer(gettext_lazy("Recount all tickets"), {"everything": True}),
    },
)
