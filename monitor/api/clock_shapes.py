"""What time says about tickets, in the words of the API."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from helpdesk.api import shapes
from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import called, one_of
from monitor import models
from monitor.clock.metrics import PROMISED, Outcome

Metric = Annotated[str, one_of("Metric", [metric.value for metric in PROMISED])]
Level = Annotated[Literal["at_risk", "breached"], called("FlagLevel")]
ToldLevel = Annotated[str, one_of("FlagLevel", models.Level.values)]
Reference = Annotated[
    str, Meta(pattern=rf"^{shapes.REFERENCE}\Z", description="A ticket's reference.", examples=["T-QAAAQVX"])
]
State = Annotated[
    str,
    one_of(
        "ClockState",
        ["running", "paused", "late", *(one.value for one in Outcome if one != Outcome.LATE)],
    ),
    Meta(description="`late` while it runs past its due time and for ever after; else how it ended."),
]


class Elapsed(Struct, kw_only=True):
    """Seconds that have counted: inside business hours, and on the customer's own clock."""

    business: float
    wall: float


class AnswerEnd(Struct, kw_only=True):
    """When an answer came, and after how much time; the customer knows all of it."""

    at: Instant
    elapsed: Elapsed


class ClockShape(Struct, kw_only=True):
    """One metric, timed from one start."""

    metric: Metric
    cycle: Annotated[int, Meta(description="The how-manieth of its metric on this ticket.")]
    state: State
    started_at: Instant
    due_at: Annotated[Instant | None, Meta(description="Null without a target, and while paused.")]
    stopped_at: Instant | None
    breached_at: Instant | None
    target_seconds: float | None
    basis: Annotated[str, one_of("ClockBasis", ["business", "wall"])] | None
    elapsed: Elapsed
    first_any: Annotated[
        AnswerEnd | None,
        Meta(
            description="Of a first response: the first answer by anybody, a bot too; null while there is none."
        ),
    ]
    first_substantive: Annotated[
        AnswerEnd | None,
        Meta(description="Of a first response: the first answer by people that does more than hold off."),
    ]
    policy: str | None
    policy_version: int | None
    calendar: str | None
    calendar_version: int | None
    target_days: Annotated[
        int | None,
        Meta(
            description="Of a target in days: how many; `target_seconds` is what they come to on this clock."
        ),
    ] = None
    target_ends: Annotated[str, one_of("ClockDayEnds", ["same_time", "end_of_day"])] | None = None


class StepShape(Struct, kw_only=True):
    """A stretch of a clock's life; the running ones add up to what it has counted."""

    start: Instant = field(name="from")
    end: Instant = field(name="to")
    kind: Annotated[str, one_of("StepKind", ["running", "out_of_hours", "holiday", "paused"])]
    reason: Annotated[
        str, Meta(description="The pausing status, the kind of event that began it, or `version`.")
    ]
    seconds: float
    event: Annotated[int | None, Meta(description="The number, within the ticket, of the event behind it.")]
    policy: str | None
    policy_version: int | None
    calendar: str | None
    calendar_version: int | None


class ExplainedClock(ClockShape, kw_only=True):
    """A clock with its ledger: why it stands where it stands."""

    ledger: list[StepShape]


class Clocks(Struct, kw_only=True):
    """Every clock that a ticket ever had, in the order in which they started; null while they cannot be told."""

    data: list[ExplainedClock] | None
    next_cursor: shapes.NextCursor
    warnings: shapes.Warnings


class ClockQuery(Struct, kw_only=True):
    cursor: shapes.Cursor | None = None
    limit: shapes.Limit = 50


class CustomerPromiseShape(Struct, kw_only=True):
    """When somebody will answer, as the customer may be told."""

    by: Instant
    basis: Annotated[str, one_of("PromiseBasis", ["policy"])]
    text: Annotated[str, Meta(description="In the customer's language and time zone.")]


class WatchedTicket(shapes.TicketShape, kw_only=True):
    """A ticket with its clocks and what its customer may be told."""

    clocks: Annotated[
        list[ClockShape] | None,
        Meta(
            description="Those that run and the last of each metric. Null while they cannot be told; a warning "
            "says so."
        ),
    ]
    promise: Annotated[
        CustomerPromiseShape | None,
        Meta(description="Null where no first response is due, or its time has passed."),
    ]


class FlagShape(Struct, kw_only=True):
    """A breach, or the risk of one, put before people."""

    id: str
    ticket: Annotated[shapes.TicketReference, Meta(description="Its reference.")]
    metric: Metric
    level: ToldLevel
    raised_at: Annotated[Instant, Meta(description="The instant that it speaks of.")]
    noticed_at: Annotated[Instant, Meta(description="When it was written down.")]
    ingest_lag: Annotated[
        float, Meta(description="Seconds by which we heard of it too late; the lateness of the way in.")
    ]
    uncounted_since: Annotated[
        Instant | None,
        Meta(
            description="Since when something on the ticket was waiting to be counted as this was raised; null: "
            "all was counted."
        ),
    ]
    withdrawn_at: Instant | None
    withdrawn_by: Annotated[
        int | None, Meta(description="The number, within the ticket, of the event that withdrew it.")
    ]
    acknowledged_at: Instant | None
    acknowledged_by: Annotated[str | None, Meta(description="An agent's e-mail.")]
    settled_at: Annotated[Instant | None, Meta(description="When its clock ended.")]
    updated_at: Instant


class FlagPage(Struct):
    data: list[FlagShape]
    next_cursor: shapes.NextCursor


class FlagQuery(Struct, kw_only=True):
    """Which flags to list: those that meet every condition; of a condition with several values, any of them."""

    ticket: list[Reference] = []
    queue: list[shapes.QueueName] = []
    level: list[Level] = []
    open: Annotated[
        bool | None,
        Meta(
            description="Whether it still asks for somebody: not in hand, not withdrawn, its clock not ended."
        ),
    ] = None
    updated_since: Annotated[
        Instant | None,
        Meta(
            description="Flags changed at or after this instant, earliest change first: raised, in hand, withdrawn,"
            " dated anew, settled. Complete as `updated_since` of tickets is."
        ),
    ] = None
    cursor: shapes.Cursor | None = None
    limit: shapes.Limit = 50


class FlagAcknowledgement(Struct, kw_only=True):
    """An agent of the ticket's queue takes the alert in hand; touches no clock."""

    agent: shapes.AgentEmail
