"""The list of causes, and naming the cause of broken promises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import one_line
from helpdesk.models import Agent
from helpdesk.models.alike_names import namesake
from helpdesk.refusal import Refused
from monitor.excusals import broken_promises, excusal_trace
from monitor.excusals.breach_labels import PromiseKey
from monitor.models import BreachCause, Clock, ListedCause


class CauseKnown(Refused):
    """There is a cause of this name on the list."""

    code = "cause-known"
    sentence = _("There is a cause of this name already.")
    place = "/name"


class WhichCause(Refused):
    """Neither a cause was chosen nor one said, or both."""

    code = "which-cause"
    sentence = _("Choose a cause, or say it in your own words; not both.")
    place = "/cause"


class CauseRetired(Refused):
    """The cause was taken off the list."""

    code = "cause-retired"
    sentence = _("This cause is no longer on the list.")
    place = "/cause"


def add(name: str, *, by: Agent, now: datetime) -> ListedCause:
    """Put a cause on the list; one of that name that was taken off is on it again.

    Refuses a name that is on it, however it is spelled.
    """
    require_transaction()
    said = one_line(name)
    known = namesake(ListedCause.objects.order_by("pk").select_for_update(), said)
    if known and known.retired_at is None:
        raise CauseKnown
    if known:
        return restore(known, by=by)
    made = ListedCause.objects.create(name=said, created_at=now, created_by=by)
    excusal_trace.note_kept(made, "added", by=by)
    return made


def retire(cause: ListedCause, *, by: Agent, now: datetime) -> bool:
    """Take a cause off the list; it stays on promises that have it. Return whether it was on it."""
    if cause.retired_at is not None:
        return False
    cause.retired_at = now
    cause.save(update_fields=["retired_at"])
    excusal_trace.note_kept(cause, "retired", by=by)
    return True


def restore(cause: ListedCause, *, by: Agent) -> ListedCause:
    """Put a cause on the list again."""
    if cause.retired_at is not None:
        cause.retired_at = None
        cause.save(update_fields=["retired_at"])
        excusal_trace.note_kept(cause, "restored", by=by)
    return cause


def name_cause(
    clocks: Sequence[Clock], *, cause: ListedCause | None, words: str, by: Agent, now: datetime
) -> int:
    """Say why these promises broke, by the list or in own words, in the place of what was said before.

    Return how many there are. Refuses neither or both, and a cause that is off the list.
    """
    require_transaction()
    said = one_line(words)
    if (cause is None) == (not said):
        raise WhichCause
    if cause and cause.retired_at is not None:
        raise CauseRetired
    named = [_named(clock, cause, said, by=by, now=now) for clock in clocks]
    BreachCause.objects.bulk_create(
        named,
        update_conflicts=True,
        unique_fields=["ticket", "metric", "start_seq"],
        update_fields=["cause", "words", "named_at", "named_by"],
    )
    _tell(named, "named", by=by)
    return len(named)


def _named(clock: Clock, cause: ListedCause | None, words: str, *, by: Agent, now: datetime) -> BreachCause:
    return BreachCause(
        ticket_id=clock.ticket_id,
        metric=clock.metric,
        start_seq=clock.start_seq,
        cause=cause,
        words=words,
        named_at=now,
        named_by=by,
    )


def forget_cause(keys: Iterable[PromiseKey], *, by: Agent) -> int:
    """Say no cause of these promises any more; return of how many one was said."""
    require_transaction()
    wanted = set(keys)
    found = BreachCause.objects.filter(ticket__in={ticket for ticket, _metric, _seq in wanted})
    gone = [one for one in found.order_by("pk").select_for_update(of=("self",)) if one.identity in wanted]
    BreachCause.objects.filter(pk__in=[one.pk for one in gone]).delete()
    _tell(gone, "forgotten", by=by)
    return len(gone)


def _tell(said: Sequence[BreachCause], done: str, *, by: Agent) -> None:
    for one in said:
        excusal_trace.note_said("breachcause", done, one, by=by)
    broken_promises.mark(one.ticket_id for one in said)
