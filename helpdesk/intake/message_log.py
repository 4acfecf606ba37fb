"""Reading a log of messages: a CSV file, plain or gzip, one message a line, grouped into conversations.

Columns: `ticket_id, comment_seq, message_id, at, author, our_role, is_public, body`, and `status` where the log has
it: how the ticket stands after its last message, said on any of its lines. Others are ignored.
A ticket is opened by its first message that is not a bot's, as its customer's; an agent's is theirs where only
others speak as customers: they wrote first (public), or took down what was asked (internal). `our_role` is customer,
agent or bot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from helpdesk.input import instant_text
from helpdesk.input.visible_text import is_visible, one_line
from helpdesk.intake import log_text
from helpdesk.intake.log_text import LogRecord, LogText, NotAMessageLog
from helpdesk.tickets.told_time import FURTHEST_AHEAD

COLUMNS = ("ticket_id", "comment_seq", "message_id", "at", "author", "our_role", "is_public", "body")
ROLES = ("customer", "agent", "bot")
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
"""What a spreadsheet makes of a long number: of many ids one."""

STATUSES = ("", "open", "pending", "on_hold", "resolved", "closed")


class BadLine(Exception):
    """A line that cannot be a message; says why."""


@dataclass(frozen=True, slots=True)
class LoggedMessage:
    """One message of the log; `at` is aware, in UTC."""

    number: int
    ticket_id: str
    seq: int
    message_id: str
    at: datetime
    author: str
    role: str
    public: bool
    body: str
    status: str = ""

    def repeats(self, other: LoggedMessage) -> bool:
        """Whether the other line says the same of the same message; it may be this line."""
        return replace(self, number=other.number, seq=other.seq, status=other.status) == other

    def refused(self, reason: str) -> RefusedLine:
        return RefusedLine(self.number, self.ticket_id, self.message_id, reason)


@dataclass(slots=True)
class LoggedConversation:
    """The messages of one ticket, in order."""

    ticket_id: str
    lines: list[LoggedMessage] = field(default_factory=list)

    @property
    def opening(self) -> LoggedMessage:
        """The line that opens the ticket: a person's, if there is one."""
        return next((line for line in self.lines if line.role != "bot"), self.lines[0])

    @property
    def others(self) -> list[LoggedMessage]:
        return [line for line in self.lines if line is not self.opening]

    def last_at(self, *, now: datetime) -> datetime:
        """Return when the last word was said, of those that can have been said by now."""
        sayable = [min(line.at, now) for line in self.lines if line.at <= now + FURTHEST_AHEAD]
        return max(sayable, default=now)

    @property
    def status(self) -> str:
        """How the ticket stands in the end, by the last line that says it; empty where none does."""
        return next((line.status for line in reversed(self.lines) if line.status), "")

    @property
    def misdated(self) -> list[LoggedMessage]:
        """The agents' public lines that are dated before what a customer had said by then."""
        asked = [line for line in self.lines if line.role == "customer"]
        return [
            line
            for line in self.lines
            if line.role == "agent"
            and line.public
            and any(one.seq < line.seq and one.at > line.at for one in asked)
        ]

    @property
    def agent_wrote_first(self) -> bool:
        """Whether an agent opened it for others who speak as customers.

        Whoever works here may ask something too: then they speak as a customer later, or nobody else does.
        """
        customers = self._customers
        return self.opening.role == "agent" and bool(customers) and self.opening.author not in customers

    @property
    def served(self) -> str:
        """Who is served, by name."""
        return self._customers[0] if self.agent_wrote_first else self.opening.author

    @property
    def _customers(self) -> list[str]:
        return [line.author for line in self.lines if line.role == "customer"]


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that was left out: where it stands, whose it is, and why."""

    number: int
    ticket_id: str
    message_id: str
    reason: str


def read(path: Path) -> tuple[list[LoggedConversation], list[RefusedLine]]:
    """Return the log's conversations, in order of their first line, and the lines set aside.

    Raises `NotAMessageLog`, and `OSError` where the file cannot be read.
    """
    return sort(_rows(log_text.read(path)))


Row = tuple[LogRecord, dict[str, str]]
"""A record, and its cells by column."""


def sort(rows: Iterable[Row]) -> tuple[list[LoggedConversation], list[RefusedLine]]:
    """Group rows into conversations; a bad row is set aside, and so is a ticket without its message 0."""
    found: dict[str, LoggedConversation] = {}
    lines, aside = _lines(rows)
    for line in lines:
        found.setdefault(line.ticket_id, LoggedConversation(line.ticket_id)).lines.append(line)
    whole, left_out = _in_order(found.values())
    return whole, sorted(aside + left_out, key=lambda each: each.number)


def _rows(text: LogText) -> Iterator[Row]:
    first = (
        1 if text.lines and text.lines[0].strip().lower().startswith("sep=") else 0
    )  # a spreadsheet's own hint
    head = text.lines[first] if len(text.lines) > first else ""
    separator = log_text.separator_of(head, COLUMNS)
    names = log_text.names_in(head, separator)
    if missing := [name for name in COLUMNS if name not in names]:
        raise NotAMessageLog(_("This is no message log: it has no column %s.") % ", ".join(missing))
    if doubled := [name for name in COLUMNS if names.count(name) > 1]:
        raise NotAMessageLog(_("This log has the column %s twice.") % ", ".join(doubled))
    found = log_text.records(
        text.lines,
        first=first + 1,
        separator=separator,
        width=len(names),
        is_record=lambda cells: len(cells) == len(names) and _is_said(dict(zip(names, cells, strict=True))),
    )
    for record in _told_of_the_end(found, cut_off=text.cut_off):
        yield record, dict(zip(names, record.cells, strict=False))


def _is_said(row: dict[str, str]) -> bool:
    return row["our_role"] in ROLES and row["is_public"] in ("0", "1")


def _told_of_the_end(found: Iterable[LogRecord], *, cut_off: bool) -> Iterator[LogRecord]:
    """Yield the records; the last of a file that was cut off may lack its end, however whole it looks."""
    last: LogRecord | None = None
    for record in found:
        if last is not None:
            yield last
        last = record
    if last is not None:
        why = _("The file is damaged or cut off here.")
        yield LogRecord(last.number, last.cells, why) if cut_off else last


def _lines(rows: Iterable[Row]) -> tuple[list[LoggedMessage], list[RefusedLine]]:
    lines: list[LoggedMessage] = []
    aside: list[RefusedLine] = []
    for record, row in rows:
        try:
            if record.fault:
                raise BadLine(record.fault)
            _check_speaker(row)
            lines.append(_line(record.number, row))
        except BadLine as bad:
            whose = (row.get("ticket_id") or "", row.get("message_id") or "")
            aside.append(RefusedLine(record.number, *whose, str(bad)))
    return lines, aside


def _check_speaker(row: dict[str, str]) -> None:
    """Refuse a line that lacks something, or that nobody can have said so."""
    role, public = row["our_role"], row["is_public"]
    if role not in ROLES:
        raise BadLine(_("The role “%s” is not known.") % role)
    if public not in ("0", "1"):
        raise BadLine(_("is_public must be 0 or 1."))
    if _status(row) not in STATUSES:
        raise BadLine(_("The status “%s” is not known.") % row["status"][:40])
    seq = _number(row["comment_seq"])
    if role == "customer" and public == "0" and seq > 0:
        raise BadLine(_("A customer's message cannot be internal."))


def _line(number: int, row: dict[str, str]) -> LoggedMessage:
    return LoggedMessage(
        number=number,
        ticket_id=_named(row["ticket_id"], "ticket_id"),
        seq=_number(row["comment_seq"]),
        message_id=_named(row["message_id"], "message_id"),
        at=_instant(row["at"]),
        author=one_line(_sayable(row["author"]))[:200],
        role=row["our_role"],
        public=row["is_public"] == "1",
        body=_body(row["body"]),
        status=_status(row),
    )


def _status(row: dict[str, str]) -> str:
    return (row.get("status") or "").strip()


def _named(value: str, column: str) -> str:
    name = _sayable(value).strip()
    if not name or len(name) > 200:
        raise BadLine(_("%s must have 1 to 200 characters.") % column)
    if _EXPONENT.fullmatch(name):
        raise BadLine(_("“%s” is what a spreadsheet makes of a long number; the id is lost.") % name)
    return name


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadLine(_("comment_seq must be a number from 0."))
    return int(value)


def _instant(value: str) -> datetime:
    try:
        return instant_text.read(value.strip()).astimezone(UTC)
    except instant_text.NoOffset:
        raise BadLine(_("The time has no zone.")) from None
    except (instant_text.NotAnInstant, OverflowError):
        raise BadLine(_("“%s” is not a time.") % value[:40]) from None


def _body(value: str) -> str:
    body = _sayable(value)
    if not is_visible(body):
        raise BadLine(_("The message is empty."))
    return body


def _sayable(value: str) -> str:
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise BadLine(_("The text holds bytes that are no UTF-8, or a NUL."))
    return value


def _in_order(found: Iterable[LoggedConversation]) -> tuple[list[LoggedConversation], list[RefusedLine]]:
    whole: list[LoggedConversation] = []
    left_out: list[RefusedLine] = []
    for conversation in found:
        conversation.lines.sort(key=lambda line: (line.seq, line.number))
        if conversation.lines[0].seq == 0:
            left_out += _second_openings(conversation) + _second_bearers(conversation)
            whole.append(conversation)
            continue
        reason = _("Message 0, which opens the ticket, is missing.")
        left_out += [line.refused(reason) for line in conversation.lines]
    return whole, left_out


def _second_openings(conversation: LoggedConversation) -> list[RefusedLine]:
    """Take out what opens a ticket again: nobody can tell whether it is a reply, or another ticket's."""
    again = [line for line in conversation.lines[1:] if line.seq == 0]
    conversation.lines = [line for line in conversation.lines if line not in again]
    reason = _("The ticket has another message 0, on line %d.") % conversation.lines[0].number
    return [line.refused(reason) for line in again]


def _second_bearers(conversation: LoggedConversation) -> list[RefusedLine]:
    """Take out what bears the id of another message of the ticket: one of the two would be lost without a word."""
    first: dict[str, LoggedMessage] = {}
    for line in conversation.lines:
        first.setdefault(line.message_id, line)
    again = [line for line in conversation.lines if not line.repeats(first[line.message_id])]
    conversation.lines = [line for line in conversation.lines if line not in again]
    reason = _("The ticket has another message with this id, on line %d.")
    return [line.refused(reason % first[line.message_id].number) for line in again]
