"""Where a draft stands: of each agent there is one in each form, and sending from that form ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from helpdesk.models import Agent, Draft, DraftKind, HeldReply, Message, Store, Ticket
from helpdesk.models.desk.draft import DraftQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPlace:
    """A form, and who writes in it: on a ticket, for a third party's message on it, or for a ticket to come."""

    author: Agent
    kind: DraftKind
    ticket: Ticket | None = None
    answers: Message | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """What a draft's row says of where it stands."""
        return {"author": self.author, "ticket": self.ticket, "kind": self.kind, "answers": self.answers}

    def drafts(self) -> DraftQuerySet:
        """Return the draft that is there, or none."""
        return Draft.objects.filter(**self.columns)

    def lock(self) -> None:
        """Wait for what is just being sent from here: whoever sends holds the same row."""
        if self.ticket is None:
            list(Agent.objects.select_for_update(no_key=True).filter(pk=self.author.pk).values_list("pk"))
        else:
            list(Ticket.objects.select_for_update(no_key=True).filter(pk=self.ticket.pk).values_list("pk"))

    def was_sent(self, token: UUID) -> bool:
        """Tell whether something was sent from here under this token, or waits to be said."""
        sent_as = f"page:{token}"
        if self.ticket is None:
            return Ticket.objects.filter(store__in=Store.objects.values("pk"), external_id=sent_as).exists()
        said = Message.objects.filter(store=self.ticket.store_id, external_id=sent_as)
        return said.exists() or HeldReply.objects.filter(ticket=self.ticket, external_id=sent_as).exists()
