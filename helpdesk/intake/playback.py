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
    """One request of the playback: when to send it, what it says, and which conversation it opens, if any."""

    at: datetime
    line: LoggedMessage
    opens: LoggedConversation | None
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
    opening = talk.opening
    for line in (opening, *talk.others):
        at = start + (max(line.at, opening.at) - first) / speed
        if line is opening:
            yield PlaybackRequest(at, line, talk, at - _head_start(talk, speed))
        else:
            yield PlaybackRequest(at, line, None, at)


def _head_start(talk: LoggedConversation, speed: float) -> timedelta:
    """Return by how much the ticket is dated back so that its first answer takes as long as it did."""
    asked = talk.opening.at
    answers = [line.at for line in talk.others if line.role == "agent" and line.public]
    taken = max(min(answers, default=asked) - asked, timedelta())
    return taken * (1 - 1 / speed)


def request_of(cue: PlaybackRequest, *, agent: str) -> dict[str, Any]:
    """Return the JSON body that the cue sends; the staff of the log speak as one agent, by e-mail."""
    line = cue.line
    if cue.opens is not None:
        return _opening(line, cue.opens, cue.occurred_at, agent=agent)
    author = {"kind": line.role} | ({"agent": agent} if line.role == "agent" else {})
    return {"body": line.body, "author": author, "public": line.public}


def _opening(
    line: LoggedMessage, talk: LoggedConversation, occurred_at: datetime, *, agent: str
) -> dict[str, Any]:
    wrote_first = {"author": {"agent": agent, "public": line.public}} if talk.agent_wrote_first else {}
    return {
        "external_id": f"replay-{line.ticket_id}-{int(occurred_at.timestamp())}",
        "customer": {"name": talk.served},
        "message": {"body": line.body},
        "occurred_at": occurred_at.isoformat(),
        **wrote_first,
    }
