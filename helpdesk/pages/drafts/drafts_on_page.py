"""The drafts that a ticket's page shows: one's own in their forms, and what colleagues have begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from helpdesk.models import Agent, Draft, Ticket


@dataclass(frozen=True, slots=True)
class DraftsOnPage:
    """What the viewer is writing on a ticket, by kind, and what others are, those who saved last first."""

    mine: Mapping[str, Draft] = field(default_factory=dict)
    others: Sequence[Draft] = ()

    @classmethod
    def of(cls, ticket: Ticket, *, viewer: Agent) -> Self:
        """Return those on a ticket that `visible_ticket` gave; it says whether there are any."""
        if not ticket.has_drafts:  # type: ignore[attr-defined]  # annotated by `visible_ticket`
            return cls()
        there = Draft.objects.on(ticket).select_related("author", "answers").order_by("-saved_at")
        mine = {draft.kind: draft for draft in there if draft.author_id == viewer.pk and not draft.answers_id}
        others = [draft for draft in there if draft.author_id != viewer.pk]
        return cls(mine, others)
