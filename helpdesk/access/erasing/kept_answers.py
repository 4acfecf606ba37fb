"""Answers that the API keeps for a day, once somebody whom they tell of is to be forgotten.

What is left of one says which ticket and message came of the request, and that nobody was told it as it stands. So a
repeat of the request is known, and is told of them anew, as they are by then.
"""

from __future__ import annotations

from typing import Any, Final, LiteralString

import msgspec

from helpdesk.database.statement import run
from helpdesk.models import Agent, Customer, IdempotentRequest


def reduce_those_about(customer: Customer) -> None:
    """Take out of the store's kept answers what they say of the customer's tickets, and where else they name them."""
    _reduce(run(_ABOUT_TICKETS_OF, (customer.store_id, customer.pk)))
    _reduce(run(_NAMING_IN_STORE, (*_called(customer), customer.store_id)))


def reduce_those_naming(agent: Agent) -> None:
    """Take out of all kept answers that name the agent, by address or name, what they say."""
    _reduce(run(_NAMING, _called(agent)))


def _called(person: Customer | Agent) -> tuple[str | None, str | None]:
    """Return address and name in lower case; null, which nothing is like, where there is none."""
    return person.email.lower() or None, person.name.lower() or None


def _reduce(found: list[tuple[Any, ...]]) -> None:
    left = [
        IdempotentRequest(pk=row, body=msgspec.json.encode(_reduced(msgspec.json.decode(body))), scopes=[])
        for row, body in found
    ]
    IdempotentRequest.objects.bulk_update(left, ["body", "scopes"], batch_size=500)


def _reduced(told: Any) -> Any:
    match told:
        case {"results": list(results)}:
            return {"results": [_reduced(each) for each in results]}
        case {"ticket": {"reference": _}, **others}:
            said = {"message": {"id": told["message"]["id"]}} if "message" in told else {}
            return others | said | {"ticket": _reduced(told["ticket"])}
        case {"reference": reference}:
            return {"reference": reference, "warnings": []}
    return told


_FOUND: Final[LiteralString] = """
    SELECT kept.id, kept.body FROM helpdesk_idempotentrequest AS kept
     CROSS JOIN LATERAL (SELECT convert_from(kept.body, 'UTF8')::jsonb) AS told (answer)
"""
_IN_ORDER: Final[LiteralString] = " ORDER BY kept.id FOR NO KEY UPDATE OF kept"

_ABOUT_TICKETS_OF: Final[LiteralString] = (
    _FOUND
    + """
     WHERE kept.store_id = %s
       AND EXISTS (SELECT FROM jsonb_path_query(told.answer, '$.**.reference') AS said
                     JOIN helpdesk_ticket AS ticket ON ticket.reference = said #>> '{}'
                    WHERE ticket.customer_id = %s)"""
    + _IN_ORDER
)
_NAMES: Final[LiteralString] = (
    _FOUND
    + """
     WHERE EXISTS (SELECT FROM jsonb_path_query(told.answer, '$.**') AS said
                    WHERE jsonb_typeof(said) = 'string'
                      AND (strpos(lower(said #>> '{}'), %s::text) > 0 OR lower(said #>> '{}') = %s::text))"""
)
_NAMING: Final[LiteralString] = _NAMES + _IN_ORDER
_NAMING_IN_STORE: Final[LiteralString] = _NAMES + " AND kept.store_id = %s" + _IN_ORDER
