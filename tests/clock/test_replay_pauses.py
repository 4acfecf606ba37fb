"""Pauses: what they do to a due time, and that they never mend a breach."""

from __future__ import annotations

from datetime import timedelta

from monitor.clock.metrics import Outcome
from tests.clock.story import HOUR, MINUTE, Story, book, promise, tuesday


def test_a_resolution_paused_over_a_night_is_due_when_the_rest_is_used_up() -> None:
    story = Story(book(promise(resolution=4)), opened=tuesday(10)).turns(tuesday(11), "pending")
    paused = story.clock("resolution")
    assert (paused.due_at, paused.paused_at, paused.remaining) == (None, tuesday(11), 3 * HOUR)
    assert (paused.risk_at, paused.breach_at) == (None, None)

    story.turns(tuesday(10, days_later=1), "open")
    resumed = story.clock("resolution")
    assert (resumed.due_at, resumed.paused_at, resumed.remaining) == (tuesday(13, days_later=1), None, None)


def test_a_paused_clock_is_never_flagged_however_long_the_pause() -> None:
    story = Story(book(promise(resolution=4)), opened=tuesday(10)).turns(tuesday(12), "on_hold")
    story.turns(tuesday(12, days_later=14), "open").then(tuesday(13, days_later=14), "resolved")

    clock = story.clock("resolution")
    assert (clock.outcome, clock.breach_at, clock.risk_at) == (Outcome.MET, None, None)
    assert clock.business == 3 * HOUR


def test_a_pause_over_a_weekend_counts_nothing() -> None:
    story = Story(book(promise(resolution=4, basis="wall")), opened=tuesday(16, days_later=3))
    story.turns(tuesday(17, days_later=3), "pending").turns(tuesday(9, days_later=6), "open")

    assert story.clock("resolution").due_at == tuesday(12, days_later=6)


def test_pending_pauses_no_response_unless_the_policy_says_so() -> None:
    story = Story(book(promise(first_response=4)), opened=tuesday(9)).turns(tuesday(10), "pending")
    assert story.clock("first_response").due_at == tuesday(13)

    paused = book(promise(first_response=4, pauses={"first_response": ["pending"]}))
    story = Story(paused, opened=tuesday(9)).turns(tuesday(10), "pending")
    assert story.clock("first_response").remaining == 3 * HOUR
    assert story.turns(tuesday(11), "on_hold").clock("first_response").due_at == tuesday(14)


def test_a_policy_can_say_that_nothing_pauses() -> None:
    never = book(promise(resolution=4, pauses={"resolution": []}))

    assert Story(never, opened=tuesday(9)).turns(tuesday(10), "pending").clock(
        "resolution"
    ).due_at == tuesday(13)


def test_from_pending_to_on_hold_is_one_pause() -> None:
    story = Story(book(promise(resolution=4)), opened=tuesday(9)).turns(tuesday(10), "pending")
    story.turns(tuesday(11), "on_hold")

    assert story.clock("resolution").paused_at == tuesday(10)
    assert [one.reason for one in story.clock("resolution").segments] == ["opened", "pending", "on_hold"]


def test_customer_wait_pauses_while_pending_and_agent_work_while_on_hold_too() -> None:
    story = Story(book(), opened=tuesday(9)).turns(tuesday(10), "on_hold").turns(tuesday(11), "pending")
    story.turns(tuesday(12), "open").then(tuesday(13), "resolved")

    assert story.clock("customer_wait").wall == 3 * HOUR
    assert story.clock("agent_work").wall == 2 * HOUR


def test_a_clock_can_start_paused() -> None:
    rules = book(promise(next_response=2, pauses={"next_response": ["pending"]}))
    story = (
        Story(rules, opened=tuesday(9)).answers(tuesday(10)).turns(tuesday(10), "pending").writes(tuesday(11))
    )

    assert story.clock("next_response").paused_at == tuesday(11)
    assert story.turns(tuesday(12), "open").clock("next_response").due_at == tuesday(14)


def test_paused_exactly_at_its_due_time_is_in_time() -> None:
    story = Story(book(promise(resolution=2)), opened=tuesday(9)).turns(tuesday(11), "pending")
    assert story.clock("resolution").remaining == timedelta(0)
    assert story.clock("resolution").breach_at is None

    story.turns(tuesday(13), "open")
    assert (story.clock("resolution").due_at, story.clock("resolution").breach_at) == (
        tuesday(13),
        tuesday(13),
    )
    assert story.then(tuesday(13), "resolved").clock("resolution").outcome is Outcome.MET


def test_resumed_with_nothing_left_is_late_the_moment_after() -> None:
    story = Story(book(promise(resolution=2)), opened=tuesday(9)).turns(tuesday(11), "pending")
    clock = story.turns(tuesday(13), "open").then(tuesday(13, 1), "resolved").clock("resolution")

    assert (clock.outcome, clock.due_at, clock.breach_at) == (Outcome.LATE, tuesday(13), tuesday(13))


def test_a_breach_outlives_every_pause() -> None:
    story = Story(book(promise(resolution=2)), opened=tuesday(9)).turns(tuesday(12), "pending")
    clock = story.clock("resolution")
    assert (clock.due_at, clock.remaining, clock.breach_at) == (tuesday(11), None, tuesday(11))
    assert clock.paused_at == tuesday(12)

    resumed = story.turns(tuesday(14), "open").clock("resolution")
    assert (resumed.due_at, resumed.breach_at) == (tuesday(11), tuesday(11))


def test_a_pause_of_a_few_minutes_moves_the_due_time_by_as_much() -> None:
    story = Story(book(promise(resolution=4)), opened=tuesday(9))
    story.turns(tuesday(10), "pending").turns(tuesday(10, 7), "open")

    assert story.clock("resolution").due_at == tuesday(13) + 7 * MINUTE


def test_an_update_waits_too_for_whoever_is_waited_for() -> None:
    story = (
        Story(book(promise(update=4)), opened=tuesday(9)).answers(tuesday(10)).turns(tuesday(11), "pending")
    )
    assert story.clock("update").remaining == 3 * HOUR

    assert story.turns(tuesday(12), "open").clock("update").due_at == tuesday(15)
