"""A helpdesk for tests that speaks what Gorgias documents of its API: cursors over lists that know no time."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tests.monitor.opinion.reading.stand_in import Asked, Fault, StandIn

LARGEST_PAGE: Final = 100
ORDERS: Final = {
    "/api/tickets": ("created_datetime:desc", "updated_datetime:desc"),
    "/api/messages": ("created_datetime:desc",),
}


@dataclass
class GorgiasStandIn(StandIn):
    """Tickets without what was said on them, and all that was said."""

    def answer(self, asked: Asked) -> Any:
        query = {name: values[0] for name, values in asked.query.items()}
        order, size = query.get("order_by", ""), int(query.get("limit", 30))
        if order not in ORDERS.get(asked.path, ()) or size > LARGEST_PAGE:
            return Fault(404 if asked.path not in ORDERS else 400)
        return self._page(self._rows(asked.path), order.partition(":")[0], query.get("cursor"), size)

    def _rows(self, path: str) -> list[dict[str, Any]]:
        if path == "/api/messages":
            return [
                said | {"id": each["id"] * 10_000 + said["id"], "ticket_id": each["id"]}
                for each in self.tickets
                for said in each["messages"] or ()
            ]
        return [{name: value for name, value in each.items() if name != "messages"} for each in self.tickets]

    def _page(self, rows: list[dict[str, Any]], by: str, cursor: str | None, size: int) -> dict[str, Any]:
        """Answer what follows a cursor, which names the last that was told: what changes meanwhile shifts nothing."""
        ordered = sorted(
            ((_at(row[by]), row["id"], row) for row in rows), key=lambda each: each[:2], reverse=True
        )
        if cursor is not None:
            at, _, number = urlsafe_b64decode(cursor).decode().rpartition("|")
            ordered = [each for each in ordered if each[:2] < (datetime.fromisoformat(at), int(number))]
        page = ordered[: min(size, self.at_a_time)]
        goes_on = len(ordered) > len(page)
        after = (
            urlsafe_b64encode(f"{page[-1][0].isoformat()}|{page[-1][1]}".encode()).decode()
            if goes_on
            else None
        )
        meta = {"prev_cursor": None, "next_cursor": after, "total_resources": None}
        return {"object": "list", "uri": "…", "data": [row for _at, _id, row in page], "meta": meta}


def _at(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
