"""Setting objectives: which share of promises is to be kept in a calendar month. Only ever added, never edited."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from helpdesk.access import security_log
from helpdesk.models import Agent, Queue, SecurityEventKind
from monitor.models import ClosedMonth, Objective
from monitor.reports.objectives.calendar_month import months_after
from monitor.reports.objectives.month_closing import EARLIEST
from monitor.reports.rollup import folding


class BadObjective(ValueError):
    """What cannot be promised; the message says why."""


class MonthIsOver(BadObjective):
    """The month has been promised something already, and is over, or lies too far back."""


class NothingPromised(BadObjective):
    """What is to end has not begun."""


def promise(
    *, metric: str, queue: Queue | None, per_mille: int | None, from_month: date, running: date, by: Agent
) -> Objective | None:
    """Promise a share of a metric in a queue, None for every queue, from a month on; None for no share any more.

    Returns None where it is promised so already. The first may begin in the past, where nothing was promised until
    now; any other in the running month at the earliest; of two at once the second finds what the first promised.
    Raises `MonthIsOver`, `NothingPromised`.
    """
    folding.await_turn()
    said = Objective.objects.filter(metric=metric, queue=queue)
    counting = said.filter(from_month__lte=from_month).by_place().first()
    if counting is None and per_mille is None:
        raise NothingPromised(_("Nothing is promised of it, so there is nothing to end."))
    if _is_over(metric, queue, from_month, running=running):
        raise MonthIsOver(_("What was promised of months that are over stays as it was."))
    later = said.filter(from_month__gt=counting.from_month) if counting else said.none()
    if counting and counting.per_mille == per_mille and not later.exists():
        return None
    made = said.create(metric=metric, queue=queue, per_mille=per_mille, from_month=from_month, created_by=by)
    security_log.record(SecurityEventKind.VERSION_PUBLISHED, actor=by, what="objective", number=made.pk)
    return made


def _is_over(metric: str, queue: Queue | None, from_month: date, *, running: date) -> bool:
    if from_month >= running:
        return False
    said = Objective.objects.filter(metric=metric, queue=queue).exists()
    closed = ClosedMonth.objects.filter(metric=metric, queue=queue, month__gte=from_month).exists()
    return said or closed or from_month < months_after(running, -EARLIEST)
