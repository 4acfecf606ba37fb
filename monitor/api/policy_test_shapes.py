"""What is asked of the tester of policies, and what it answers, in the words of the API."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from helpdesk.api import shapes
from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import called, one_of
from helpdesk.tickets.opening.new_ticket import Channel, NewTicket, Text, Urgency
from monitor.api import clock_shapes
from monitor.clock.book.rules import CONDITIONS
from monitor.promises.tester.tried_promises import PolicyPlace

Happening = Annotated[
    Literal[
        "customer_wrote",
        "answered",
        "bot_answered",
        "acknowledged",
        "pending",
        "on_hold",
        "open",
        "resolved",
    ],
    called("Happening"),
]
Place = Annotated[str, one_of("PolicyPlace", [place.value for place in PolicyPlace])]
ConditionKey = Annotated[str, one_of("PolicyCondition", CONDITIONS)]

_LANGUAGE = "[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*"
Known = Annotated[
    str,
    Meta(
        pattern=rf"^{shapes.REFERENCE}\Z",
        extra_json_schema={"x-pattern": rf"^\s*({shapes.REFERENCE})?\s*$", "examples": ["T-QAAAQVX"]},
    ),
]
"""A reference that need not be given: empty is not given."""
Language = Annotated[
    str,
    Meta(
        pattern=rf"^({_LANGUAGE})?\Z",
        max_length=35,
        extra_json_schema={"x-pattern": rf"^\s*({_LANGUAGE})?\s*$", "examples": ["en"]},
    ),
]


class LaterHappening(Struct, kw_only=True, frozen=True):
    """Something that happens after the ticket was opened."""

    what: Happening
    at: Annotated[Instant, Meta(description="Not before the opening, nor before what is listed above it.")]


class PolicyTest(Struct, kw_only=True, frozen=True):
    """The ticket to try: one that is there, one as `POST /tickets` takes it, or neither; the fields beside take the
    place of what that brings."""

    ticket: Annotated[NewTicket | None, Meta(description="As `POST /tickets` takes it.")] = None
    reference: Annotated[
        Known | None,
        Meta(description="A ticket of the store, with what it has now. Not beside `ticket`."),
    ] = None
    queue: Annotated[
        shapes.QueueName | None, Meta(description="One that the store reaches; unless told, its own.")
    ] = None
    channel: Channel | None = None
    priority: Urgency | None = None
    tier: Annotated[Text, Meta(max_length=50)] | None = None
    language: Language | None = None
    tags: Annotated[list[Text], Meta(max_length=50)] | None = None
    opened_at: Annotated[
        Instant | None, Meta(description="When its customer asks, past or to come; now unless told.")
    ] = None
    then: Annotated[
        list[LaterHappening],
        Meta(max_length=50, description="What happens afterwards, in the order in which it does."),
    ] = []


class TriedAttributes(Struct, kw_only=True):
    """What policies can ask of the ticket."""

    store: str
    queue: str
    channel: str
    priority: str
    tier: str
    language: str
    tags: list[str]


class ConditionShape(Struct, kw_only=True):
    """What a policy asks, and what the ticket has; stores and queues by name."""

    condition: ConditionKey
    wanted: list[str]
    has: list[str]
    holds: bool


class PolicyVerdictShape(Struct, kw_only=True):
    """What became of one policy."""

    policy: str
    policy_version: int
    place: Annotated[
        Place,
        Meta(
            description="`applies`: the first that matches; `comes_later`: it would match, but one that matches comes"
            " before it; `asks_for_others`: a condition does not hold."
        ),
    ]
    why: Annotated[str, Meta(description="The same as a sentence.")]
    conditions: list[ConditionShape]


class TriedClockShape(clock_shapes.ExplainedClock, kw_only=True):
    """A clock, with its ledger up to its due time, or up to its end."""

    warns_at: Annotated[
        Instant | None, Meta(description="When it is at risk if nothing happens; null where nothing warns.")
    ]


class PolicyTestResult(Struct, kw_only=True):
    """What the versions in force promise the ticket. Nothing was written."""

    opened_at: Instant
    ticket: TriedAttributes
    policy: Annotated[str | None, Meta(description="The one that applies; null where nothing is promised.")]
    policy_version: int | None
    policies: Annotated[
        list[PolicyVerdictShape],
        Meta(
            description="Those in force, in the order in which they match; none that asks for other stores."
        ),
    ]
    clocks: list[TriedClockShape]
    warnings: shapes.Warnings
