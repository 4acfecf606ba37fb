"""Resolving, closing, reopening, merging, voiding: how clocks end, and which go on."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.clock.metrics import Outcome
from tests.clock.story import HOUR, Story, book, promise, tuesday

EVERYTHING = book(promise(acknowledgement=1, first_response=4, next_response=2, resolution=16, ownership=24))


def test_resolved_without_an_answer_is_unanswered_never_met() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(9, 30), "resolved")

    outcomes = {clock.metric.value: clock.outcome for clock in story.clocks()}
    assert outcomes == {
        "acknowledgement": Outcome.UNANSWERED,
        "first_response": Outcome.UNANSWERED,
        "resolution": Outcome.MET,
        "ownership": Outcome.MET,
        "customer_wait": Outcome.MET,
        "agent_work": Outcome.MET,
    }


@pytest.mark.parametrize("by", ["agent", "system"])
def test_a_silent_close_is_no_answer(by: str) -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "closed", by=by)

    assert story.clock("first_response").outcome is Outcome.UNANSWERED
    assert story.clock("resolution").outcome is Outcome.MET


def test_closed_by_the_customer_is_withdrawn() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "closed", by="customer")

    assert {clock.outcome for clock in story.clocks()} == {Outcome.WITHDRAWN}


def test_closing_a_resolved_ticket_changes_nothing() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).then(tuesday(11), "resolved")
    before = [(clock.outcome, clock.ended_at) for clock in story.clocks()]
    story.then(tuesday(12), "closed", by="system")

    assert [(clock.outcome, clock.ended_at) for clock in story.clocks()] == before


def test_reopened_by_the_customer_waits_anew_and_resumes_the_resolution() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).then(tuesday(11), "resolved")
    story.writes(tuesday(14)).then(tuesday(14), "reopened", by="customer")

    assert story.clock("next_response").start_seq == 4
    assert story.clock("acknowledgement").started_at == tuesday(14)
    assert len(story.all_of("first_response")) == 1
    resolution = story.clock("resolution")
    assert (resolution.start_seq, resolution.outcome, resolution.ended_at) == (1, None, None)
    assert resolution.due_at == tuesday(12, days_later=2)
    assert resolution.elapsed_at(tuesday(15)) == (3 * HOUR, 3 * HOUR)


def test_reopened_by_the_customer_without_a_word_starts_the_next_response() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).then(tuesday(11), "resolved")
    story.then(tuesday(14), "reopened", by="customer")

    assert story.clock("next_response").started_at == tuesday(14)


def test_reopened_by_an_agent_resumes_the_resolution_alone() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "resolved")
    story.then(tuesday(11), "reopened", by="agent")

    assert [clock.metric.value for clock in story.clocks() if clock.outcome is None] == [
        "resolution",
        "customer_wait",
        "agent_work",
    ]


def test_reopening_an_open_ticket_changes_nothing() -> None:
    story = (
        Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).then(tuesday(11), "reopened", by="customer")
    )

    assert not story.all_of("next_response")


def test_a_withdrawn_ticket_that_is_reopened_resumes_its_resolution() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "closed", by="customer")
    story.writes(tuesday(12)).then(tuesday(12), "reopened", by="customer")

    assert story.clock("resolution").outcome is None
    assert story.clock("resolution").wall == HOUR


def test_a_resolution_breached_before_reopening_stays_breached() -> None:
    story = Story(book(promise(resolution=1)), opened=tuesday(9)).then(tuesday(11), "resolved")
    assert story.clock("resolution").outcome is Outcome.LATE

    story.then(tuesday(12), "reopened", by="agent").then(tuesday(13), "priority_changed", priority="low")
    clock = story.then(tuesday(14), "resolved").clock("resolution")
    assert clock.outcome is Outcome.LATE
    assert clock.breach_at == tuesday(10)


def test_a_priority_changed_while_resolved_counts_from_reopening() -> None:
    rules = book(promise(resolution={"normal": 8, "high": 2}))
    story = Story(rules, opened=tuesday(9)).then(tuesday(10), "resolved")
    story.then(tuesday(11), "priority_changed", priority="high").then(tuesday(12), "reopened", by="agent")

    assert story.clock("resolution").due_at == tuesday(13)


def test_a_priority_changed_while_resolved_that_is_already_spent_is_a_breach_of_the_reopening() -> None:
    rules = book(promise(resolution={"normal": 9, "high": 8, "urgent": 2}))
    story = Story(rules, opened=tuesday(9)).then(tuesday(18), "resolved")
    story.then(tuesday(19), "priority_changed", priority="urgent")
    clock = story.then(tuesday(20), "reopened", by="agent").clock("resolution")
    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(11), tuesday(20), "retarget")


def test_a_priority_changed_while_resolved_to_what_was_used_up_at_closing_is_due_on_reopening() -> None:
    rules = book(promise(resolution={"normal": 9, "high": 8}))
    story = Story(rules, opened=tuesday(9)).then(tuesday(18), "resolved")
    story.then(tuesday(19), "priority_changed", priority="high")
    clock = story.then(tuesday(20), "reopened", by="agent").clock("resolution")
    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(20), tuesday(20), "due")


def test_a_late_resolution_that_is_eased_while_resolved_is_due_anew_on_reopening() -> None:
    rules = book(promise(resolution={"normal": 2, "low": 8}))
    story = Story(rules, opened=tuesday(9)).then(tuesday(12), "resolved")
    story.then(tuesday(12, 30), "priority_changed", priority="low").then(tuesday(13), "reopened", by="agent")

    clock = story.clock("resolution")
    assert (clock.breach_at, clock.due_at) == (tuesday(11), tuesday(10, days_later=1))


def test_a_message_on_a_resolved_ticket_waits_even_if_nobody_reopens_it() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).then(tuesday(11), "resolved")
    story.writes(tuesday(12))

    assert story.clock("next_response").due_at == tuesday(14)
    assert story.then(tuesday(13), "closed", by="system").clock("next_response").outcome is Outcome.UNANSWERED


def test_a_status_on_a_resolved_ticket_touches_no_clock() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "resolved").turns(tuesday(11), "open")

    assert story.clock("resolution").outcome is Outcome.MET
    assert story.then(tuesday(12), "reopened", by="agent").clock("resolution").outcome is None


def test_merged_clocks_end_as_merged_and_nothing_starts_after() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "merged_into", ticket=2)
    story.writes(tuesday(11)).then(tuesday(12), "reopened", by="customer")

    assert {clock.outcome for clock in story.clocks()} == {Outcome.MERGED}
    assert not story.all_of("next_response")


def test_an_unanswered_ticket_takes_the_earlier_start_of_the_two() -> None:
    story = Story(EVERYTHING, opened=tuesday(10)).then(
        tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(9).isoformat()
    )

    clock = story.clock("first_response")
    assert (clock.start_seq, clock.started_at, clock.due_at) == (1, tuesday(9), tuesday(13))
    assert (clock.breach_at, clock.breach_kind) == (tuesday(13), "due")
    assert clock.elapsed_at(tuesday(12)) == (3 * HOUR, 3 * HOUR)


@pytest.mark.parametrize("since", [tuesday(9), tuesday(10)])
def test_the_same_and_a_later_start_of_the_two_change_nothing(since: datetime) -> None:
    story = Story(EVERYTHING, opened=tuesday(9))
    before = story.clock("first_response").segments
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=since.isoformat())

    assert story.clock("first_response").started_at == tuesday(9)
    assert story.clock("first_response").segments == before


def test_a_merge_that_brings_an_older_broken_promise_breaches_at_the_merge() -> None:
    story = Story(EVERYTHING, opened=tuesday(15)).then(
        tuesday(16), "absorbed", ticket=2, waiting_since=tuesday(9).isoformat()
    )

    clock = story.clock("first_response")
    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(13), tuesday(16), "backdated")
    assert clock.risk_at is None


def test_an_answered_ticket_starts_the_next_response_of_the_merged_one() -> None:
    story = (
        Story(EVERYTHING, opened=tuesday(9))
        .answers(tuesday(10))
        .then(tuesday(12), "absorbed", ticket=2, waiting_since=tuesday(11).isoformat())
    )

    clock = story.clock("next_response")
    assert (clock.start_seq, clock.started_at, clock.due_at) == (3, tuesday(11), tuesday(13))


def test_a_ticket_never_begun_takes_a_first_response_from_the_merged_one() -> None:
    story = Story(EVERYTHING, opened=tuesday(9), automatic=True).then(
        tuesday(12), "absorbed", ticket=2, waiting_since=tuesday(11).isoformat()
    )

    assert story.clock("first_response").started_at == tuesday(11)


def test_absorbing_an_answered_ticket_changes_nothing() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10))
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=None)

    assert not story.all_of("next_response")


def test_without_a_policy_an_older_start_counts_too() -> None:
    story = Story(book(), opened=tuesday(10)).then(
        tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(9).isoformat()
    )

    assert story.clock("first_response").wall == 2 * HOUR


def test_spam_voids_every_clock() -> None:
    story = (
        Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "voided", reason="spam").writes(tuesday(11))
    )

    assert {clock.outcome for clock in story.clocks()} == {Outcome.VOID}


def test_a_cancelled_clock_keeps_its_breach() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(15), "closed", by="customer")

    clock = story.clock("first_response")
    assert (clock.outcome, clock.breach_at) == (Outcome.WITHDRAWN, tuesday(13))


def test_an_end_ends_the_work_on_a_first_letter_that_was_under_way_and_answers_nobody() -> None:
    story = Story(EVERYTHING, opened=tuesday(9), automatic=True).then(tuesday(11), "resolved")
    story.writes(tuesday(10), told=True)

    assert (story.clock("resolution").ended_at, story.clock("agent_work").ended_at) == (
        tuesday(11),
        tuesday(11),
    )
    assert (story.clock("first_response").ended_at, story.clock("acknowledgement").ended_at) == (None, None)
