"""Metrics: what is measured, and the one table of what starts, stops and resumes each.

Events are reduced to causes (a bot's answer and a person's are the same event and not the same
cause); the tables say what a cause does to each metric. Pausing depends on the status, see `PAUSES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Metric(StrEnum):
    """One thing that is timed on a ticket."""

    ACKNOWLEDGEMENT = "acknowledgement"
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    UPDATE = "update"
    RESOLUTION = "resolution"
    OWNERSHIP = "ownership"
    FIRST_ANY_RESPONSE = "first_any_response"
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
    """What an event means to clocks."""

    OPENED = "opened"
    WROTE_FIRST = "wrote_first"
    CUSTOMER_ASKED = "customer_asked"
    PERSON_ANSWERED = "person_answered"
    BOT_ANSWERED = "bot_answered"
    ACKNOWLEDGED = "acknowledged"
    UNASSIGNED = "unassigned"
    HANDED_OVER = "handed_over"
    NO_REPLY_NEEDED = "no_reply_needed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    REOPENED_BY_CUSTOMER = "reopened_by_customer"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    VOIDED = "voided"


_M = Metric

RESPONSES: Final = (_M.FIRST_RESPONSE, _M.NEXT_RESPONSE)
REPORTS: Final = frozenset({_M.FIRST_ANY_RESPONSE, _M.CUSTOMER_WAIT, _M.AGENT_WORK})
PROMISED: Final = frozenset(Metric) - REPORTS
ONLY_WITH_TARGET: Final = frozenset({_M.UPDATE, _M.OWNERSHIP})
ONLY_ONCE: Final = frozenset({_M.FIRST_RESPONSE, _M.RESOLUTION}) | REPORTS

STARTS: Final[Mapping[Cause, tuple[Metric, ...]]] = MappingProxyType(
    {
        Cause.OPENED: (
            _M.ACKNOWLEDGEMENT,
            _M.FIRST_RESPONSE,
            _M.RESOLUTION,
            _M.OWNERSHIP,
            _M.FIRST_ANY_RESPONSE,
            _M.CUSTOMER_WAIT,
            _M.AGENT_WORK,
        ),
        Cause.WROTE_FIRST: (_M.RESOLUTION, _M.OWNERSHIP, _M.CUSTOMER_WAIT, _M.AGENT_WORK, _M.UPDATE),
        Cause.CUSTOMER_ASKED: (_M.NEXT_RESPONSE,),
        Cause.PERSON_ANSWERED: (_M.UPDATE,),
        Cause.UNASSIGNED: (_M.ACKNOWLEDGEMENT,),
        Cause.HANDED_OVER: (_M.ACKNOWLEDGEMENT, _M.OWNERSHIP),
        Cause.REOPENED_BY_CUSTOMER: (_M.NEXT_RESPONSE, _M.ACKNOWLEDGEMENT),
    }
)
"""What a cause starts, unless a clock of that metric is running."""

RESUMES: Final = (_M.RESOLUTION, _M.CUSTOMER_WAIT, _M.AGENT_WORK)
"""What goes on when a ticket is reopened, by whomever."""

_CLOSING: Final = {
    _M.ACKNOWLEDGEMENT: Outcome.UNANSWERED,
    _M.FIRST_RESPONSE: Outcome.UNANSWERED,
    _M.NEXT_RESPONSE: Outcome.UNANSWERED,
    _M.FIRST_ANY_RESPONSE: Outcome.UNANSWERED,
    _M.UPDATE: Outcome.MET,
    _M.RESOLUTION: Outcome.MET,
    _M.OWNERSHIP: Outcome.MET,
    _M.CUSTOMER_WAIT: Outcome.MET,
    _M.AGENT_WORK: Outcome.MET,
}

ENDS: Final[Mapping[Cause, Mapping[Metric, Outcome]]] = MappingProxyType(
    {
        Cause.ACKNOWLEDGED: {_M.ACKNOWLEDGEMENT: Outcome.MET},
        Cause.PERSON_ANSWERED: {
            _M.ACKNOWLEDGEMENT: Outcome.MET,
            _M.FIRST_RESPONSE: Outcome.MET,
            _M.NEXT_RESPONSE: Outcome.MET,
            _M.UPDATE: Outcome.MET,
            _M.FIRST_ANY_RESPONSE: Outcome.MET,
        },
        Cause.BOT_ANSWERED: {_M.FIRST_ANY_RESPONSE: Outcome.MET},
        Cause.HANDED_OVER: {_M.ACKNOWLEDGEMENT: Outcome.NOT_APPLICABLE, _M.OWNERSHIP: Outcome.MET},
        Cause.NO_REPLY_NEEDED: {
            _M.FIRST_RESPONSE: Outcome.NO_REPLY_NEEDED,
            _M.NEXT_RESPONSE: Outcome.NO_REPLY_NEEDED,
            _M.FIRST_ANY_RESPONSE: Outcome.NO_REPLY_NEEDED,
        },
        Cause.RESOLVED: _CLOSING,
        Cause.WITHDRAWN: dict.fromkeys(Metric, Outcome.WITHDRAWN),
        Cause.MERGED: dict.fromkeys(Metric, Outcome.MERGED),
        Cause.VOIDED: dict.fromkeys(Metric, Outcome.VOID),
    }
)
"""What a cause ends, and how; `met` becomes `late` where the clock was breached."""

PAUSING_STATUSES: Final = frozenset({"pending", "on_hold"})
PAUSES: Final[Mapping[Metric, frozenset[str]]] = MappingProxyType(
    {metric: frozenset[str]() for metric in Metric}
    | {
        _M.UPDATE: PAUSING_STATUSES,
        _M.RESOLUTION: PAUSING_STATUSES,
        _M.CUSTOMER_WAIT: frozenset({"pending"}),
        _M.AGENT_WORK: PAUSING_STATUSES,
    }
)
"""The statuses in which a metric is paused, unless the policy names others."""
