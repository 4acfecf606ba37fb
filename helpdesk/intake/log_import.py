"""Bringing the conversations of a message log in, as history, through the services that everybody uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.conversation import replies
from helpdesk.intake.message_log import LoggedConversation, LoggedMessage, RefusedLine
from helpdesk.models import Agent, Store, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.opening import opening
from helpdesk.tickets.ticket_change import relayed_together


@dataclass(slots=True)
class ImportCounts:
    """What an import did: counts, and the lines it could not take."""

    tickets: int = 0
    messages: int = 0
    known: int = 0
    aside: list[RefusedLine] = field(default_factory=list)


class HistoryImport:
    """Imports conversations into a store; the same conversation twice changes nothing."""

    def __init__(self, store: Store, *, now: datetime) -> None:
        self.store = store
        self.now = now
        self.imported = ImportCounts()
        self._agents: dict[str, Agent] = {}

    def bring_in(self, conversation: LoggedConversation) -> None:
        """Import one conversation in one transaction; lines that are refused are set aside."""
        first, *others = conversation.lines
        with transaction.atomic(), relayed_together(now=self.now):
            ticket = self._open(first)
            if not ticket:
                reason = _("Message 0 was refused.")
                self.imported.aside += [_aside(line, reason) for line in others]
                return
            for line in others:
                self._say(ticket, line)

    def _open(self, line: LoggedMessage) -> Ticket | None:
        shape = opening.NewTicket(
            external_id=line.ticket_id,
            occurred_at=line.at,
            subject=line.body.strip().splitlines()[0][:120],
            customer=opening.NewCustomer(external_id=line.author, name=line.author),
            message=opening.NewMessage(body=line.body, external_id=line.message_id),
            channel="import",
            imported=True,
        )
        [opened] = opening.open_tickets([shape], store=self.store, now=self.now)
        if opened.refusal:
            self.imported.aside.append(_aside(line, str(opened.refusal)))
        elif opened.created:
            self.imported.tickets += 1
            self.imported.messages += 1
        else:
            self.imported.known += 1
        return opened.ticket

    def _say(self, ticket: Ticket, line: LoggedMessage) -> None:
        before = ticket.last_seq
        try:
            with transaction.atomic():
                self._service(line)(ticket, line)
        except Refused as refusal:
            self.imported.aside.append(_aside(line, str(refusal)))
            return
        if ticket.last_seq > before:
            self.imported.messages += 1
        else:
            self.imported.known += 1

    def _service(self, line: LoggedMessage) -> Callable[[Ticket, LoggedMessage], object]:
        """Choose the service by who spoke and whether the customer could read it."""
        return {
            ("customer", True): self._customer_says,
            ("agent", True): self._agent_answers,
            ("agent", False): self._agent_notes,
            ("bot", True): self._bot_answers,
            ("bot", False): self._bot_notes,
        }[line.role, line.public]

    def _customer_says(self, ticket: Ticket, line: LoggedMessage) -> None:
        replies.receive_customer_message(
            ticket=ticket, body=line.body, now=self.now, sent_at=line.at,
            external_id=line.message_id, imported=True,
        )  # fmt: skip

    def _agent_answers(self, ticket: Ticket, line: LoggedMessage) -> None:
        replies.reply_in_public(
            ticket=ticket, author=self._agent(line.author), body=line.body, now=self.now, sent_at=line.at,
            external_id=line.message_id, imported=True,
        )  # fmt: skip

    def _agent_notes(self, ticket: Ticket, line: LoggedMessage) -> None:
        replies.add_note(
            ticket=ticket, author=self._agent(line.author), body=line.body, now=self.now, sent_at=line.at,
            external_id=line.message_id, imported=True,
        )  # fmt: skip

    def _bot_answers(self, ticket: Ticket, line: LoggedMessage) -> None:
        replies.reply_as_bot(
            ticket=ticket, body=line.body, now=self.now, sent_at=line.at,
            external_id=line.message_id, author_name=line.author, imported=True,
        )  # fmt: skip

    def _bot_notes(self, ticket: Ticket, line: LoggedMessage) -> None:
        replies.add_note(
            ticket=ticket, author=None, body=line.body, now=self.now, sent_at=line.at,
            external_id=line.message_id, author_name=line.author, imported=True,
        )  # fmt: skip

    def _agent(self, name: str) -> Agent:
        """Return the account that stands for somebody of the log; it cannot log in."""
        if name not in self._agents:
            self._agents[name], _created = Agent.objects.get_or_create(
                email=f"{name}@imported.invalid".lower(),
                defaults={"name": name, "is_active": False, "password": "!"},
            )
        return self._agents[name]


def _aside(line: LoggedMessage, reason: str) -> RefusedLine:
    return RefusedLine(line.number, line.ticket_id, line.message_id, reason)
