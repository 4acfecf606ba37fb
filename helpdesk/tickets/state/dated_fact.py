"""An event as a dated fact: what is asked of it, whoever keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from helpdesk.models import Author


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
