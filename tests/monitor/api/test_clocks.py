"""What the API says of a ticket's clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from helpdesk.database.instant import database_now
from helpdesk.models import TicketEvent
from monitor.models import KeptFold
from monitor.relay import clock_state, kept_folds, relay
from tests.helpdesk.api.conftest import Caller, Callers, assert_problem, told
from tests.make import Make

ASKED = {"message": {"body": "Where is my order?"}}
METRICS = ["acknowledgement", "first_response", "resolution"]


def ago(**span: float) -> str:
    return (database_now() - timedelta(**span)).isoformat()


def clock_of(ticket: dict[str, Any], metric: str) -> dict[str, Any]:
    [clock] = [one for one in ticket["clocks"] if one["metric"] == metric]
    return dict(clock)


def test_an_accepted_ticket_comes_back_with_its_due_times(caller: Caller) -> None:
    ticket = told(caller.post("/tickets", ASKED | {"priority": "high"}))

    clock = clock_of(ticket, "first_response")
    started_at, due_at = (datetime.fromisoformat(clock.pop(name)) for name in ("started_at", "due_at"))
    assert [one["metric"] for one in ticket["clocks"]] == METRICS
    assert due_at - started_at == timedelta(hours=1)
    assert clock == {
        "metric": "first_response",
        "cycle": 1,
        "state": "running",
        "stopped_at": None,
        "breached_at": None,
        "target_seconds": 3600.0,
        "basis": "business",
        "elapsed": {"business": 0.0, "wall": 0.0},
        "first_any": None,
        "first_substantive": None,
        "policy": "Everybody",
        "policy_version": 1,
        "calendar": "24×7",
        "calendar_version": 1,
        "target_days": None,
        "target_ends": None,
    }


def test_each_ticket_of_a_batch_has_its_clocks_and_its_promise(caller: Caller) -> None:
    answer = told(caller.post("/tickets/batch", {"tickets": [ASKED, ASKED | {"channel": "chat"}]}))

    first, second = (one["ticket"] for one in answer["results"])
    assert clock_of(first, "first_response")["target_seconds"] == 4 * 3600
    assert clock_of(second, "first_response")["policy"] == "Chat"
    assert first["promise"]["by"] > second["promise"]["by"]


def test_what_the_relay_has_worked_out_is_not_worked_out_again(
    caller: Caller, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(clock_state, "read_to_tell", refuse)
    author = {"kind": "agent", "agent": make.agent().email}

    ticket = told(caller.post("/tickets", ASKED))
    batch = told(caller.post("/tickets/batch", {"tickets": [ASKED, ASKED]}))
    answered = told(
        caller.post(f"/tickets/{ticket['reference']}/messages", {"body": "Tomorrow.", "author": author})
    )

    assert clock_of(answered["ticket"], "first_response")["state"] == "met"
    assert all(one["ticket"]["clocks"] for one in batch["results"])


def test_a_list_and_a_ticket_tell_the_same_clocks(caller: Caller) -> None:
    reference = told(caller.post("/tickets", ASKED))["reference"]

    [listed] = told(caller.get("/tickets"))["data"]
    read = told(caller.get(f"/tickets/{reference}"))

    for one in (*listed["clocks"], *read["clocks"]):
        one.pop("elapsed")
    assert listed == read


def test_a_running_clock_counts_on_until_it_is_asked(caller: Caller) -> None:
    ticket = told(caller.post("/tickets", ASKED | {"occurred_at": ago(hours=2), "priority": "urgent"}))

    clock = clock_of(ticket, "first_response")
    assert clock["state"] == "late"
    assert clock["elapsed"]["wall"] == pytest.approx(7200, abs=5)
    assert clock["elapsed"]["business"] == clock["elapsed"]["wall"]
    assert clock["breached_at"] == clock["due_at"] < ticket["received_at"]


def test_an_answer_stops_the_response_and_the_answer_says_so(caller: Caller, make: Make) -> None:
    reference = told(caller.post("/tickets", ASKED))["reference"]
    author = {"kind": "agent", "agent": make.agent().email}

    ticket = told(caller.post(f"/tickets/{reference}/messages", {"body": "Tomorrow.", "author": author}))[
        "ticket"
    ]

    assert clock_of(ticket, "first_response")["state"] == "met"
    assert clock_of(ticket, "acknowledgement")["state"] == "met"
    assert clock_of(ticket, "resolution")["state"] == "running"
    assert clock_of(ticket, "first_response")["stopped_at"] is not None
    assert ticket["promise"] is None


def test_a_first_response_tells_when_anybody_answered_and_when_something_of_substance_was_said(
    caller: Caller, make: Make
) -> None:
    reference = told(caller.post("/tickets", ASKED | {"occurred_at": ago(hours=3)}))["reference"]
    agent = {"kind": "agent", "agent": make.agent().email}

    def said(**fields: Any) -> dict[str, Any]:
        answer = told(caller.post(f"/tickets/{reference}/messages", {"body": "Soon.", **fields}))
        return clock_of(answer["ticket"], "first_response")

    by_bot = said(author={"kind": "bot"}, sent_at=ago(hours=2))
    assert by_bot["first_any"]["elapsed"]["wall"] == pytest.approx(3600, abs=5)
    assert (by_bot["state"], by_bot["stopped_at"], by_bot["first_substantive"]) == ("running", None, None)
    held = said(author=agent, holding=True, sent_at=ago(hours=1))
    assert (held["state"], held["first_substantive"], held["first_any"]) == ("met", None, by_bot["first_any"])
    answered = said(author=agent)
    assert answered["stopped_at"] == held["stopped_at"] < answered["first_substantive"]["at"]
    assert answered["first_substantive"]["elapsed"]["wall"] == pytest.approx(3 * 3600, abs=5)


def test_pending_pauses_the_resolution(caller: Caller) -> None:
    reference = told(caller.post("/tickets", ASKED))["reference"]

    clock = clock_of(told(caller.put(f"/tickets/{reference}/status", {"status": "pending"})), "resolution")

    assert (clock["state"], clock["due_at"]) == ("paused", None)


def test_a_change_of_priority_moves_the_due_time(caller: Caller) -> None:
    ticket = told(caller.post("/tickets", ASKED))
    before = clock_of(ticket, "first_response")

    after = clock_of(
        told(caller.put(f"/tickets/{ticket['reference']}/priority", {"priority": "urgent"})), "first_response"
    )

    assert after["started_at"] == before["started_at"]
    assert after["due_at"] < before["due_at"]


def test_the_ledger_adds_up_to_what_has_counted(caller: Caller) -> None:
    ticket = told(caller.post("/tickets", ASKED | {"occurred_at": ago(hours=3)}))
    caller.put(f"/tickets/{ticket['reference']}/status", {"status": "pending"})

    answer = told(caller.get(f"/tickets/{ticket['reference']}/clocks"))

    assert answer["warnings"] == []
    assert [clock["metric"] for clock in answer["data"]] == METRICS
    resolution = answer["data"][2]
    assert [step["kind"] for step in resolution["ledger"]] == ["running", "paused"]
    assert [step["reason"] for step in resolution["ledger"]] == ["opened", "pending"]
    assert [step["event"] for step in resolution["ledger"]] == [1, 2]
    assert resolution["ledger"][0]["policy"] == "Everybody"
    for clock in answer["data"]:
        running = sum(step["seconds"] for step in clock["ledger"] if step["kind"] == "running")
        assert running == pytest.approx(clock["elapsed"]["business"])


def talk(caller: Caller, make: Make, *, rounds: int) -> str:
    """Open a ticket that is answered, and on which its customer then writes and is answered, so many times."""
    reference: str = told(caller.post("/tickets", ASKED))["reference"]
    author = {"kind": "agent", "agent": make.agent().email}
    caller.post(f"/tickets/{reference}/messages", {"body": "Tomorrow.", "author": author})
    for _ in range(rounds):
        caller.post(f"/tickets/{reference}/messages", {"body": "And today?"})
        caller.post(f"/tickets/{reference}/messages", {"body": "No.", "author": author})
    return reference


ALL = [*METRICS, *["next_response"] * 5]


@pytest.mark.parametrize("kept_out", [4, 1000])
def test_answers_tell_what_runs_and_the_last_of_each_metric(
    caller: Caller, make: Make, monkeypatch: pytest.MonkeyPatch, kept_out: int
) -> None:
    monkeypatch.setattr(kept_folds, "KEPT_OUT", kept_out)
    monkeypatch.setattr(kept_folds, "RENEWED_EVERY", 2)
    reference = talk(caller, make, rounds=5)
    author = {"kind": "agent", "agent": make.agent().email}

    read = told(caller.get(f"/tickets/{reference}"))
    [listed] = told(caller.get("/tickets"))["data"]
    answered = told(caller.post(f"/tickets/{reference}/messages", {"body": "Still no.", "author": author}))[
        "ticket"
    ]

    assert KeptFold.objects.exists() == (kept_out == 4)
    for ticket in (read, listed, answered):
        cycles = [(one["metric"], one["cycle"], one["state"]) for one in ticket["clocks"]]
        assert cycles == [
            ("acknowledgement", 1, "met"),
            ("first_response", 1, "met"),
            ("resolution", 1, "running"),
            ("next_response", 5, "met"),
        ]
    everything = told(caller.get(f"/tickets/{reference}/clocks"))["data"]
    last = {one["metric"]: {**one, "ledger": None} for one in everything}
    for one in answered["clocks"]:
        if one["state"] == "met":
            assert {**one, "ledger": None} == last[one["metric"]]


def test_all_clocks_are_told_a_page_at_a_time(
    caller: Caller, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_folds, "KEPT_OUT", 4)
    monkeypatch.setattr(kept_folds, "RENEWED_EVERY", 2)
    reference = talk(caller, make, rounds=5)
    pages: list[list[str]] = []
    cursor = None
    while not pages or cursor:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        answer = told(caller.get(f"/tickets/{reference}/clocks?{urlencode(query)}"))
        pages.append([one["metric"] for one in answer["data"]])
        cursor = answer["next_cursor"]
        assert all(step["kind"] == "running" for one in answer["data"] for step in one["ledger"])

    assert pages == [ALL[:3], ALL[3:6], ALL[6:]]


def test_without_policies_clocks_are_measured_without_a_target(caller: Caller) -> None:
    from monitor.models import PolicyVersion

    PolicyVersion.objects.all().delete()

    ticket = told(caller.post("/tickets", ASKED))

    clock = clock_of(ticket, "first_response")
    assert (clock["due_at"], clock["target_seconds"], clock["basis"], clock["policy"]) == (None,) * 4
    assert (ticket["promise"], ticket["warnings"]) == (None, [])


@pytest.fixture
def broken_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the relay is broken")

    monkeypatch.setattr(relay, "apply", fail)


def test_a_broken_relay_costs_no_ticket_and_the_answer_says_so(caller: Caller, broken_relay: None) -> None:
    response = caller.post("/tickets", ASKED)

    ticket = told(response)
    assert response.status_code == 201
    assert (ticket["clocks"], ticket["promise"]) == (None, None)
    assert len(ticket["warnings"]) == 1
    answer = told(caller.get(f"/tickets/{ticket['reference']}/clocks"))
    assert (answer["data"], len(answer["warnings"])) == (None, 1)


def test_due_times_are_not_told_while_a_later_event_waits(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = told(caller.post("/tickets", ASKED))["reference"]
    monkeypatch.setattr(relay, "apply", lambda *_, **__: 1 / 0)

    ticket = told(caller.put(f"/tickets/{reference}/priority", {"priority": "urgent"}))

    assert (ticket["priority"], ticket["clocks"]) == ("urgent", None)


def test_the_others_in_a_list_keep_their_clocks(
    caller: Caller, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = told(caller.post("/tickets", ASKED))["reference"]
    with monkeypatch.context() as patch:
        patch.setattr(relay, "apply", lambda *_, **__: 1 / 0)
        caller.post("/tickets", ASKED)

    clocks = {one["reference"]: one["clocks"] for one in told(caller.get("/tickets"))["data"]}

    assert clocks.pop(sound) is not None
    assert list(clocks.values()) == [None]


def test_an_event_that_was_set_aside_is_said(caller: Caller, broken_relay: None) -> None:
    reference = told(caller.post("/tickets", ASKED))["reference"]
    TicketEvent.objects.update(set_aside_at=database_now())

    ticket = told(caller.get(f"/tickets/{reference}"))

    assert ticket["clocks"] == []
    assert len(ticket["warnings"]) == 1


def test_clocks_are_for_the_stores_keys_that_may_read(callers: Callers, make: Make) -> None:
    path = f"/tickets/{make.ticket().reference}/clocks"

    assert_problem(callers.outsider().get(path), 404, "not-found")
    assert_problem(callers.nobody().get(path), 401, "no-key")
    assert_problem(callers(scopes=["write"]).get(path), 403, "scope-missing")
    assert told(callers().get(path))["data"]


def test_a_page_of_clocks_takes_as_many_statements_as_one_ticket(
    caller: Caller, make: Make, django_assert_max_num_queries: Any
) -> None:
    make.ticket()
    caller.get("/tickets")
    with django_assert_max_num_queries(20) as one:
        caller.get("/tickets")
    for _ in range(9):
        make.ticket()
    with django_assert_max_num_queries(len(one)):
        assert len(told(caller.get("/tickets"))["data"]) == 10
