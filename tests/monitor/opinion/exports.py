"""An export as the vendor documents it, made for tests: users, organisations, and tickets with what befalls them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from monitor.models import Opinion
from monitor.opinion import opinion_count, opinion_intake
from monitor.opinion.reading import opinion_source
from monitor.opinion.reading.api_trouble import ReadingRefused, ReadingTrouble
from tests.make import NOW

MADE: Final = NOW - timedelta(days=20)
READ: Final = NOW - timedelta(days=1)
AGENT, ROBOT, CUSTOMER = 501, 599, 7001


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def when(minutes: float) -> str:
    """Return so many minutes after a ticket was made, as it is written."""
    return stamp(MADE + timedelta(minutes=minutes))


def comment(
    number: int, by: int, minutes: float, *, public: bool = True, channel: str = "email"
) -> dict[str, Any]:
    said = {
        "id": number,
        "type": "Comment",
        "author_id": by,
        "public": public,
        "body": "Where is Zelda's parcel?",
    }
    return said | {"created_at": when(minutes), "via": {"channel": channel}}


def ticket(number: int, *comments: dict[str, Any], theirs: int | None, **more: Any) -> dict[str, Any]:
    usual = {
        "id": number,
        "created_at": stamp(MADE),
        "updated_at": stamp(MADE + timedelta(days=1)),
        "generated_timestamp": int(READ.timestamp()),
        "status": "solved",
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": None}},
        "subject": "Zelda's parcel",
        "requester_id": CUSTOMER,
        "submitter_id": CUSTOMER,
        "assignee_id": AGENT,
        "tags": [],
        "comments": list(comments),
        "metric_set": {"reply_time_in_minutes": {"calendar": theirs, "business": theirs}},
    }
    return usual | more


def asked() -> dict[str, Any]:
    return comment(1, CUSTOMER, 0)


TICKETS: Final = {
    "": ticket(1, asked(), comment(2, AGENT, 95), theirs=95),
    "closed_silently": ticket(2, asked(), theirs=None),
    "still_waiting": ticket(3, asked(), theirs=None, status="open"),
    "bot_counted": ticket(4, asked(), comment(2, ROBOT, 1, channel="api"), comment(3, AGENT, 60), theirs=1),
    "agent_started": ticket(5, comment(1, AGENT, 0), comment(2, AGENT, 30), theirs=30, submitter_id=AGENT),
    "unexplained": ticket(6, asked(), comment(2, AGENT, 95), theirs=7),
}
"""A ticket for some reasons."""


def lines() -> Iterator[bytes]:
    """Yield the lines of the export; who works there stands last, as it may."""
    for each in TICKETS.values():
        yield json.dumps({"ticket": each}).encode()
    yield b'{"organization": {"id": 9, "name": "Quist & Sons"}}'
    for number, role in ((AGENT, "agent"), (ROBOT, "agent"), (CUSTOMER, "end-user")):
        yield json.dumps({"user": {"id": number, "role": role, "name": "Zelda Quist"}}).encode()


def whole() -> bytes:
    return b"\n".join(lines())


def refused_opinion() -> int:
    """Begin an opinion that is read from an API, and was refused; return its number."""
    opinion: Opinion = opinion_intake.begin(vendor="zendesk", since=MADE, now=NOW)
    with transaction.atomic():
        source = opinion_source.begin(opinion, account="acme", authorization="Bearer x", now=NOW)
    opinion_source.give_up(source, ReadingRefused(ReadingTrouble.TOKEN_UNKNOWN), now=NOW)
    return opinion.pk


def counted_opinion() -> int:
    """Take the export in and count it; return the number of the opinion."""
    opinion: Opinion = opinion_intake.begin(vendor="zendesk", since=MADE, now=NOW, robots=[ROBOT])
    for _ in opinion_intake.take_in(opinion, lines(), now=NOW):
        pass
    with transaction.atomic():
        while opinion_count.count_some(opinion, now=NOW):
            pass
    return opinion.pk
