"""Which days, tickets and clocks a report is asked about: what the filter bar of the board says in its address."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from helpdesk.api.shapes import NUMBER
from helpdesk.input.named_type import called
from monitor.reports.board.board_address import LONGEST

Number = Annotated[str, Meta(pattern=rf"^{NUMBER}\Z")]
Day = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z",
        extra_json_schema={"format": "date"},
        examples=["2026-03-09"],
    ),
]
Priority = Annotated[Literal["low", "normal", "high", "urgent"], called("Priority")]
ReportTime = Annotated[Literal["open"], called("ReportTime")]
Truth = Annotated[str, Meta(pattern=r"^1\Z")]
Word = Annotated[str, Meta(min_length=1, max_length=LONGEST)]
ReportMetric = Annotated[
    Literal[
        "acknowledgement",
        "first_any_response",
        "first_response",
        "first_substantive_response",
        "next_response",
        "resolution",
    ],
    called("ReportMetric"),
]
ReportDays = Annotated[Literal["7", "14", "28", "91", "364"], called("ReportDays")]


class ReportQuery(Struct, kw_only=True):
    """What the board's own address can say, by the same names."""

    queue: Annotated[Number, Meta(description="A queue, by its number in the board's address.")] | None = None
    store: Annotated[Number, Meta(description="A store, by its number there.")] | None = None
    priority: Priority | None = None
    tier: Annotated[Word, Meta(description="The customer's tier; `none`: without one.")] | None = None
    topic: (
        Annotated[
            str,
            Meta(
                pattern=rf"^(none|{NUMBER})\Z",
                description="A topic, by its number there; `none`: without one.",
            ),
        ]
        | None
    ) = None
    channel: Annotated[Word, Meta(description="The channel by which the ticket came.")] | None = None
    language: Annotated[Word, Meta(description="The language of the ticket; `none`: not known.")] | None = (
        None
    )
    first: Annotated[Day, Meta(description="The first day, with `to`: at most 366 days.")] | None = field(
        default=None, name="from"
    )
    last: Annotated[Day, Meta(description="The last day, with `from`.")] | None = field(
        default=None, name="to"
    )
    days: (
        Annotated[ReportDays, Meta(description="The last so many days, today among them; 14 unless told.")]
        | None
    ) = None
    metric: Annotated[ReportMetric, Meta(description="Which waits; `first_response` unless told.")] | None = (
        None
    )
    time: Annotated[ReportTime, Meta(description="Count waits in business hours; else all time.")] | None = (
        None
    )
    compared: (
        Annotated[Truth, Meta(description="Tell of as many days before, too, where a report can.")] | None
    ) = None
