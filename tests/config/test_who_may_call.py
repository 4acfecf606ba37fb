"""The naming cast at every address of the API: the store's key, another store's, one that may do nothing, and none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest

from helpdesk.database.instant import database_now
from helpdesk.models import ApiKey
from monitor.models import Flag
from monitor.promises.defaults import ensure_defaults
from tests.docs.served import api_routes
from tests.furnished import PLACE, Furnished
from tests.helpdesk.api.conftest import Caller, Callers, caller, callers, raw_of
from tests.make import Make

__all__ = ["caller", "callers"]

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FOR_ANYBODY: Final = {("GET", "/schema"), ("GET", "/docs")}

BY_OWNER: Final = {"agent": "owner@example.com"}
BODIES: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("POST", "/tickets/{ref}/messages"): {"body": "Hello?"},
    ("PUT", "/tickets/{ref}/bounce"): {"external_id": "none"},
    ("PUT", "/tickets/{ref}/acknowledgement"): BY_OWNER,
    ("PUT", "/tickets/{ref}/assignee"): {"assignee": "owner@example.com"},
    ("PUT", "/tickets/{ref}/status"): {"status": "pending", **BY_OWNER},
    ("PUT", "/tickets/{ref}/priority"): {"priority": "low", **BY_OWNER},
    ("PUT", "/tickets/{ref}/customer"): {"customer": {"email": "kim@example.com"}, **BY_OWNER},
    ("PUT", "/tickets/{ref}/queue"): {"queue": "Support", **BY_OWNER},
    ("PUT", "/tickets/{ref}/order"): {"order": {"id": "8841"}},
    ("PUT", "/tickets/{ref}/topic"): {"topic": "Refunds", **BY_OWNER},
    ("POST", "/tickets/{ref}/split"): {"messages": ["1"], **BY_OWNER},
    ("PUT", "/tickets/{ref}/undo"): {"event": 1, **BY_OWNER},
    ("PUT", "/blocks/{block}/lifting"): {},
    ("PUT", "/flags/{flag}/acknowledgement"): BY_OWNER,
}
"""What is asked of something that an address names; a new way to ask so fails until it stands here."""


@pytest.fixture
def there(make: Make) -> dict[str, object]:
    """What stands in the places of addresses."""
    ensure_defaults()
    desk = Furnished(make)
    late = make.ticket(occurred_at=(database_now() - timedelta(hours=5)).isoformat(), now=database_now())
    return {
        "ref": desk.ticket.reference,
        "block": desk.behind["/mail/blocked/{number}"],
        "attachment": desk.behind["/attachments/{number}"],
        "mail": desk.behind["/mail/{number}"],
        "flag": Flag.objects.filter(ticket=late).earliest("pk").pk,
    }


def call(somebody: Caller, operation: tuple[str, str], there: dict[str, object]) -> int:
    method, path = operation
    body = b"" if method == "GET" else raw_of(BODIES.get(operation, {}))
    answer = somebody.call(method, PLACE.sub(lambda place: str(there[place.group()[1:-1]]), path), body)
    return int(answer.status_code)


def test_nothing_but_the_contract_is_told_without_a_key_that_may_ask(
    callers: Callers, there: dict[str, object]
) -> None:
    nobody, powerless = callers.nobody(), callers()
    ApiKey.objects.update(scopes=[])
    for operation in api_routes():
        expected = (200, 200) if operation in FOR_ANYBODY else (401, 403)
        assert (call(nobody, operation, there), call(powerless, operation, there)) == expected, operation


def test_what_is_of_another_store_is_not_there(
    callers: Callers, caller: Caller, there: dict[str, object]
) -> None:
    outsider = callers.outsider()
    naming = [operation for operation in api_routes() if PLACE.search(operation[1])]
    assert {operation for operation in naming if operation[0] != "GET"} == set(BODIES)
    for operation in naming:
        assert call(outsider, operation, there) == 404, operation
        assert call(caller, operation, there) not in {401, 403, 405, 500}, operation
