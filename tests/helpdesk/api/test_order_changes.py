"""What a shop says of an order by now, in place of what it said when the ticket was opened."""

from __future__ import annotations

import pytest

from helpdesk.models import Ticket
from tests.helpdesk.api.conftest import Caller, assert_problem, told
from tests.helpdesk.desk import history
from tests.make import Make

pytestmark = pytest.mark.django_db

SHIPPED = {"id": "1001", "status": "shipped"}


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(order={"id": "1001", "status": "paid"})


def test_the_snapshot_takes_the_place_of_the_one_before(caller: Caller, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.reference}/order"
    assert told(caller.put(path, {"order": SHIPPED}))["order"] == SHIPPED
    assert told(caller.put(path, {"order": SHIPPED}))["order"] == SHIPPED

    ticket.refresh_from_db()
    assert ticket.order == SHIPPED
    assert history(ticket) == ["opened", "order_changed"]


def test_an_order_has_an_id(caller: Caller, ticket: Ticket) -> None:
    refused = caller.put(f"/tickets/{ticket.reference}/order", {"order": {"status": "shipped"}})

    assert_problem(refused, 422, "misfit")


def test_another_store_s_ticket_is_not_there(caller: Caller, make: Make) -> None:
    foreign = make.ticket(store=make.store("Other"))

    assert caller.put(f"/tickets/{foreign.reference}/order", {"order": SHIPPED}).status_code == 404
