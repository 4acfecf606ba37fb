"""A trial as a job: open tickets first, then the past; whoever looks sees what is counted so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import Max, QuerySet
from django.utils.translation import gettext, ngettext

from helpdesk.jobs.job_kind import JobKind, JobStep, NextStep, UndoneThing
from helpdesk.models import Job, Ticket
from monitor.models import Trial, TrialPart
from monitor.promises.trial import told_tickets, trial_rows
from monitor.promises.trial.told_tickets import ToldTicket
from monitor.promises.trial.trial_books import books
from monitor.promises.trial.tried_clocks import Change, open_changes, past_changes
from monitor.promises.versions import BadVersion
from monitor.relay import book, recount

KIND: Final = "trial"
TOGETHER: Final = 200
"""So many tickets a step counts: a tenth of a second's work, and less than one on a machine that is busy, too."""


def _step(job: Job, /, *, now: datetime, limit: int) -> JobStep:
    """Begin, or count the next tickets; end where somebody has published another version meanwhile."""
    trial = Trial.objects.filter(job=job).first()
    if trial is None:
        return JobStep(NextStep.NEVER, job.state)
    if not job.state:
        return _begin(trial, now=now)
    if trial.stamp != list(book.newest_versions()):
        Trial.objects.filter(pk=trial.pk).update(overtaken_at=now)
        return JobStep(NextStep.NEVER, job.state)
    part = TrialPart(job.state["part"])
    return _count_next(job, trial, part, now=now, limit=min(limit, TOGETHER))


def _begin(trial: Trial, *, now: datetime) -> JobStep:
    trial.counted_at, trial.stamp = now, list(book.newest_versions())
    try:
        books(trial)
    except BadVersion as bad:
        trial.refused = str(bad)[:500]
    trial.save(update_fields=["counted_at", "stamp", "refused"])
    top: int = Ticket.objects.aggregate(top=Max("pk"))["top"] or 0
    state = {"part": TrialPart.OPEN.value, "reached": 0, "top": top}
    total = sum(_tickets(trial, part, state).count() for part in TrialPart)
    return JobStep(NextStep.NEVER if trial.refused else NextStep.FOLLOWS, state, total=total)


def _count_next(job: Job, trial: Trial, part: TrialPart, *, now: datetime, limit: int) -> JobStep:
    ids = list(_tickets(trial, part, job.state)[:limit])
    if not ids:
        return _end_part(job, trial, part, now=now)
    undone: list[UndoneThing] = []
    trial_rows.write(trial, part, _counted(told_tickets.read(ids), _COUNTS[part](trial), undone))
    return JobStep(NextStep.FOLLOWS, {**job.state, "reached": ids[-1]}, done=len(ids), errors=undone)


def _counted(
    tickets: Iterable[ToldTicket],
    changes_of: Callable[[ToldTicket], Iterable[Change]],
    undone: list[UndoneThing],
) -> list[tuple[ToldTicket, Change]]:
    """Return what becomes of the tickets; one that cannot be replayed stops no other."""
    counted: list[tuple[ToldTicket, Change]] = []
    for ticket in tickets:
        try:
            counted += [(ticket, change) for change in changes_of(ticket)]
        except Exception as fault:  # noqa: BLE001  # whatever it is, a recount would leave it out too
            undone.append(UndoneThing(str(ticket.id), f"{type(fault).__name__}: {fault}"))
    return counted


def _open(trial: Trial) -> Callable[[ToldTicket], Iterable[Change]]:
    tried, now = books(trial).open, trial.counted_at
    return lambda ticket: open_changes(ticket, tried, now=now)


def _past(trial: Trial) -> Callable[[ToldTicket], Iterable[Change]]:
    tried, since, now = books(trial).past, trial.since, trial.counted_at
    return lambda ticket: past_changes(ticket, tried, since=since, now=now)


def _end_part(job: Job, trial: Trial, part: TrialPart, *, now: datetime) -> JobStep:
    if part is TrialPart.OPEN:
        Trial.objects.filter(pk=trial.pk).update(open_at=now)
        return JobStep(NextStep.FOLLOWS, {**job.state, "part": TrialPart.PAST.value, "reached": 0})
    Trial.objects.filter(pk=trial.pk).update(complete_at=now)
    return JobStep(NextStep.NEVER, job.state, total=job.done)


def _tickets(trial: Trial, part: TrialPart, state: dict[str, Any]) -> QuerySet[Ticket, int]:
    """Return the tickets that are left of a part; a clock that started in the past changed its ticket in it."""
    left = recount.live_tickets() if part is TrialPart.OPEN else recount.every_ticket()
    left = left.filter(pk__gt=state["reached"], pk__lte=state["top"])
    return left if part is TrialPart.OPEN else left.filter(updated_at__gte=trial.since)


def _title(job: Job) -> str:
    return gettext("Dry run")


def _phrase(number: int) -> str:
    return ngettext("%(number)s ticket", "%(number)s tickets", number)


_COUNTS: Final = {TrialPart.OPEN: _open, TrialPart.PAST: _past}
TRIAL: Final = JobKind(_step, title=_title, counted=_phrase)
