"""Playing a message log through the HTTP API as if it happened now, many times faster.

The API's clocks run in real time, so a speeded-up log alone would look as if everybody answered at once.
Each ticket is therefore dated back by as long as its first answer took: it arrives, its
promises stand where they stood then, and what was late is flagged while one watches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from helpdesk.intake.message_log import LoggedConversation, LoggedMessage


@dataclass(frozen=True, slots=True)
class PlaybackRequest:
    """One request of the playback: when to send it, and what it says."""

    at: datetime
    line: LoggedMessage
    opens: bool
    occurred_at: datetime


def score(
    conversations: Iterable[LoggedConversation], *, start: datetime, speed: float
) -> list[PlaybackRequest]:
    """Return when each message is sent, in that order; `speed` is log seconds per second."""
    whole = list(conversations)
    first = min((line.at for talk in whole for line in talk.lines), default=start)
    cues = [cue for talk in whole for cue in _cues(talk, first=first, start=start, speed=speed)]
    return sorted(cues, key=lambda cue: (cue.at, cue.line.number))


def _cues(
    talk: LoggedConversation, *, first: datetime, start: datetime, speed: float
) -> Iterator[PlaybackRequest]:
    opening = talk.lines[0]
    for line in talk.lines:
        at = start + (max(line.at, opening.at) - first) / speed
        opens = line is opening
        yield PlaybackRequest(at, line, opens, at - _head_start(talk, speed) if opens else at)


def _head_start(talk: LoggedConversation, speed: float) -> timedelta:
    """Return by how much the ticket is dated back so that its first answer takes as long as it did."""
    asked = talk.lines[0].at
    answers = [line.at for line in talk.lines[1:] if line.role == "agent" and line.public]
    taken = max(min(answers, default=asked) - asked, timedelta())
    return taken * (1 - 1 / speed)


def request_of(cue: PlaybackRequest, *, agent: str) -> dict[str, Any]:
    """Return the JSON body that the cue sends; the staff of the log speak as one agent, by e-mail."""
    line = cue.line
    if cue.opens:
        return _opening(line, cue.occurred_at)
    author = {"kind": line.role} | ({"agent": agent} if line.role == "agent" else {})
    return {"body": line.body, "author": author, "public": line.public}


def _opening(line: LoggedMessage, occurred_at: datetime) -> dict[str, Any]:
    return {
        "external_id": f"replay-{line.ticket_id}-{int(occurred_at.timestamp())}",
        "subject": line.body.strip().splitlines()[0][:120],
        "customer": {"external_id": line.author, "name": line.author},
        "message": {"body": line.body},
        "occurred_at": occurred_at.isoformat(),
    }
