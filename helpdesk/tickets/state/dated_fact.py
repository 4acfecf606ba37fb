"""An event as a dated fact: what is asked of it, whoever keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from helpdesk.models import Author, EventKind

ORDER: Final = "order"
"""What an event says is awaited, beside the customer."""


class DatedFact(Protocol):
    """What is asked of an event."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


def is_told(event: DatedFact) -> bool:
    """Whether an event's time was told from outside; where nobody said so, it was if it was heard of later."""
    told: bool | None = getattr(event, "told", None)  # a migration asks of rows that do not say
    return event.occurred_at < event.recorded_at if told is None else told


def knows(event: DatedFact, seq: int) -> bool:
    """Whether what happened can have been meant for a message: nobody answers what had not arrived."""
    return seq < event.seq or is_told(event)


def is_answer(payload: Mapping[str, Any]) -> bool:
    return payload["author"] == Author.AGENT and not payload["automatic"]


def makes_wait(event: DatedFact) -> bool:
    """Tell whether a customer has come to wait by it: they wrote, called the ticket back, or had another one."""
    said = event.payload
    match event.kind:
        case EventKind.CUSTOMER_MESSAGE_RECEIVED:
            return not said["automatic"]
        case EventKind.REOPENED:
            return bool(said["by"] == Author.CUSTOMER)
        case EventKind.ABSORBED:
            return said.get("waiting_since") is not None
    return False


def awaits_order(put_off: DatedFact) -> bool:
    """Tell whether a ticket that was put off waits for news of its order."""
    return bool(put_off.payload.get("awaits") == ORDER)
