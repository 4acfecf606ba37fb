"""Flags in the API: listed, and taken in hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from helpdesk.database.instant import database_now
from monitor.models import Flag, News
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import Make


@pytest.fixture
def ticket(caller: Caller) -> dict[str, Any]:
    """A ticket whose acknowledgement and first response are late, and flagged by the relay."""
    occurred_at = (database_now() - timedelta(hours=5)).isoformat()
    body = {"message": {"body": "Where is my order?"}, "occurred_at": occurred_at}
    answer: dict[str, Any] = told(caller.post("/tickets", body))
    return answer


def flags(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    page = told(caller.get(f"/flags{query}"))
    assert page["next_cursor"] is None
    found: list[dict[str, Any]] = page["data"]
    return found


def test_a_flag_says_what_broke_when_and_when_we_noticed(caller: Caller, ticket: dict[str, Any]) -> None:
    [flag] = flags(caller, "?level=breached&open=true&ticket=" + ticket["reference"])[:1]

    assert flag["ticket"] == ticket["reference"]
    assert flag["metric"] in {"acknowledgement", "first_response"}
    assert flag["raised_at"] < flag["noticed_at"]
    assert (flag["withdrawn_at"], flag["acknowledged_at"], flag["acknowledged_by"]) == (None, None, None)


def test_what_came_late_is_timed_from_when_it_was_asked_and_charged_to_the_way_in(caller: Caller) -> None:
    asked = database_now() - timedelta(hours=60)
    body = {"message": {"body": "Where is my order?"}, "occurred_at": asked.isoformat()}

    ticket = told(caller.post("/tickets", body))

    assert [warning.partition(":")[0] for warning in ticket["warnings"]] == ["ingest_lag"]
    assert {clock["started_at"] for clock in ticket["clocks"]} == {ticket["occurred_at"]}
    assert [clock["elapsed"]["wall"] for clock in ticket["clocks"]] == pytest.approx([216_000] * 3, abs=5)
    lags = {flag["metric"]: flag["ingest_lag"] for flag in flags(caller, "?level=breached")}
    assert lags == pytest.approx({"acknowledgement": 59 * 3600, "first_response": 56 * 3600}, abs=5)


def test_a_late_arrival_is_named_once_and_only_where_something_broke_meanwhile(caller: Caller) -> None:
    def opened(**ago: float) -> Any:
        asked = {
            "message": {"body": "Hello?"},
            "occurred_at": (database_now() - timedelta(**ago)).isoformat(),
        }
        return told(caller.post("/tickets", asked))

    late = opened(hours=2)
    assert "after acknowledgement had broken, the first 3600 seconds ago" in late["warnings"][0]
    assert told(caller.get(f"/tickets/{late['reference']}"))["warnings"] == []
    assert opened(minutes=50)["warnings"] == []


def test_conditions_keep_what_meets_them(caller: Caller, ticket: dict[str, Any]) -> None:
    everything = flags(caller)

    assert everything
    assert flags(caller, "?queue=Support") == everything
    assert flags(caller, "?queue=Elsewhere") == flags(caller, "?ticket=T-0000000") == []
    assert {one["level"] for one in flags(caller, "?level=at_risk")} <= {"at_risk"}
    assert len(flags(caller, "?open=true")) + len(flags(caller, "?open=false")) == len(everything)


def test_pages_follow_each_other(caller: Caller, ticket: dict[str, Any]) -> None:
    everything = [one["id"] for one in flags(caller)]

    seen, cursor = [], ""
    for _ in everything:
        page = told(caller.get(f"/flags?limit=1{cursor}"))
        seen += [one["id"] for one in page["data"]]
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == everything
    assert page["next_cursor"] is None


@pytest.mark.parametrize(
    "query", ["open=1", "open=True", "level=late", "ticket=1", "limit=0", "metric=update"]
)
def test_a_wrong_condition_is_refused(caller: Caller, query: str) -> None:
    response = caller.get(f"/flags?{query}")

    assert response.status_code == 422
    assert told(response)["errors"][0]["parameter"] == query.partition("=")[0]


def test_a_flag_is_taken_in_hand_once(caller: Caller, make: Make, ticket: dict[str, Any]) -> None:
    flag = flags(caller)[0]["id"]
    make.agent("colleague")

    first = told(caller.put(f"/flags/{flag}/acknowledgement", {"agent": make.agent().email}))
    again = told(caller.put(f"/flags/{flag}/acknowledgement", {"agent": "colleague@example.com"}))

    assert first["acknowledged_by"] == "owner@example.com"
    assert again == first
    assert flag not in [one["id"] for one in flags(caller, "?open=true")]
    assert News.objects.filter(flag=flag, change="acknowledged").count() == 1


def test_who_works_elsewhere_takes_nothing_in_hand(
    caller: Caller, make: Make, ticket: dict[str, Any]
) -> None:
    path = f"/flags/{flags(caller)[0]['id']}/acknowledgement"

    assert_problem(caller.put(path, {"agent": make.agent("outsider").email}), 422, "not-a-member", "/agent")
    assert not Flag.objects.filter(acknowledged_at__isnull=False).exists()


def test_who_asked_takes_none_of_their_question_in_hand(caller: Caller, make: Make) -> None:
    occurred_at = (database_now() - timedelta(hours=5)).isoformat()
    body = {
        "message": {"body": "Hello?"},
        "occurred_at": occurred_at,
        "customer": {"email": "Owner@example.com"},
    }
    assert caller.post("/tickets", body).status_code == 201
    path = f"/flags/{flags(caller)[0]['id']}/acknowledgement"

    assert_problem(caller.put(path, {"agent": make.agent().email}), 422, "own-question", "")

    assert not Flag.objects.exclude(acknowledged_at=None).exists()
    assert not News.objects.filter(change="acknowledged").exists()
    assert told(caller.put(path, {"agent": make.agent("colleague").email}))["acknowledged_at"]


def test_flags_are_for_the_stores_keys(callers: Callers, ticket: dict[str, Any], make: Make) -> None:
    path = f"/flags/{Flag.objects.all()[0].pk}/acknowledgement"
    body = {"agent": make.agent().email}

    outsider = callers.outsider()
    assert told(outsider.get("/flags"))["data"] == []
    assert_problem(outsider.put(path, body), 404, "not-found")
    assert_problem(callers.nobody().get("/flags"), 401, "no-key")
    assert_problem(callers.nobody().put(path, body), 401, "no-key")
    writer = callers(scopes=["write"])
    assert_problem(writer.get("/flags"), 403, "scope-missing")
    assert_problem(writer.put(path, body), 403, "scope-missing")
