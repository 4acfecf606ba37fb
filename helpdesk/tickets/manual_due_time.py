"""Due times that a supervisor sets by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, EventKind, Ticket, TicketEvent
from helpdesk.refusal import Refused, UnknownValue
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.membership import require_overseer
from helpdesk.tickets.message import Utterance, write_note
from helpdesk.tickets.ticket_change import TicketChange, changing
from helpdesk.tickets.told_time import EARLIEST

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FARTHEST = timedelta(days=3650)


class BadDueTime(Refused):
    """Without a zone, before the ticket came in, or more than ten years ahead."""

    code = "bad-due-time"
    place = "/due_at"
    sentence = _("A due time needs a zone, and lies between the ticket's beginning and ten years from now.")


class ReasonMissing(Refused):
    """A due time set by hand needs a reason."""

    code = "reason-missing"
    place = "/reason"
    sentence = _("Say why this ticket is due at another time.")


def set_due_time(
    *, ticket: Ticket, metric: str, due_at: datetime, reason: str, by: Agent, now: datetime
) -> bool:
    """Promise this ticket's metric by `due_at`, whatever the policy says, until it is cleared.

    The reason becomes an internal note. Raises `NotAnOverseer`, `BadDueTime`, `ReasonMissing` and
    `UnknownValue`.
    """
    _check_metric(metric)
    if not reason.strip():
        raise ReasonMissing
    with changing(ticket, now=now, by=by) as change:
        _check_may_promise(change, by)
        _check_due_time(ticket, due_at, now=now)
        if _set_by_hand(ticket, metric) == due_at:
            return False
        note = write_note(change, Utterance(body=reason))
        change.record(EventKind.DUE_TIME_SET, message=note, metric=metric, due_at=due_at.isoformat())
        return True


def clear_due_time(*, ticket: Ticket, metric: str, by: Agent, now: datetime) -> bool:
    """Let the policy decide again; false where no due time was set by hand."""
    _check_metric(metric)
    with changing(ticket, now=now, by=by) as change:
        _check_may_promise(change, by)
        if _set_by_hand(ticket, metric) is None:
            return False
        change.record(EventKind.DUE_TIME_CLEARED, metric=metric)
        return True


def promised_metrics() -> Mapping[str, _StrPromise]:
    """Return the metrics that can be promised, with what they are called; none where nobody watches."""
    path = settings.PROMISED_METRICS
    metrics: Mapping[str, _StrPromise] = import_string(path) if path else {}
    return metrics


def _check_metric(metric: str) -> None:
    if metric not in promised_metrics():
        raise UnknownValue(pointer="/metric", value=metric)


def _check_may_promise(change: TicketChange, by: Agent) -> None:
    require_overseer(by, queue_id=change.ticket.queue_id)
    refuse_ended(change.ticket)


def _check_due_time(ticket: Ticket, due_at: datetime, *, now: datetime) -> None:
    if due_at.tzinfo is None or not max(EARLIEST, ticket.occurred_at) <= due_at <= now + FARTHEST:
        raise BadDueTime


def _set_by_hand(ticket: Ticket, metric: str) -> datetime | None:
    latest = TicketEvent.objects.filter(
        ticket=ticket,
        kind__in=[EventKind.DUE_TIME_SET, EventKind.DUE_TIME_CLEARED],
        payload__metric=metric,
    ).order_by("-seq")
    due_at = latest[0].payload.get("due_at") if latest else None
    return datetime.fromisoformat(due_at) if due_at else None
