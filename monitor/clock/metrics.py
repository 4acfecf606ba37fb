"""Metrics: what is measured, and the one list of what starts, ends, resumes and pauses each.

Events are reduced to causes: a bot's answer and a person's are the same event and not the same cause.
Pausing depends on the status. Every table below the list is the list, turned round.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Metric(StrEnum):
    """One thing that is timed on a ticket."""

    ACKNOWLEDGEMENT = "acknowledgement"
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    UPDATE = "update"
    RESOLUTION = "resolution"
    OWNERSHIP = "ownership"
    FIRST_ANY_RESPONSE = "first_any_response"
    FIRST_SUBSTANTIVE_RESPONSE = "first_substantive_response"
    CUSTOMER_WAIT = "customer_wait"
    AGENT_WORK = "agent_work"


class Outcome(StrEnum):
    """How a clock ended."""

    MET = "met"
    LATE = "late"
    UNANSWERED = "unanswered"
    NO_REPLY_NEEDED = "no_reply_needed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    NOT_APPLICABLE = "not_applicable"
    VOID = "void"


class Cause(StrEnum):
    """What an event means to clocks. The last three end every one."""

    OPENED = "opened"
    WROTE_FIRST = "wrote_first"
    CUSTOMER_ASKED = "customer_asked"
    PERSON_ANSWERED = "person_answered"
    BOT_ANSWERED = "bot_answered"
    HELD_OFF = "held_off"
    ACKNOWLEDGED = "acknowledged"
    UNASSIGNED = "unassigned"
    HANDED_OVER = "handed_over"
    NO_REPLY_NEEDED = "no_reply_needed"
    RESOLVED = "resolved"
    REOPENED_BY_CUSTOMER = "reopened_by_customer"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    VOIDED = "voided"


class Measure(NamedTuple):
    """One metric. A cause starts it unless a clock of it runs; a cause ends it, and how.

    `once`: a ticket has one clock of it. `resumes`: reopening goes on with a clock that was stopped.
    `only_with_target`: it is not started without one. `report`: it never has one. `beside`: it is the first
    response measured otherwise, began when that did, and there is a clock of it only where it ends otherwise.
    """

    starts: tuple[Cause, ...]
    ends: Mapping[Cause, Outcome]
    paused_in: frozenset[str] = frozenset()
    once: bool = False
    resumes: bool = False
    only_with_target: bool = False
    report: bool = False
    beside: bool = False


PAUSING_STATUSES: Final = frozenset({"pending", "on_hold"})

_ANSWER: Final = {Cause.PERSON_ANSWERED: Outcome.MET, Cause.RESOLVED: Outcome.UNANSWERED}
_NO_NEED: Final = {Cause.NO_REPLY_NEEDED: Outcome.NO_REPLY_NEEDED}
_OPENING: Final = (Cause.OPENED, Cause.WROTE_FIRST)
_RESOLUTION: Final = Measure(
    starts=_OPENING,
    ends={Cause.RESOLVED: Outcome.MET},
    paused_in=PAUSING_STATUSES,
    once=True,
    resumes=True,
)

MEASURES: Final[Mapping[Metric, Measure]] = MappingProxyType(
    {
        Metric.ACKNOWLEDGEMENT: Measure(
            starts=(Cause.OPENED, Cause.UNASSIGNED, Cause.HANDED_OVER, Cause.REOPENED_BY_CUSTOMER),
            ends=_ANSWER
            | _NO_NEED
            | {Cause.ACKNOWLEDGED: Outcome.MET, Cause.HANDED_OVER: Outcome.NOT_APPLICABLE},
        ),
        Metric.FIRST_RESPONSE: Measure(starts=(Cause.OPENED,), ends=_ANSWER | _NO_NEED, once=True),
        Metric.NEXT_RESPONSE: Measure(
            starts=(Cause.CUSTOMER_ASKED, Cause.REOPENED_BY_CUSTOMER),
            ends=_ANSWER | _NO_NEED,
        ),
        Metric.UPDATE: Measure(
            starts=(Cause.WROTE_FIRST, Cause.PERSON_ANSWERED),
            ends={Cause.PERSON_ANSWERED: Outcome.MET, Cause.RESOLVED: Outcome.MET},
            paused_in=PAUSING_STATUSES,
            only_with_target=True,
        ),
        Metric.RESOLUTION: _RESOLUTION,
        Metric.OWNERSHIP: Measure(
            starts=(*_OPENING, Cause.HANDED_OVER),
            ends={Cause.HANDED_OVER: Outcome.MET, Cause.RESOLVED: Outcome.MET},
            only_with_target=True,
        ),
        Metric.FIRST_ANY_RESPONSE: Measure(
            starts=(Cause.BOT_ANSWERED,),
            ends=_ANSWER | {Cause.BOT_ANSWERED: Outcome.MET},
            once=True,
            report=True,
            beside=True,
        ),
        Metric.FIRST_SUBSTANTIVE_RESPONSE: Measure(
            starts=(Cause.HELD_OFF,), ends=_ANSWER, once=True, report=True, beside=True
        ),
        Metric.CUSTOMER_WAIT: _RESOLUTION._replace(paused_in=frozenset({"pending"}), report=True),
        Metric.AGENT_WORK: _RESOLUTION._replace(report=True),
    }
)
"""The one list of metrics."""

_ENDS_ALL: Final = {
    Cause.WITHDRAWN: Outcome.WITHDRAWN,
    Cause.MERGED: Outcome.MERGED,
    Cause.VOIDED: Outcome.VOID,
}


def _which(quality: str) -> tuple[Metric, ...]:
    return tuple(metric for metric, measure in MEASURES.items() if getattr(measure, quality))


REPORTS: Final = _which("report")
BESIDE: Final = _which("beside")
"""What the first response is measured as besides, with people or bots alike, and by substance alone."""
PROMISED: Final = tuple(metric for metric in MEASURES if metric not in REPORTS)
"""The metrics that a policy can promise, in the order of the list."""
ANSWERED: Final = tuple(
    metric for metric, measure in MEASURES.items() if measure.ends.get(Cause.RESOLVED) is Outcome.UNANSWERED
)
"""The metrics of which a clock can wait for somebody who never comes."""
RESPONSES: Final = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
ONLY_WITH_TARGET: Final = _which("only_with_target")
ONLY_ONCE: Final = _which("once")
RESUMES: Final = _which("resumes")

STARTS: Final[Mapping[Cause, tuple[Metric, ...]]] = MappingProxyType(
    {cause: tuple(metric for metric, one in MEASURES.items() if cause in one.starts) for cause in Cause}
)
"""What a cause starts, unless a clock of that metric is running."""

ENDS: Final[Mapping[Cause, Mapping[Metric, Outcome]]] = MappingProxyType(
    {
        cause: {metric: one.ends[cause] for metric, one in MEASURES.items() if cause in one.ends}
        for cause in Cause
    }
    | {cause: dict.fromkeys(MEASURES, outcome) for cause, outcome in _ENDS_ALL.items()}
)
"""What a cause ends, and how; `met` becomes `late` where the clock was breached."""

PAUSES: Final[Mapping[Metric, frozenset[str]]] = MappingProxyType(
    {metric: one.paused_in for metric, one in MEASURES.items()}
)
"""The statuses in which a metric is paused, unless the policy names others."""
