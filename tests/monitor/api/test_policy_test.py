"""`POST /policies/test`: what a ticket would be promised, and nothing is written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.database.instant import database_now
from helpdesk.models import Customer, Ticket
from monitor.models import Calendar, Clock, Policy
from monitor.promises import versions
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import Make

ASKED = {"message": {"body": "Where is my order?"}}
TEST = "/policies/test"
WHAT_COUNTS = ("metric", "due_at", "target_seconds", "basis", "policy", "policy_version", "calendar")


def publish(name: str, match: dict[str, Any], *, position: int = -1) -> None:
    calendar = Calendar.objects.first()
    assert calendar
    versions.publish_policy(
        policy=Policy.objects.create(name=name),
        position=position,
        calendar=calendar,
        rules={"match": match, "targets": {"first_response": {"seconds": 600}}},
        now=database_now() - timedelta(days=1),
    )


def counted(clocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: one[name] for name in WHAT_COUNTS} for one in clocks]


def test_it_says_what_sending_the_same_ticket_gives(caller: Caller) -> None:
    publish("Angry", {"tags": ["angry"]})
    at = (database_now() - timedelta(hours=5)).isoformat()
    ticket = ASKED | {"tags": ["angry"], "priority": "urgent", "occurred_at": at}

    tried = told(caller.post(TEST, {"ticket": ticket}))

    assert not any(model.objects.exists() for model in (Ticket, Customer, Clock))
    sent = told(caller.post("/tickets", ticket))
    assert counted(tried["clocks"]) == counted(sent["clocks"])
    assert tried["policy"] == "Angry"
    again = told(caller.post(TEST, {"reference": sent["reference"]}))
    assert again == tried


def test_each_policy_says_what_it_asks_and_what_the_ticket_has(caller: Caller) -> None:
    publish("VIP", {"tier": ["vip"], "channel": ["mail"]})

    tried = told(caller.post(TEST, {"channel": "mail", "tier": "gold"}))

    first, *others = tried["policies"]
    assert first == {
        "policy": "VIP",
        "policy_version": 1,
        "place": "asks_for_others",
        "why": "VIP comes before Everybody, but asks for tier vip (this ticket has gold).",
        "conditions": [
            {"condition": "channel", "wanted": ["mail"], "has": ["mail"], "holds": True},
            {"condition": "tier", "wanted": ["vip"], "has": ["gold"], "holds": False},
        ],
    }
    assert [one["policy"] for one in others if one["place"] == "applies"] == ["Everybody"]
    assert tried["ticket"]["store"] == "Shop"


def test_a_ledger_goes_up_to_the_due_time_and_its_warning_lies_before(caller: Caller) -> None:
    tried = told(caller.post(TEST, {}))

    first = next(one for one in tried["clocks"] if one["metric"] == "first_response")
    assert first["ledger"][0]["from"] == tried["opened_at"]
    assert first["ledger"][-1]["to"] == first["due_at"]
    assert first["started_at"] < first["warns_at"] < first["due_at"]


def test_what_happens_afterwards_stops_and_starts_clocks(caller: Caller) -> None:
    at = datetime.fromisoformat("2030-03-04T10:00:00+00:00")
    later = [(at + timedelta(minutes=minutes)).isoformat() for minutes in (5, 10)]
    then = [{"what": "answered", "at": later[0]}, {"what": "customer_wrote", "at": later[1]}]

    tried = told(caller.post(TEST, {"opened_at": at.isoformat(), "then": then}))

    states = {one["metric"]: one["state"] for one in tried["clocks"]}
    assert states["first_response"] == "met"
    assert states["next_response"] == "running"


def test_policies_of_other_stores_are_none_of_the_keys_business(make: Make, caller: Caller) -> None:
    other = make.store("Rival", queue=make.queue("Rivals"))
    publish("Rival's", {"store": [other.pk]})
    publish("Both", {"store": [other.pk, make.store().pk], "queue": [other.default_queue_id]}, position=-2)

    tried = told(caller.post(TEST, {}))

    assert "Rival" not in str(tried)
    both = tried["policies"][0]
    assert both["conditions"][0]["wanted"] == ["Shop", "another store"]
    assert both["conditions"][1]["wanted"] == ["another queue"]


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"ticket": ASKED, "reference": "T-QAAAQVX"}, "contradiction", "/reference"),
        ({"queue": "Nowhere"}, "unknown-queue", "/queue"),
        ({"priority": "huge"}, "misfit", "/priority"),
        ({"ticket": {"subject": "No message"}}, "misfit", "/ticket/message"),
        ({"ticket": ASKED | {"message": {"body": "x", "automatic": True}}}, "automatic-never-opens",
         "/ticket/message/automatic"),
        ({"opened_at": "2999-01-01T00:00:00Z"}, "bad-time", "/opened_at"),
        ({"ticket": ASKED | {"occurred_at": "2030-01-01T00:00:00Z"}}, "in-the-future", "/ticket/occurred_at"),
        ({"opened_at": "2026-01-01T10:00:00Z", "then": [{"what": "answered", "at": "2026-01-01T09:00:00Z"}]},
         "out-of-order", "/then/0/at"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_refused_by_place(
    caller: Caller, body: dict[str, Any], code: str, pointer: str
) -> None:
    assert_problem(caller.post(TEST, body), 422, code, pointer)


def test_another_stores_ticket_is_not_there(make: Make, caller: Caller) -> None:
    foreign = make.ticket(store=make.store("Rival", queue=make.queue("Rivals")))

    assert_problem(caller.post(TEST, {"reference": foreign.reference}), 404, "not-found")


def test_a_key_that_may_not_read_may_not_try(callers: Callers) -> None:
    assert_problem(callers(scopes=["write"]).post(TEST, {}), 403, "scope-missing")
