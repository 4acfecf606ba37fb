"""Bringing the conversations of a message log in, as history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.history import past_facts
from helpdesk.history.conversation_writer import (
    PastConversation,
    Retold,
    WrittenConversation,
    write_conversations,
)
from helpdesk.history.past_facts import EndStatus, PastFact, PastMessage
from helpdesk.input import fitting
from helpdesk.input.misfit import Misfit
from helpdesk.input.visible_text import Scissors
from helpdesk.intake.message_log import LoggedConversation, LoggedMessage, RefusedLine
from helpdesk.models import Status, Store
from helpdesk.refusal import Refused
from helpdesk.tickets import told_time
from helpdesk.tickets.opening.draft import fitting_body
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewTicket

TICKETS_AT_ONCE, MESSAGES_AT_ONCE = 500, 2_000
OVER_AFTER = timedelta(days=14)
"""So long a conversation is silent before it is taken for over, unless the log or who imports it says otherwise."""


@dataclass(slots=True)
class ImportCounts:
    """What an import did: counts, the lines it could not take, and those to look at.

    `misdated` were taken, though their time cannot be true; `differing` are known, but with another text; `noticed`
    were taken otherwise than they say.
    """

    tickets: int = 0
    messages: int = 0
    known: int = 0
    misdated: list[RefusedLine] = field(default_factory=list)
    differing: list[RefusedLine] = field(default_factory=list)
    noticed: list[RefusedLine] = field(default_factory=list)
    aside: list[RefusedLine] = field(default_factory=list)


def batches(conversations: Iterable[LoggedConversation]) -> Iterator[list[LoggedConversation]]:
    """Yield conversations in batches, each small enough for one transaction."""
    batch: list[LoggedConversation] = []
    lines = 0
    for conversation in conversations:
        batch.append(conversation)
        lines += len(conversation.lines)
        if len(batch) >= TICKETS_AT_ONCE or lines >= MESSAGES_AT_ONCE:
            yield batch
            batch, lines = [], 0
    if batch:
        yield batch


class LogImport:
    """Imports conversations into a store; the same conversation twice changes nothing.

    A conversation ends as the log says; where it does not, one that has been silent for `over_after` is resolved.
    Who answered is kept as a name, and no account is made. Nobody is taken for somebody else because of a name: each
    ticket has a customer of its own, unless `authors_are_ids` says that the same author is the same customer.
    """

    def __init__(
        self,
        store: Store,
        *,
        now: datetime,
        over_after: timedelta | None = OVER_AFTER,
        authors_are_ids: bool = False,
    ) -> None:
        self.store = store
        self.now = now
        self.over_after = over_after
        self.authors_are_ids = authors_are_ids
        self.imported = ImportCounts()

    def bring_in(self, batch: Sequence[LoggedConversation]) -> None:
        """Import some conversations in one transaction; lines that are refused are set aside."""
        pasts = [self._past(conversation) for conversation in batch]
        sound = [conversation for conversation, past in zip(batch, pasts, strict=True) if past]
        with transaction.atomic():
            written = write_conversations(list(filter(None, pasts)), store=self.store, now=self.now)
        for conversation, result in zip(sound, written, strict=True):
            self._count(conversation, result)

    def _past(self, conversation: LoggedConversation) -> PastConversation | None:
        """Return a conversation as history; null where its first message fits no ticket, and then it is set aside."""
        first, word = conversation.opening, FirstWord()
        if conversation.agent_wrote_first:
            word = FirstWord(outbound=first.public, is_agent=True, name=first.author)
        try:
            opening = fitting.fit(self._opening(conversation), NewTicket)
        except Misfit as misfit:
            self._refuse(conversation, str(misfit))
            return None
        facts = tuple(_SAID[line.role, line.public](line) for line in conversation.others)
        return PastConversation(opening=opening, first_word=word, facts=(*facts, *self._ending(conversation)))

    def _opening(self, conversation: LoggedConversation) -> dict[str, Any]:
        """Return what a conversation begins with, in the one shape of all doors."""
        line, who = conversation.opening, conversation.served
        return {
            "external_id": line.ticket_id,
            "occurred_at": line.at,
            "customer": {"name": who, "external_id": who if self.authors_are_ids else None},
            "message": {"body": line.body, "external_id": line.message_id},
            "channel": "import",
        }

    def _refuse(self, conversation: LoggedConversation, reason: str) -> None:
        self.imported.aside.append(conversation.opening.refused(reason))
        others = _("Message 0 was refused.")
        self.imported.aside += [line.refused(others) for line in conversation.others]

    def _ending(self, conversation: LoggedConversation) -> list[PastFact]:
        """Return how it stands in the end, just after its last word: known of old is all that comes before.

        Words of a time to come are none: they are refused.
        """
        said_last = conversation.last_at(now=self.now)
        is_over = self.over_after is not None and self.now - said_last >= self.over_after
        status = conversation.status or (Status.RESOLVED if is_over else Status.OPEN)
        if status == Status.OPEN:
            return []
        return [past_facts.StatusSet(at=said_last + timedelta(microseconds=1), status=_ENDS[status])]

    def _count(self, conversation: LoggedConversation, written: WrittenConversation) -> None:
        first, others = conversation.opening, conversation.others
        if written.opened.refusal:
            self._refuse(conversation, str(written.opened.refusal))
            return
        self.imported.tickets += written.opened.created
        self._count_line(first, written.first)
        if written.opened.created:
            self.imported.noticed += [first.refused(warning) for warning in written.opened.warnings]
        for line, became in zip(others, written.facts, strict=False):  # what ends it is no line
            self._count_line(line, became)
            if became is Retold.ADDED:
                self.imported.noticed += [line.refused(warning) for warning in self._warnings(line)]
        reason = _(
            "It was taken, but is dated before what it answers: nobody knows how long the customer waited."
        )
        self.imported.misdated += [line.refused(reason) for line in conversation.misdated]

    def _warnings(self, line: LoggedMessage) -> Iterator[str]:
        """Say what of a line was taken otherwise than it says, as a ticket that comes in is told."""
        yield from told_time.warnings(line.at, now=self.now, pointer="at")
        scissors = Scissors()
        fitting_body(line.body, scissors, pointer="body")
        yield from scissors.warnings()

    def _count_line(self, line: LoggedMessage, became: Retold | Refused) -> None:
        if isinstance(became, Refused):
            self.imported.aside.append(line.refused(str(became)))
        elif became is Retold.ADDED:
            self.imported.messages += 1
        else:
            self.imported.known += 1
            if became is Retold.DIFFERS:
                reason = _("It was known before with another text, which was not changed.")
                self.imported.differing.append(line.refused(reason))


def _customer_said(line: LoggedMessage) -> PastMessage:
    return past_facts.CustomerWrote(at=line.at, body=line.body, external_id=line.message_id)


def _agent_answered(line: LoggedMessage) -> PastMessage:
    return past_facts.AgentReplied(at=line.at, name=line.author, body=line.body, external_id=line.message_id)


def _agent_noted(line: LoggedMessage) -> PastMessage:
    return past_facts.AgentNoted(at=line.at, name=line.author, body=line.body, external_id=line.message_id)


def _bot_answered(line: LoggedMessage) -> PastMessage:
    return past_facts.BotReplied(at=line.at, name=line.author, body=line.body, external_id=line.message_id)


def _bot_noted(line: LoggedMessage) -> PastMessage:
    return past_facts.NoteWritten(at=line.at, name=line.author, body=line.body, external_id=line.message_id)


_SAID: dict[tuple[str, bool], Callable[[LoggedMessage], PastMessage]] = {
    ("customer", True): _customer_said,
    ("agent", True): _agent_answered,
    ("agent", False): _agent_noted,
    ("bot", True): _bot_answered,
    ("bot", False): _bot_noted,
}
"""What a line says, by who spoke and whether the customer could read it."""


_ENDS: dict[str, EndStatus] = {
    "pending": Status.PENDING,
    "on_hold": Status.ON_HOLD,
    "resolved": Status.RESOLVED,
    "closed": Status.CLOSED,
}
"""How a log may say that a conversation stands, other than open."""
