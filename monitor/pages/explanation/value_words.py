"""What is stored of clocks, flags and places in the queue, in words: names of columns, and their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.input.visible_text import isolated
from helpdesk.models import Priority, Status
from helpdesk.models.ticket import Ticket
from helpdesk.templatetags.times import BELOW_A_DAY, in_all_units, on_the_clock
from monitor.models import OUTCOME_LABELS
from monitor.models.stretches import Stretches
from monitor.relay.clock_state import Label, VersionNames

Word = Promise | str

COLUMN_LABELS: Final[Mapping[str, Word]] = {
    "cycle": gettext_lazy("which of its metric"),
    "started_at": gettext_lazy("started"),
    "policy_version_id": gettext_lazy("policy"),
    "calendar_version_id": gettext_lazy("calendar"),
    "basis": gettext_lazy("counts in"),
    "target": gettext_lazy("target"),
    "due_at": gettext_lazy("due"),
    "paused_at": gettext_lazy("paused since"),
    "remaining": gettext_lazy("left while paused"),
    "risk_at": gettext_lazy("at risk"),
    "breach_at": gettext_lazy("broken"),
    "breach_kind": gettext_lazy("broken how"),
    "ended_at": gettext_lazy("ended"),
    "end_seq": gettext_lazy("ended by event"),
    "business": gettext_lazy("counted in business hours"),
    "wall": gettext_lazy("counted on the customer's clock"),
    "silent": gettext_lazy("never rings"),
    "outcome": gettext_lazy("outcome"),
    "any_at": gettext_lazy("first answered by anybody"),
    "any_business": gettext_lazy("business hours until anybody answered"),
    "substantive_at": gettext_lazy("first answered in substance"),
    "substantive_business": gettext_lazy("business hours until an answer of substance"),
    "substantive_outcome": gettext_lazy("how the wait for substance ended"),
    "rings_at": gettext_lazy("next alarm"),
    "superseded": gettext_lazy("taken away by a correction"),
    "store_id": gettext_lazy("store"),
    "queue_id": gettext_lazy("queue"),
    "assignee_id": gettext_lazy("whose it is"),
    "environment": gettext_lazy("environment"),
    "status": gettext_lazy("status"),
    "rank": gettext_lazy("rank of its priority"),
    "turn_at": gettext_lazy("its turn"),
    "waiting_due_at": gettext_lazy("answer due"),
    "late_at": gettext_lazy("late since"),
    "waiting_since": gettext_lazy("customer waits since"),
    "unacknowledged_since": gettext_lazy("nobody has said “I have this” since"),
    "opened_at": gettext_lazy("asked"),
    "risky": gettext_lazy("at risk between"),
    "nearly_due": gettext_lazy("nearly due between"),
}
"""What each column that is compared is called before people."""

BREACH_WORDS: Final[Mapping[str, Word]] = {
    "due": gettext_lazy("its time ran out"),
    "retarget": gettext_lazy("another target applied, and was used up already"),
    "backdated": gettext_lazy("before we heard of it"),
    "correction": gettext_lazy("a correction showed it"),
}
BASIS_WORDS: Final[Mapping[str, Word]] = {
    "business": gettext_lazy("business hours"),
    "wall": gettext_lazy("the customer's clock, nights and weekends included"),
}


@dataclass(frozen=True, slots=True)
class ValueWords:
    """Values in words, as seen at `now`; `names` are those of queues, stores and agents that one ticket may name."""

    now: datetime
    called: VersionNames
    names: Mapping[str, Mapping[int, str]]

    def say(self, column: str, value: object) -> str:
        """Say a value; a dash where there is none."""
        if value is None or value == "":
            return "–"
        special = _SPECIAL.get(column)
        if special is not None:
            return special(self, value)
        return self._plain(value)

    def tell_apart(self, column: str, replayed: object, stored: object) -> tuple[str, str]:
        """Say two values that differ, so exactly that they do so in words too."""
        said = self.say(column, replayed), self.say(column, stored)
        return said if said[0] != said[1] else (_exactly(replayed), _exactly(stored))

    def named(self, column: str, value: Any) -> str:
        """Say what one of the ticket's neighbours is called, or which number it has."""
        return isolated(self.names.get(column, {}).get(value, f"#{value}"))

    def version(self, label: Label, number: object) -> str:
        """Say a version by the name of what it is one of."""
        name, version = label
        if name is None:
            return f"#{number}"
        return _("%(name)s, version %(number)s") % {"name": isolated(name), "number": version}

    def _plain(self, value: object) -> str:
        match value:
            case bool():
                return _("yes") if value else _("no")
            case datetime():
                return on_the_clock(value, self.now, length="medium")
            case timedelta():
                return in_all_units(value)
            case Stretches():
                return ", ".join(f"{self._plain(start)} – {self._plain(end)}" for start, end in value)
        return str(value)


def _exactly(value: object) -> str:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return _("%(seconds)s s") % {"seconds": value.total_seconds()}
    return str(value)


def _in_hours(_said: ValueWords, span: Any) -> str:
    """Say what counts open time, which days of would be taken for days of the calendar."""
    return in_all_units(span, BELOW_A_DAY)


def _word_of(words: Mapping[Any, Any]) -> Callable[[ValueWords, Any], str]:
    return lambda _said, value: str(words.get(value, value))


def _name_in(column: str) -> Callable[[ValueWords, Any], str]:
    return lambda said, value: said.named(column, value)


_SPECIAL: Final[Mapping[str, Callable[[ValueWords, Any], str]]] = {
    "policy_version_id": lambda said, value: said.version(said.called.of_policy(value), value),
    "calendar_version_id": lambda said, value: said.version(said.called.of_calendar(value), value),
    **dict.fromkeys(("target", "remaining", "business", "any_business", "substantive_business"), _in_hours),
    "basis": _word_of(BASIS_WORDS),
    "breach_kind": _word_of(BREACH_WORDS),
    "outcome": _word_of(OUTCOME_LABELS),
    "substantive_outcome": _word_of(OUTCOME_LABELS),
    "status": _word_of(dict(Status.choices)),
    "priority": _word_of(dict(Priority.choices)),
    "store_id": _name_in("store_id"),
    "queue_id": _name_in("queue_id"),
    "assignee_id": _name_in("assignee_id"),
}


def names_near(ticket: Ticket) -> dict[str, dict[int, str]]:
    """Return what the ticket's store, queue and assignee are called, by the columns that hold them."""
    near = {"store_id": ticket.store, "queue_id": ticket.queue, "assignee_id": ticket.assignee}
    return {column: {one.pk: str(one)} for column, one in near.items() if one is not None}
