"""Excusing broken promises, and taking that back. The caller has chosen whom the agent may excuse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import is_visible
from helpdesk.models import Agent
from helpdesk.refusal import Refused
from monitor.excusals import broken_promises, excusal_trace
from monitor.excusals.breach_labels import PromiseKey
from monitor.excusals.broken_promises import key_of
from monitor.models import Clock, Excusal


class NoReason(Refused):
    """Something was to be excused, or frozen, without saying why."""

    code = "no-reason"
    sentence = _("Say why.")
    place = "/reason"


def excuse(clocks: Sequence[Clock], *, reason: str, by: Agent, now: datetime) -> int:
    """Excuse these broken promises but those that are excused already; return how many. Refuses none without reason.

    Whoever is twice at once is heard once: one excusal of a promise stands at a time.
    """
    require_transaction()
    if not is_visible(reason):
        raise NoReason
    new = [
        Excusal(
            ticket_id=clock.ticket_id,
            metric=clock.metric,
            start_seq=clock.start_seq,
            reason=reason,
            excused_at=now,
            excused_by=by,
        )
        for clock in clocks
    ]
    before = _standing(map(key_of, clocks))
    made = [one for one in new if one.identity not in before]
    Excusal.objects.bulk_create(made)
    _tell(made, "excused", by=by)
    return len(made)


def take_back(keys: Iterable[PromiseKey], *, by: Agent, now: datetime) -> int:
    """Take back what excuses these promises; return of how many. They count as they did before."""
    require_transaction()
    standing = list(_standing(keys).values())
    for one in standing:
        one.taken_back_at, one.taken_back_by = now, by
    Excusal.objects.bulk_update(standing, ["taken_back_at", "taken_back_by"])
    _tell(standing, "taken_back", by=by)
    return len(standing)


def _standing(keys: Iterable[PromiseKey]) -> dict[PromiseKey, Excusal]:
    wanted = set(keys)
    tickets = {ticket for ticket, _metric, _seq in wanted}
    found = (
        Excusal.objects.standing().filter(ticket__in=tickets).order_by("pk").select_for_update(of=("self",))
    )
    return {one.identity: one for one in found if one.identity in wanted}


def _tell(said: Sequence[Excusal], done: str, *, by: Agent) -> None:
    for one in said:
        excusal_trace.note_said("excusal", done, one, by=by)
    broken_promises.mark(one.ticket_id for one in said)
