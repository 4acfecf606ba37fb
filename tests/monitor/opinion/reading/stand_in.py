"""Helpdesks for tests, on loopback, that fail as they are told to. One speaks what Zendesk documents of its API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from tests.monitor.opinion import exports
from tests.serving import served

TOKEN: Final = "Bearer wonderful-token"  # of nobody


@dataclass
class Fault:
    """What is answered instead, once: a status, or half of the page."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass
class Asked:
    """A question that came."""

    method: str
    path: str
    query: dict[str, list[str]]
    authorization: str | None


@dataclass
class StandIn:
    """What is there, how much comes at a time, what fails at the question of which number, and what was asked."""

    tickets: Sequence[dict[str, Any]]
    at_a_time: int = 1000
    faults: dict[int, Fault] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    address: str = ""
    token: str = TOKEN
    before: Callable[[Asked], None] = lambda _asked: None
    """What happens there before a question is answered."""

    def paths(self) -> list[str]:
        return [asked.path.rpartition("/")[2] for asked in self.asked]

    def answer(self, asked: Asked) -> Any:
        """Return what is answered, or a fault."""
        raise NotImplementedError


@dataclass
class ZendeskStandIn(StandIn):
    """Users, and both incremental exports."""

    users: Sequence[dict[str, Any]] = ()

    def answer(self, asked: Asked) -> Any:
        answers: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
            "/api/v2/users.json": self._users,
            "/api/v2/incremental/tickets/cursor.json": self._tickets,
            "/api/v2/incremental/ticket_events.json": self._events,
        }
        found = answers.get(asked.path)
        return found({name: values[0] for name, values in asked.query.items()}) if found else Fault(404)

    def _users(self, asked: dict[str, str]) -> dict[str, Any]:
        begins = int(asked.get("page[after]", 0))
        ends = begins + min(self.at_a_time, int(asked["page[size]"]))
        meta = {"has_more": ends < len(self.users), "after_cursor": str(ends), "before_cursor": None}
        return {"users": self.users[begins:ends], "meta": meta, "links": {"next": "…", "prev": None}}

    def _tickets(self, asked: dict[str, str]) -> dict[str, Any]:
        """A cursor carries where it began; what an answer holds says whether metric sets were asked for with it."""
        since, _, place = asked.get("cursor", f"{asked.get('start_time')}.0").partition(".")
        bare = [{key: value for key, value in each.items() if key != "comments"} for each in self.tickets]
        if asked.get("include") != "metric_sets":
            bare = [{key: value for key, value in each.items() if key != "metric_set"} for each in bare]
        changed = sorted(bare, key=lambda each: (each["generated_timestamp"], each["id"]))
        there = [each for each in changed if each["generated_timestamp"] >= int(since)]
        ends = int(place) + min(self.at_a_time, int(asked["per_page"]))
        cursor = f"{since}.{ends}"
        links = {"after_cursor": cursor, "after_url": f"{self.address}/…?cursor={cursor}", "before_url": None}
        return {"tickets": there[int(place) : ends], **links, "end_of_stream": ends >= len(there)}

    def _events(self, asked: dict[str, str]) -> dict[str, Any]:
        since = int(asked["start_time"])
        there = [each for each in self._all_events() if each["timestamp"] >= since]
        page = there[: min(self.at_a_time, int(asked["per_page"]))]
        ends = page[-1]["timestamp"] if page else since
        more = {"count": len(page), "end_time": ends, "next_page": f"{self.address}/…?start_time={ends}"}
        return {"ticket_events": page, **more, "end_of_stream": len(page) == len(there)}

    def _all_events(self) -> list[dict[str, Any]]:
        events = [
            event
            for each in self.tickets
            for said in each.get("comments", ())
            for event in _events(each["id"], said)
        ]
        return sorted(events, key=lambda each: (each["timestamp"], each["id"]))


def _events(ticket: int, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a comment is told as, with when it was written down, and that it was made private, if it was."""
    number = ticket * 1000 + said["id"]
    child = said | {"id": number, "event_type": "Comment", "audit_id": number + 500, "via_reference_id": None}
    change = {"id": number + 700, "event_type": "Change", "status": "open", "previous_value": "new"}
    yield _event(
        ticket, number + 500, said.get("written_at") or said["created_at"], said["author_id"], change, child
    )
    if at := said.get("made_private_at"):
        hidden = {
            "id": number + 800,
            "event_type": "CommentPrivacyChange",
            "comment_id": number,
            "public": False,
        }
        yield _event(ticket, number + 900, at, said["author_id"], hidden)


def _event(ticket: int, number: int, at: str, by: int, *children: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "ticket_id": ticket,
        "timestamp": int(datetime.fromisoformat(at).timestamp()),
        "created_at": at,
        "updater_id": by,
        "via": "Mail",
        "event_type": "Audit",
        "child_events": list(children),
    }


USERS: Final = (
    {"id": exports.AGENT, "role": "agent", "name": "Zelda Quist"},
    {"id": exports.ROBOT, "role": "admin", "name": "A program"},
)


@contextmanager
def standing_in(*tickets: dict[str, Any], at_a_time: int = 1000) -> Iterator[ZendeskStandIn]:
    """Serve these tickets as Zendesk does, or those of the export."""
    there = ZendeskStandIn(tickets or list(exports.TICKETS.values()), at_a_time, users=USERS)
    with open_to_questions(there):
        yield there


@contextmanager
def open_to_questions(there: StandIn) -> Iterator[None]:
    """Have a helpdesk be asked on loopback, at the address that it is given."""

    class Door(_Door):
        stand_in = there

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    there.address = f"http://127.0.0.1:{server.server_port}"
    with served(server):
        yield


class _Door(BaseHTTPRequestHandler):
    stand_in: StandIn

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(self.command, parts.path, parse_qs(parts.query), self.headers["Authorization"])
        self.stand_in.asked.append(asked)
        self.stand_in.before(asked)
        fault = self.stand_in.faults.pop(len(self.stand_in.asked), Fault())
        told = self.stand_in.answer(asked)
        if asked.authorization != self.stand_in.token:
            fault = Fault(401)
        elif isinstance(told, Fault) and fault == Fault():
            fault = told
        self._say(fault, b"" if isinstance(told, Fault) else json.dumps(told).encode())

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815  # so they are called

    def _say(self, fault: Fault, told: bytes) -> None:
        body = told if fault.status == 200 else b"<html>no</html>"
        self.send_response(fault.status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in fault.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if fault.cut else body)

    def log_message(self, *args: object) -> None:
        """Be quiet."""
