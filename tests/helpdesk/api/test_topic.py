"""What a ticket is about, said by the API as on its page."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.models import StoreTopic, Ticket
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.helpdesk.desk import history
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

OWNER = "owner@example.com"


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket()


@pytest.fixture
def returns(make: Make) -> StoreTopic:
    return StoreTopic.objects.create(store=make.store(), name="Returns")


def put(caller: Caller, ticket: Ticket, topic: str | None, **more: Any) -> Any:
    return caller.put(f"/tickets/{ticket.reference}/topic", {"topic": topic, "agent": OWNER} | more)


def test_a_topic_is_named_in_whatever_case_and_null_takes_it_away(
    caller: Caller, ticket: Ticket, returns: StoreTopic
) -> None:
    assert told(put(caller, ticket, "returns"))["topic"] == "Returns"
    assert told(put(caller, ticket, "Returns"))["topic"] == "Returns"
    assert told(put(caller, ticket, None))["topic"] is None

    changed = f"topic_changed {returns.pk}"
    assert [kind.split()[0] for kind in history(ticket)] == ["opened", "topic_changed", "topic_changed"], (
        changed
    )


def test_one_that_is_not_on_the_store_s_list_is_refused_where_it_stands(
    caller: Caller, make: Make, ticket: Ticket, returns: StoreTopic
) -> None:
    StoreTopic.objects.create(store=make.store("Another shop"), name="Delivery")
    assert_problem(put(caller, ticket, "Delivery"), 422, "unknown-topic", "/topic")

    StoreTopic.objects.filter(pk=returns.pk).update(retired_at=NOW)
    assert_problem(put(caller, ticket, "Returns"), 422, "unknown-topic", "/topic")
    assert told(caller.get(f"/tickets/{ticket.reference}"))["topic"] is None


def test_the_agent_takes_it_back(caller: Caller, ticket: Ticket, returns: StoreTopic) -> None:
    put(caller, ticket, "Returns")

    assert told(caller.put(f"/tickets/{ticket.reference}/undo", {"agent": OWNER}))["topic"] is None


def test_a_version_that_is_old_changes_nothing(caller: Caller, ticket: Ticket, returns: StoreTopic) -> None:
    path = f"/tickets/{ticket.reference}/topic"

    assert_problem(caller.put(path, {"topic": "Returns"}, If_Match='"7"'), 412, "stale-version")
    assert caller.put(path, {"topic": "Returns"}, If_Match='"1"').headers["ETag"] == '"2"'


def test_the_outsider_s_key_finds_no_ticket_and_one_that_may_only_write_is_refused(
    callers: Callers, ticket: Ticket, returns: StoreTopic
) -> None:
    assert_problem(put(callers.outsider(), ticket, "Returns"), 404, "not-found")
    assert_problem(put(callers(scopes=["read", "write"]), ticket, "Returns"), 403, "scope-missing")
