"""A helpdesk for tests that speaks what Freshdesk documents of its API, with its limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tests.monitor.opinion.exports import AGENT
from tests.monitor.opinion.reading.stand_in import Asked, Fault, StandIn

MOST_PAGES, LARGEST_PAGE = 300, 100
SAID: Final = re.compile(r"/api/v2/tickets/(\d+)/conversations")
SCOPE: Final = {"all": 1, "groups": 2, "own": 3}


@dataclass
class FreshdeskStandIn(StandIn):
    """Tickets by their last change, deleted ones and spam apart, what was said on each, and whose the key is."""

    sees: str = "all"

    def answer(self, asked: Asked) -> Any:
        query = {name: values[0] for name, values in asked.query.items()}
        if asked.path == "/api/v2/agents/me":
            return {"id": AGENT, "ticket_scope": SCOPE[self.sees], "contact": {"name": "Zelda Quist"}}
        if asked.path == "/api/v2/tickets":
            return self._tickets(query)
        found = SAID.fullmatch(asked.path)
        return self._said(int(found[1]), query) if found else Fault(404)

    def _tickets(self, asked: dict[str, str]) -> Any:
        """Answer a page of a list; without an instant, of what was made within thirty days."""
        if "updated_since" not in asked or (asked["order_by"], asked["order_type"]) != ("updated_at", "asc"):
            return Fault(400)
        since = datetime.fromisoformat(asked["updated_since"])
        listed = sorted(self.tickets, key=lambda each: (each["updated_at"], each["id"]))
        there = [
            _bare(each, asked.get("include", ""))
            for each in listed
            if datetime.fromisoformat(each["updated_at"]) >= since
            and _list_of(each) == asked.get("filter", "")
        ]
        return self._page(there, asked)

    def _said(self, number: int, asked: dict[str, str]) -> Any:
        found = next((each for each in self.tickets if each["id"] == number), None)
        if found is None or found.get("conversations") is None:
            return Fault(404 if found is None else 403)
        return self._page(found["conversations"], asked)

    def _page(self, rows: list[dict[str, Any]], asked: dict[str, str]) -> Any:
        number, size = int(asked.get("page", 1)), int(asked.get("per_page", 30))
        if number > MOST_PAGES or size > LARGEST_PAGE:
            return Fault(400)
        return rows[(number - 1) * size : number * size]


def _list_of(ticket: dict[str, Any]) -> str:
    if ticket.get("spam"):
        return "spam"
    return "deleted" if ticket.get("deleted") else ""


def _bare(ticket: dict[str, Any], include: str) -> dict[str, Any]:
    left_out = {"conversations", *({"stats", "description", "requester"} - set(include.split(",")))}
    return {name: value for name, value in ticket.items() if name not in left_out}
