"""Who writes first on a ticket: its customer, or an agent to them or for them."""

from __future__ import annotations

import msgspec

from helpdesk.models import Agent, Author


class FirstWord(msgspec.Struct, frozen=True):
    """Whose the message is that opens a ticket: the customer's, or an agent's.

    An agent's is an internal note on behalf of the customer, or, `outbound`, said to the customer in public. Of an
    agent who has no account here there may be a `name`, and `is_agent` says that they are one.
    """

    by: Agent | None = None
    outbound: bool = False
    is_agent: bool = False
    name: str = ""

    @property
    def initiated_by(self) -> str:
        if self.author == Author.CUSTOMER:
            return "customer"
        return "agent" if self.outbound else "agent_for_customer"

    @property
    def author(self) -> Author:
        return Author.AGENT if self.by or self.is_agent else Author.CUSTOMER

    @property
    def writes_first(self) -> bool:
        """Whether we wrote to the customer before they asked anything."""
        return self.initiated_by == "agent"
