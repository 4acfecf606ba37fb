"""A letter with all that filing it goes by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from helpdesk.input.visible_text import is_visible, storable
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.mail.filing.mail_writer import MailWriter
from helpdesk.mail.reading.letter import Letter
from helpdesk.models import Attachment, MailId, RawMail, Store, Ticket, TicketEvent

LONGEST_WAY: Final = timedelta(days=7)
"""Servers give a mail up after four or five days (RFC 5321, 4.5.4.1)."""


@dataclass(frozen=True, slots=True)
class MailToFile:
    """A letter, who wrote it, which addresses are ours, and its files as kept.

    It is known by its `own` id; `known` is what is known of that and of the mails that it names.
    """

    mail: RawMail
    letter: Letter
    writer: MailWriter
    ours: OurAddresses
    own: str
    known: Mapping[str, MailId]
    now: datetime
    files: Sequence[Attachment] = ()

    @property
    def store(self) -> Store:
        return self.mail.store

    @property
    def at(self) -> datetime:
        """When it was written, as far as that can be believed: not after it came, nor long before a server had it."""
        return self.date or min(self._passed_on_late or self.came_at, self.came_at)

    @property
    def date(self) -> datetime | None:
        """When it says that it was written; None where it does not, or by a clock that is out of order."""
        date = self.letter.date
        return None if date is None or date > self.came_at or self._passed_on_late else date

    @property
    def _passed_on_late(self) -> datetime | None:
        """When a server had it, if that was longer after its date than any mail is on its way."""
        date, had = self.letter.date, self.letter.passed_on_at
        return had if date and had and had - date > LONGEST_WAY else None

    @property
    def came_at(self) -> datetime:
        """When its server received it, if it is history, else when we did."""
        return self.mail.arrived_at or self.mail.received_at

    @property
    def is_history(self) -> bool:
        return self.mail.arrived_at is not None

    def is_too_old_for(self, ticket: Ticket) -> bool:
        """Tell whether it is history, and a ticket is not: its clocks count from what opened it."""
        return self.is_history and not TicketEvent.objects.get(ticket=ticket, seq=1).imported

    @property
    def body(self) -> str:
        """What is shown of it: its text, else the names of its files."""
        letter = self.letter
        shown = (storable(letter.text), "\n".join(file.name for file in letter.files), letter.subject)
        return next(filter(is_visible, shown), "…")
