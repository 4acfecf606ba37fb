"""What the demo's plan is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from helpdesk.demo.topic import Script


@dataclass(frozen=True, slots=True, order=True)
class DemoStep:
    """One deed of the plan: when, which ticket it is about, and what is done to it.

    `address` is that of a customer who writes by mail; the others come through the HTTP API.
    """

    at: datetime
    number: int
    verb: str = field(compare=False)
    conversation: Script = field(compare=False)
    occurred_at: datetime | None = field(compare=False, default=None)
    overrides: tuple[tuple[str, str], ...] = field(compare=False, default=())
    address: str = field(compare=False, default="")
