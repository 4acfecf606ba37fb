"""Who answers whom, and from when a customer waits."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from monitor.clock.metrics import Metric, Outcome
from monitor.clock.replay import UnknownKind, replay
from tests.clock.story import HOUR, MINUTE, SECOND, Story, book, promise, tuesday

EVERYTHING = book(promise(acknowledgement=1, first_response=4, next_response=2, update=8, resolution=16))


def test_a_customers_opening_starts_what_is_promised_and_what_is_reported() -> None:
    story = Story(EVERYTHING, opened=tuesday(9))

    assert [clock.metric for clock in story.clocks()] == [
        Metric.ACKNOWLEDGEMENT,
        Metric.FIRST_RESPONSE,
        Metric.RESOLUTION,
        Metric.CUSTOMER_WAIT,
        Metric.AGENT_WORK,
    ]
    assert story.clock("first_response").due_at == tuesday(13)
    assert story.clock("first_response").policy_version == 101
    assert story.clock("first_response").calendar_version == 101


def test_reports_can_be_left_out() -> None:
    metrics = {clock.metric for clock in Story(EVERYTHING, opened=tuesday(9)).clocks(reports=False)}

    assert metrics == {Metric.ACKNOWLEDGEMENT, Metric.FIRST_RESPONSE, Metric.RESOLUTION}


def test_opened_by_an_agent_for_a_customer_is_as_opened_by_the_customer() -> None:
    story = Story(EVERYTHING, opened=tuesday(9), initiated_by="agent_for_customer")

    assert story.clocks() == Story(EVERYTHING, opened=tuesday(9)).clocks()


def test_we_write_first_and_the_customers_answer_starts_the_next_response() -> None:
    story = Story(EVERYTHING, opened=tuesday(9), initiated_by="agent")

    assert story.clock("first_response").outcome is Outcome.NOT_APPLICABLE
    assert story.clock("first_response").breach_at is None
    assert not story.all_of("acknowledgement")
    assert not story.all_of("next_response")

    story.writes(tuesday(10))
    assert story.clock("next_response").due_at == tuesday(12)
    assert not story.all_of("acknowledgement")


def test_what_we_write_first_starts_whatever_does_not_wait_for_an_answer() -> None:
    rules = book(promise(acknowledgement=1, first_response=4, update=8, resolution=16, ownership=24))
    story = Story(rules, opened=tuesday(9), initiated_by="agent")

    running = {clock.metric.value for clock in story.clocks() if clock.outcome is None}
    assert running == {"update", "resolution", "ownership", "customer_wait", "agent_work"}


def test_an_automatic_opening_starts_nothing_until_somebody_writes() -> None:
    story = Story(EVERYTHING, opened=tuesday(9), automatic=True)
    assert story.clocks() == ()

    story.writes(tuesday(10), automatic=True)
    assert story.clocks() == ()

    story.writes(tuesday(11))
    assert story.clock("first_response").started_at == tuesday(11)
    assert story.clock("resolution").started_at == tuesday(11)


def test_without_its_opening_there_is_nothing_to_fold() -> None:
    assert Story(EVERYTHING).writes(tuesday(9)).clocks() == ()


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(UnknownKind, match="telepathy_received"):
        Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "telepathy_received").clocks()


def test_the_answer_of_a_person_stops_first_response_and_acknowledgement() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 30))

    assert story.clock("first_response").outcome is Outcome.MET
    assert story.clock("first_response").ended_at == tuesday(9, 30)
    assert story.clock("first_response").end_seq == 2
    assert story.clock("acknowledgement").outcome is Outcome.MET
    assert story.clock("resolution").outcome is None


@pytest.mark.parametrize("author", ["system", "third_party", "bot"])
def test_nobody_but_a_person_answers(author: str) -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 30), author)

    assert story.clock("first_response").outcome is None
    assert story.clock("acknowledgement").outcome is None
    assert bool(story.all_of("first_any_response")) == (author == "bot")
    assert not story.all_of("update")


@pytest.mark.parametrize("author", ["agent", "bot", "system"])
def test_an_automatic_message_answers_nothing(author: str) -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 30), author, automatic=True)

    assert all(clock.outcome is None for clock in story.clocks())
    assert not story.all_of("update")


def test_where_bots_count_a_bots_answer_is_an_answer() -> None:
    bots = book(promise(first_response=4, update=1, bots_count=True))
    story = Story(bots, opened=tuesday(9)).answers(tuesday(9, 30), "bot")

    assert story.clock("first_response").outcome is Outcome.MET
    assert story.clock("update").started_at == tuesday(9, 30)


def test_a_bots_answer_starts_no_update_where_nothing_applies() -> None:
    story = Story(book(), opened=tuesday(9)).answers(tuesday(9, 30), "bot")

    assert not story.all_of("update")


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("note_added", {}),
        ("assigned", {"agent": 7, "claimed": False}),
        ("tags_changed", {"tags": ["survey"]}),
        ("status_changed", {"status": "pending"}),
        ("status_changed", {"status": "on_hold"}),
    ],
)
def test_what_is_no_answer_stops_nothing(kind: str, payload: dict[str, Any]) -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), kind, **payload)

    assert all(clock.outcome is None for clock in story.clocks())
    assert story.clock("first_response").due_at == tuesday(13)


@pytest.mark.parametrize(
    ("kind", "payload"), [("acknowledged", {}), ("assigned", {"agent": 7, "claimed": True})]
)
def test_to_acknowledge_or_to_claim_answers_no_customer(kind: str, payload: dict[str, Any]) -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(9, 20), kind, **payload)

    assert story.clock("acknowledgement").outcome is Outcome.MET
    assert story.clock("first_response").outcome is None


def test_unassigned_starts_an_acknowledgement_unless_one_runs() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(9, 5), "unassigned")
    assert len(story.all_of("acknowledgement")) == 1

    story.then(tuesday(9, 10), "acknowledged").then(tuesday(9, 20), "unassigned")
    assert story.clock("acknowledgement").started_at == tuesday(9, 20)
    assert story.clock("acknowledgement").cycle == 2

    story.then(tuesday(10), "resolved").then(tuesday(11), "unassigned")
    assert len(story.all_of("acknowledgement")) == 2


def test_three_messages_make_one_clock_from_the_first() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 30))
    story.writes(tuesday(10)).writes(tuesday(10, 5)).writes(tuesday(10, 10))

    assert [clock.started_at for clock in story.all_of("next_response")] == [tuesday(10)]
    assert story.answers(tuesday(11)).clock("next_response").wall == HOUR


def test_each_question_after_the_first_answer_is_a_cycle_of_its_own() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 30))
    story.writes(tuesday(10)).answers(tuesday(10, 30)).writes(tuesday(11)).answers(tuesday(14))

    assert [(clock.cycle, clock.outcome) for clock in story.all_of("next_response")] == [
        (1, Outcome.MET),
        (2, Outcome.LATE),
    ]


def test_automatic_mail_starts_nothing() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 30)).writes(tuesday(10), automatic=True)

    assert not story.all_of("next_response")


def test_a_bot_reply_and_fourteen_silent_days_leave_the_customer_waiting_from_the_first_message() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 1), "bot")
    story.writes(tuesday(9, days_later=14))

    assert story.clock("first_response").outcome is None
    assert story.clock("first_response").started_at == tuesday(9)


def test_where_bots_count_fourteen_silent_days_end_with_the_new_message() -> None:
    bots = book(promise(first_response=4, next_response=2, bots_count=True))
    story = Story(bots, opened=tuesday(9)).answers(tuesday(9, 1), "bot").writes(tuesday(9, days_later=14))

    assert story.clock("first_response").outcome is Outcome.MET
    assert story.clock("next_response").started_at == tuesday(9, days_later=14)
    assert story.clock("next_response").due_at == tuesday(11, days_later=14)


def test_reply_and_pending_in_one_step_still_answers() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).turns(tuesday(10), "pending")

    assert story.clock("first_response").outcome is Outcome.MET
    assert story.clock("resolution").paused_at == tuesday(10)


def test_no_reply_needed_ends_the_running_response_alone() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 30)).writes(tuesday(10))
    story.then(tuesday(10, 5), "no_reply_needed_marked")

    assert story.clock("next_response").outcome is Outcome.NO_REPLY_NEEDED
    assert story.clock("resolution").outcome is None
    assert story.writes(tuesday(11)).clock("next_response").started_at == tuesday(11)


def test_an_answer_a_second_late_is_late_whoever_looks_first() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(13) + SECOND)

    clock = story.clock("first_response")
    assert clock.outcome is Outcome.LATE
    assert (clock.breach_at, clock.breach_kind) == (tuesday(13), "due")
    assert clock.risk_at == tuesday(12)


def test_an_answer_at_the_due_instant_is_in_time() -> None:
    clock = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(13)).clock("first_response")

    assert clock.outcome is Outcome.MET
    assert clock.breach_at is None
    assert clock.due_at == tuesday(13)


def test_fifty_nine_minutes_are_not_zero_hours() -> None:
    clock = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 59)).clock("first_response")

    assert clock.wall == clock.business == 59 * MINUTE


def test_an_update_promise_smaller_than_the_first_response_does_not_overrule_it() -> None:
    story = Story(book(promise(first_response=4, update=1)), opened=tuesday(9))
    assert not story.all_of("update")
    assert story.clock("first_response").due_at == tuesday(13)

    story.answers(tuesday(10)).answers(tuesday(10, 30))
    assert [clock.outcome for clock in story.all_of("update")] == [Outcome.MET, None]
    assert story.clock("update").due_at == tuesday(11, 30)


def test_updates_and_ownership_are_measured_only_where_promised() -> None:
    story = Story(book(promise(first_response=4)), opened=tuesday(9)).answers(tuesday(10))
    assert not story.all_of("update")
    assert not story.all_of("ownership")

    owned = Story(book(promise(ownership=8)), opened=tuesday(9)).answers(tuesday(10))
    assert owned.clock("ownership").due_at == tuesday(17)


def test_an_answer_on_a_resolved_ticket_starts_no_update() -> None:
    story = Story(book(promise(update=1)), opened=tuesday(9)).then(tuesday(10), "resolved")

    assert not story.answers(tuesday(11)).all_of("update")


def test_a_late_event_counts_at_its_own_time() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(15))
    assert story.clock("first_response").outcome is Outcome.LATE

    story.answers(tuesday(12), recorded=tuesday(16))
    assert story.clock("first_response").outcome is Outcome.MET
    assert story.clock("first_response").ended_at == tuesday(12)


def test_what_is_dated_before_the_opening_counts_at_the_opening() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(8))

    assert story.clock("first_response").ended_at == tuesday(9)
    assert story.clock("first_response").wall == timedelta(0)


def test_instants_in_utc_and_in_a_zone_are_the_same_instants() -> None:
    told = Story(EVERYTHING, opened=tuesday(9).astimezone(UTC)).answers(tuesday(13, 30))

    assert told.clock("first_response").breach_at == tuesday(13)

    here = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(13, 30)).clock("first_response")
    assert here.started_at.tzinfo is UTC
    assert here == told.clock("first_response")


def test_answers_arriving_in_any_order_make_the_same_clocks() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).writes(tuesday(11)).answers(tuesday(12))

    assert replay(story.events[::-1], story.book) == story.clocks()
