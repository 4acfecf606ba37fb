"""Making all cells anew, as a job: by other rules, by days of another zone, or because somebody asks for it.

A new edition grows beside the one that is shown, and what changes meanwhile is folded into both. Once every ticket is
in it, it is shown, and the older ones are deleted piece by piece. A ticket that cannot be folded is left out, and tried
once more then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy, ngettext

from helpdesk.database.statement import run
from helpdesk.jobs import job_request
from helpdesk.jobs.job_kind import JobKind, JobOffer, JobStep, NextStep, UndoneThing
from helpdesk.models import Agent, Job, Ticket
from monitor.models import RollupEdition
from monitor.reports.rollup import folding, uncounted_tickets
from monitor.reports.rollup.cell_counts import RULES
from monitor.reports.rollup.uncounted_tickets import FailedTicket

KIND: Final = "rollup_rebuild"
MARKS_AT_A_TIME: Final = 2000
"""So many marks whoever folds takes in one transaction: many share the cells that are written."""
TOGETHER: Final = 200
DELETED_TOGETHER: Final = 10_000
ASKED_AGAIN_AFTER: Final = timedelta(minutes=10)
"""A rebuild that failed or was called off is not asked for by itself again before that; one by other rules is none."""


def ask(*, now: datetime, by: Agent | None = None) -> Job:
    """Have all figures made anew by the workers."""
    return job_request.ask(KIND, now=now, by=by, arguments={"rules": RULES})


def catch_up(*, now: datetime, limit: int = MARKS_AT_A_TIME) -> int:
    """Fold the tickets of up to so many marks; return how many marks there were. Another's turn is left to them.

    Where there are no figures yet, or only such of other rules or another zone's days, they are asked for. Marks wait
    for those of other rules, which are neither read nor written any more.
    """
    if not folding.take_turn():
        return 0
    shown = RollupEdition.objects.shown(rules=RULES)
    growing = [one for one in _growing() if shown is None or one.pk > shown.pk]
    if shown is None and not growing and not Ticket.objects.exists():
        shown = _begin(now=now, complete=True)
    elif shown is None or shown.zone != settings.REPORTS_ZONE:
        _ask_once(now=now)
    editions = [*([] if shown is None else [shown]), *growing]
    return folding.take_marked(editions, limit=limit, now=now) if editions else 0


def _growing() -> QuerySet[RollupEdition]:
    """Return the editions that jobs are still at, by the rules of now."""
    states = Job.objects.of_kind(KIND).unfinished().values_list("state", flat=True)
    return RollupEdition.objects.filter(
        rules=RULES, pk__in=[state["edition"] for state in states if "edition" in state]
    )


def _ask_once(*, now: datetime) -> None:
    rebuilds = Job.objects.of_kind(KIND)
    if (
        not rebuilds.unfinished().exists()
        and not rebuilds.filter(asked_at__gt=now - ASKED_AGAIN_AFTER, arguments__rules=RULES).exists()
    ):
        ask(now=now)


def _begin(*, now: datetime, complete: bool = False) -> RollupEdition:
    return RollupEdition.objects.create(
        zone=settings.REPORTS_ZONE, rules=RULES, begun_at=now, complete_at=now if complete else None
    )


def _step(job: Job, /, *, now: datetime, limit: int) -> JobStep:
    """Begin an edition, fold the next tickets into it, or delete some of what it has replaced."""
    folding.await_turn()
    if "edition" not in job.state:
        state: dict[str, Any] = {"edition": _begin(now=now).pk, "reached": 0}
        return JobStep(NextStep.FOLLOWS, state, total=Ticket.objects.count())
    edition = RollupEdition.objects.filter(pk=job.state["edition"]).first()
    if (
        edition is None
        or edition.rules != RULES
        or RollupEdition.objects.complete().filter(pk__gt=edition.pk).exists()
    ):
        return JobStep(NextStep.NEVER, job.state)  # a newer rebuild was ready first, or is to be asked for
    if edition.complete_at is None:
        return _fold_next(job, edition, now=now, limit=limit)
    return JobStep(NextStep.FOLLOWS if _delete_older(edition) else NextStep.NEVER, job.state)


def _fold_next(job: Job, edition: RollupEdition, *, now: datetime, limit: int) -> JobStep:
    left = Ticket.objects.filter(pk__gt=job.state["reached"]).order_by("pk").values_list("pk", flat=True)
    found = list(left[: min(limit, TOGETHER)])
    if not found:
        edition.complete_at = now
        edition.save(update_fields=["complete_at"])
        uncounted_tickets.mark_all()
        return JobStep(NextStep.FOLLOWS, job.state, total=job.done)
    came = folding.fold_all_that_can_be(found, editions=[edition], now=now)
    done = len(found) - len(came.left)
    state = {**job.state, "reached": found[done - 1]}
    return JobStep(NextStep.FOLLOWS, state, done=done, errors=_named(came.failed))


def _named(failed: Sequence[FailedTicket]) -> list[UndoneThing]:
    """Call tickets by their references, as people do."""
    tickets = Ticket.objects.filter(pk__in=[one.ticket_id for one in failed])
    references = dict(tickets.values_list("pk", "reference"))
    return [UndoneThing(references[one.ticket_id], one.kind) for one in failed if one.ticket_id in references]


def _delete_older(edition: RollupEdition) -> bool:
    """Delete some of what older editions hold; return whether anything was left of them."""
    older = RollupEdition.objects.filter(pk__lt=edition.pk).first()
    if older is None:
        return False
    deleted = [run(sql, (older.pk, DELETED_TOGETHER)) for sql in _DELETES]
    if not any(deleted):
        older.delete()
    return True


def _deletes(name: LiteralString) -> LiteralString:
    some: LiteralString = f"SELECT id FROM {name} WHERE edition_id = %s LIMIT %s"  # noqa: S608  # the names are ours
    return f"DELETE FROM {name} WHERE id IN ({some}) RETURNING id"  # noqa: S608  # as above


_DELETES: Final = [
    _deletes(name)
    for name in ("monitor_rollupcell", "monitor_rollupmix", "monitor_rolluplive", "monitor_rollupshare")
]


def _title(_job: Job) -> str:
    return gettext("Making all figures anew")


def _counted(number: int) -> str:
    return ngettext("%(number)s ticket", "%(number)s tickets", number)


ROLLUP_REBUILD: Final = JobKind(
    _step,
    title=_title,
    counted=_counted,
    offers={"all": JobOffer(gettext_lazy("Make all figures anew"), {"rules": RULES})},
)
