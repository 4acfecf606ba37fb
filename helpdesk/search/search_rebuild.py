"""Writing anew by what all tickets are found, as a job: after an upgrade, and whenever words are cut otherwise."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext, gettext_lazy, ngettext

from helpdesk.jobs.job_kind import JobKind, JobOffer, JobStep, NextStep
from helpdesk.models import Job, Ticket
from helpdesk.search import search_rows

TOGETHER: Final = 100
"""Tickets of one step, which takes about a second where conversations are long."""


def _step(job: Job, /, *, now: datetime, limit: int) -> JobStep:
    """Write the rows of the next tickets, the newest first; one that is being erased comes with its change."""
    left = Ticket.objects.order_by("-pk")
    if (reached := job.state.get("reached")) is not None:
        left = left.filter(pk__lt=reached)
    found = list(left.values_list("pk", flat=True)[: min(limit, TOGETHER)])
    if not found:
        return JobStep(NextStep.NEVER, job.state, total=job.done)
    total = left.count() if job.total is None else None
    search_rows.write(sorted(found))
    state: dict[str, Any] = {"reached": found[-1]}
    return JobStep(NextStep.FOLLOWS, state, done=len(found), total=total)


def _title(_job: Job) -> str:
    return gettext("Making all tickets findable")


def _counted(number: int) -> str:
    return ngettext("%(number)s ticket", "%(number)s tickets", number)


SEARCH_REBUILD: Final = JobKind(
    _step,
    title=_title,
    counted=_counted,
    offers={"all": JobOffer(gettext_lazy("Make all tickets findable anew"), {})},
)
