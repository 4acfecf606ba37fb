"""Who writes first on a ticket: its customer, or an agent to them or for them."""

from __future__ import annotations

import msgspec

from helpdesk.models import Agent, Author


class FirstWord(msgspec.Struct, frozen=True):
    """Whose the message is that opens a ticket: the customer's, or an agent's.

    An agent's is an internal note on behalf of the customer, or, `outbound`, said to the customer in public.
    """

    by: Agent | None = None
    outbound: bool = False

    @property
    def initiated_by(self) -> str:
        if self.by is None:
            return "customer"
        return "agent" if self.outbound else "agent_for_customer"

    @property
    def author(self) -> Author:
        return Author.AGENT if self.by else Author.CUSTOMER

    @property
    def writes_first(self) -> bool:
        """Whether we wrote to the customer before they asked anything."""
        return self.initiated_by == "agent"
