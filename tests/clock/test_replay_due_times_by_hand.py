"""Due times set by hand: how long they stand, and what breaks them."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.clock.book.calendar import NaiveInstant
from monitor.clock.metrics import Outcome
from tests.clock.story import BY_PRIORITY, HOUR, Story, book, change, promise, tuesday


def by_hand(story: Story, at: datetime, due_at: datetime, metric: str = "first_response") -> Story:
    return story.then(at, "due_time_set", metric=metric, due_at=due_at.isoformat())


def test_a_due_time_set_by_hand_stands_until_it_is_cleared() -> None:
    story = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(19))
    assert (story.clock("first_response").due_at, story.clock("first_response").breach_at) == (
        tuesday(19),
    ) * 2

    change(story, tuesday(11), "high")
    assert story.clock("first_response").due_at == tuesday(19)
    assert story.clock("first_response").breach_at == tuesday(19)

    cleared = story.then(tuesday(12), "due_time_cleared", metric="first_response").clock("first_response")
    assert (cleared.due_at, cleared.breach_at, cleared.breach_kind) == (tuesday(10), tuesday(12), "retarget")


def test_a_due_time_set_by_hand_warns_at_the_policys_share_of_the_counted_time_or_of_all_where_none_counts() -> (
    None
):
    clock = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(13)).clock("first_response")
    assert clock.risk_at == tuesday(12)

    at_night = by_hand(Story(BY_PRIORITY, opened=tuesday(18)), tuesday(19), tuesday(21)).clock(
        "first_response"
    )
    assert (at_night.risk_at, at_night.due_at) == (tuesday(20, 15), tuesday(21))


def test_a_due_time_set_by_hand_in_the_past_is_a_breach_of_the_change() -> None:
    clock = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(12), tuesday(11)).clock("first_response")

    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(11), tuesday(12), "retarget")


def test_a_due_time_set_by_hand_is_met_or_late_like_any_other() -> None:
    story = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(11)).answers(tuesday(11, 30))
    assert story.clock("first_response").outcome is Outcome.LATE

    met = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(11)).answers(tuesday(11))
    assert met.clock("first_response").outcome is Outcome.MET


def test_a_due_time_set_by_hand_after_a_breach_does_not_mend_it() -> None:
    story = Story(BY_PRIORITY, opened=tuesday(9), priority="high")
    clock = by_hand(story, tuesday(12), tuesday(15)).clock("first_response")

    assert (clock.due_at, clock.breach_at) == (tuesday(15), tuesday(10))


def test_a_pause_moves_a_due_time_set_by_hand_by_its_own_length() -> None:
    story = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(15), "resolution")
    paused = story.turns(tuesday(11), "pending").clock("resolution")
    assert (paused.due_at, paused.remaining) == (None, 4 * HOUR)

    assert story.turns(tuesday(13), "open").clock("resolution").due_at == tuesday(17)


def test_a_due_time_set_by_hand_during_a_pause_waits_for_its_end() -> None:
    story = Story(BY_PRIORITY, opened=tuesday(9)).turns(tuesday(10), "pending")
    by_hand(story, tuesday(11), tuesday(11, 30), "resolution")
    assert story.clock("resolution").breach_at is None

    assert story.turns(tuesday(13), "open").clock("resolution").due_at == tuesday(13, 30)


def test_a_due_time_set_by_hand_moves_with_the_time_that_a_ticket_was_resolved() -> None:
    story = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(15), "resolution")
    story.then(tuesday(11), "resolved").then(tuesday(12), "reopened", by="agent")
    assert story.clock("resolution").due_at == tuesday(16)

    story.turns(tuesday(13), "pending").then(tuesday(13, 30), "resolved").then(
        tuesday(14), "reopened", by="agent"
    )
    assert story.clock("resolution").due_at == tuesday(17)


def test_setting_and_clearing_the_due_time_of_no_clock_changes_nothing() -> None:
    story = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(12), "next_response")
    story.then(tuesday(10), "due_time_cleared", metric="next_response")
    story.then(tuesday(10), "due_time_cleared", metric="first_response")

    assert story.clock("first_response").due_at == tuesday(17)


def test_clearing_what_was_never_set_changes_nothing() -> None:
    story = Story(BY_PRIORITY, opened=tuesday(9))
    before = story.clock("first_response")

    story.then(tuesday(10), "due_time_cleared", recorded=tuesday(11), metric="first_response")
    cleared = story.clock("first_response")
    assert (cleared.segments, cleared.alarm_floor) == (before.segments, before.alarm_floor)


def test_a_warning_of_a_due_time_set_by_hand_stays_where_it_was_passed() -> None:
    story = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(12), "resolution")
    story.turns(tuesday(11, 30), "pending").turns(tuesday(11, 45), "open")

    clock = story.clock("resolution")
    assert (clock.risk_at, clock.due_at) == (tuesday(11, 15), tuesday(12, 15))


def test_a_warning_that_was_passed_stays_where_a_due_time_set_by_hand_warns_at_that_very_instant() -> None:
    rules = book(promise(first_response=8, warn=0.5))
    story = by_hand(Story(rules, opened=tuesday(9)), tuesday(14), tuesday(11, days_later=1))

    assert story.clock("first_response").risk_at == tuesday(13)


def test_a_pause_from_the_very_due_time_set_by_hand_moves_it_and_one_after_it_never() -> None:
    story = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(12), "resolution")
    story.turns(tuesday(12), "pending").turns(tuesday(13), "open").turns(tuesday(14), "pending")
    story.turns(tuesday(15), "open")
    story.then(tuesday(16), "priority_changed", priority="high")

    clock = story.clock("resolution")
    assert (clock.breach_at, clock.due_at) == (tuesday(13), tuesday(13))


def test_a_due_time_set_by_hand_to_the_very_instant_may_still_be_met() -> None:
    story = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(10))
    assert story.clock("first_response").breach_kind == "due"

    assert story.answers(tuesday(10)).clock("first_response").outcome is Outcome.MET


def test_a_due_time_set_by_hand_outlives_another_change_at_the_same_instant() -> None:
    story = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(12), "resolution")

    assert story.turns(tuesday(10), "pending").clock("resolution").remaining == 2 * HOUR


def test_an_older_start_moves_the_warning_of_a_due_time_set_by_hand() -> None:
    story = by_hand(Story(BY_PRIORITY, opened=tuesday(10)), tuesday(10, 30), tuesday(14))
    assert story.clock("first_response").risk_at == tuesday(13)

    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(9).isoformat())
    assert story.clock("first_response").risk_at == tuesday(12, 45)


def test_a_due_time_without_a_policy_is_kept_too() -> None:
    clock = by_hand(Story(book(), opened=tuesday(9)), tuesday(10), tuesday(12)).clock("first_response")

    assert (clock.due_at, clock.breach_at, clock.risk_at, clock.basis) == (tuesday(12), tuesday(12), None, "")


def test_naive_instants_are_refused() -> None:
    story = Story(BY_PRIORITY, opened=tuesday(9))
    story.then(tuesday(10), "due_time_set", metric="first_response", due_at="2026-03-10T12:00:00")
    with pytest.raises(NaiveInstant):
        story.clocks()

    with pytest.raises(NaiveInstant):
        Story(BY_PRIORITY, opened=datetime(2026, 3, 10)).clocks()  # noqa: DTZ001 - that is the point
