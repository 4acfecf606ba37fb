"""Retargets and warnings: how a due time moves when a promise changes, and when it has been broken."""

from __future__ import annotations

from datetime import timedelta

from monitor.clock.metrics import Outcome
from tests.clock.story import BY_PRIORITY, HOUR, Story, book, change, promise, tuesday


def test_a_raised_priority_that_is_already_spent_is_a_breach_of_the_change() -> None:
    clock = change(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(12), "high").clock("first_response")

    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(10), tuesday(12), "retarget")
    assert clock.risk_at is None
    assert clock.target == HOUR


def test_a_retarget_keeps_start_and_elapsed() -> None:
    clock = change(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(12), "low").clock("first_response")

    assert (clock.started_at, clock.due_at) == (tuesday(9), tuesday(13, days_later=1))
    assert clock.elapsed_at(tuesday(13)) == (4 * HOUR, 4 * HOUR)


def test_a_broken_promise_stays_broken_when_the_target_is_eased() -> None:
    story = change(Story(BY_PRIORITY, opened=tuesday(9), priority="high"), tuesday(12), "low")
    clock = story.clock("first_response")
    assert (clock.due_at, clock.breach_at) == (tuesday(13, days_later=1), tuesday(10))

    assert story.answers(tuesday(13)).clock("first_response").outcome is Outcome.LATE


def test_a_retarget_used_up_at_that_very_instant_can_still_be_met() -> None:
    story = change(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), "high")
    assert (story.clock("first_response").due_at, story.clock("first_response").breach_at) == (
        tuesday(10),
    ) * 2

    assert story.answers(tuesday(10)).clock("first_response").outcome is Outcome.MET


def test_a_retarget_used_up_at_closing_time_is_a_breach_at_night() -> None:
    story = Story(BY_PRIORITY, opened=tuesday(16))
    clock = change(story, tuesday(20), "high").clock("first_response")

    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(17), tuesday(20), "retarget")


def test_retargeted_while_paused_breaches_on_resuming() -> None:
    story = Story(BY_PRIORITY, opened=tuesday(9)).turns(tuesday(12), "pending")
    paused = change(story, tuesday(13), "high").clock("resolution")
    assert (paused.breach_at, paused.remaining) == (None, timedelta(0))

    resumed = story.turns(tuesday(14), "open").clock("resolution")
    assert (resumed.due_at, resumed.breach_at, resumed.breach_kind) == (tuesday(11), tuesday(14), "retarget")


def test_retargeted_while_paused_to_what_was_used_up_at_closing_it_is_due_on_resuming() -> None:
    rules = book(promise(resolution={"normal": 9, "high": 8}))
    story = Story(rules, opened=tuesday(9)).turns(tuesday(18), "pending")
    clock = change(story, tuesday(19), "high").turns(tuesday(10, days_later=1), "open").clock("resolution")

    resumed = tuesday(10, days_later=1)
    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (resumed, resumed, "due")


def test_in_wall_time_too_a_new_target_warns_no_sooner_than_it_is_set() -> None:
    rules = book(promise(first_response={"normal": 8, "high": 4}, basis="wall"))
    story = change(Story(rules, opened=tuesday(9)), tuesday(12, 30), "high")

    assert story.clock("first_response").risk_at == tuesday(12, 30)


def test_a_warning_that_was_passed_stays_where_the_new_target_warns_at_that_very_instant() -> None:
    rules = book(promise(first_response={"normal": 8, "high": 10}, warn=0.5))
    story = change(Story(rules, opened=tuesday(9)), tuesday(14), "high")

    assert story.clock("first_response").risk_at == tuesday(13)


def test_a_wall_target_runs_out_at_night() -> None:
    rules = book(promise(first_response=4, basis="wall"))
    clock = Story(rules, opened=tuesday(16)).answers(tuesday(10, days_later=1)).clock("first_response")

    assert (clock.outcome, clock.risk_at, clock.breach_at) == (Outcome.LATE, tuesday(19), tuesday(20))


def test_a_priority_without_a_target_takes_the_due_time_away_and_nothing_else() -> None:
    clock = change(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(12), "low").clock("resolution")

    assert (clock.target, clock.due_at, clock.breach_at, clock.outcome) == (None, None, None, None)


def test_the_same_priority_again_changes_nothing() -> None:
    story = Story(BY_PRIORITY, opened=tuesday(9))
    before = story.clock("first_response").segments

    assert change(story, tuesday(12), "normal").clock("first_response").segments == before


def test_tags_and_tier_lead_to_another_policy() -> None:
    vip = promise(policy=1, position=1, match={"tier": ["vip"]}, first_response=2)
    refunds = promise(policy=2, position=2, match={"tags": ["refund"]}, first_response=3)
    rest = promise(policy=3, position=3, first_response=6)
    story = Story(book(rest, refunds, vip), opened=tuesday(9))
    assert story.clock("first_response").due_at == tuesday(15)

    story.then(tuesday(9, 10), "tags_changed", tags=["refund", "late"])
    assert (story.clock("first_response").due_at, story.clock("first_response").policy_version) == (
        tuesday(12),
        201,
    )
    story.then(tuesday(9, 20), "tier_changed", tier="vip")
    assert story.clock("first_response").due_at == tuesday(11)
    story.then(tuesday(9, 30), "tier_changed", tier=None)
    assert story.clock("first_response").due_at == tuesday(12)


def test_a_tier_that_is_taken_away_is_none_like_any_other() -> None:
    nobodys = promise(policy=1, position=1, match={"tier": [""]}, first_response=2)
    story = Story(book(nobodys, promise(policy=2, position=2, first_response=6)), opened=tuesday(9))
    assert story.clock("first_response").due_at == tuesday(11)

    story.then(tuesday(9, 10), "tier_changed", tier="vip").then(tuesday(9, 20), "tier_changed", tier=None)
    assert story.clock("first_response").due_at == tuesday(11)


def test_from_business_to_wall_time_the_elapsed_counts_in_the_new_basis() -> None:
    wall = promise(policy=1, position=1, match={"priority": ["high"]}, first_response=20, basis="wall")
    story = Story(book(wall, promise(policy=2, position=2, first_response=8)), opened=tuesday(16))
    clock = change(story, tuesday(9, days_later=1), "high").clock("first_response")

    assert (clock.due_at, clock.basis) == (tuesday(12, days_later=1), "wall")
    late = change(story, tuesday(13, days_later=1), "high").answers(tuesday(14, days_later=1))
    assert late.clock("first_response").business == 6 * HOUR


def test_a_wall_target_already_spent_is_found_over_all_segments() -> None:
    quick = promise(policy=1, position=1, match={"priority": ["high"]}, first_response=3, basis="wall")
    slow = promise(policy=2, position=2, first_response=8, pauses={"first_response": ["pending"]})
    story = (
        Story(book(quick, slow), opened=tuesday(9)).turns(tuesday(10), "pending").turns(tuesday(11), "open")
    )
    clock = change(story, tuesday(16), "high").clock("first_response")

    assert (clock.due_at, clock.breach_at) == (tuesday(13), tuesday(16))


def test_a_warning_that_was_passed_stays_while_the_clock_is_still_at_risk() -> None:
    rules = book(promise(first_response={"normal": 4, "high": 3.75, "low": 12}))
    story = change(Story(rules, opened=tuesday(9)), tuesday(12, 30), "high")
    assert story.clock("first_response").risk_at == tuesday(12)

    moved = change(story, tuesday(12, 40), "low").clock("first_response")
    assert moved.risk_at == tuesday(10, days_later=1)


def test_a_change_that_brings_a_clock_to_risk_says_when() -> None:
    rules = book(promise(first_response={"normal": 8, "high": 4}))
    clock = change(Story(rules, opened=tuesday(9)), tuesday(12, 30), "high").clock("first_response")

    assert (clock.risk_at, clock.breach_at) == (tuesday(12, 30), tuesday(13))


def test_a_warning_goes_with_its_target() -> None:
    rules = book(promise(first_response={"normal": 4}))
    clock = change(Story(rules, opened=tuesday(9)), tuesday(12, 30), "low").clock("first_response")

    assert (clock.risk_at, clock.due_at) == (None, None)


def test_a_warning_passed_before_a_pause_is_kept_through_it() -> None:
    story = Story(book(promise(resolution=4)), opened=tuesday(9)).turns(tuesday(12, 30), "pending")
    assert story.clock("resolution").risk_at == tuesday(12)

    resumed = story.turns(tuesday(14), "open").clock("resolution")
    assert (resumed.risk_at, resumed.due_at) == (tuesday(12), tuesday(14, 30))


def test_a_warning_at_the_instant_of_the_answer_never_was() -> None:
    clock = (
        Story(book(promise(first_response=4)), opened=tuesday(9)).answers(tuesday(12)).clock("first_response")
    )

    assert clock.risk_at is None


def test_a_target_may_warn_not_at_all_or_at_once() -> None:
    silent = Story(book(promise(first_response=4, warn=None)), opened=tuesday(9)).clock("first_response")
    eager = Story(book(promise(first_response=4, warn=0)), opened=tuesday(9)).clock("first_response")

    assert (silent.risk_at, eager.risk_at) == (None, tuesday(9))


def test_a_target_of_nothing_is_due_at_the_start() -> None:
    story = Story(book(promise(first_response=0)), opened=tuesday(9))
    clock = story.clock("first_response")
    assert (clock.due_at, clock.breach_at, clock.risk_at) == (tuesday(9), tuesday(9), None)

    assert story.answers(tuesday(9)).clock("first_response").outcome is Outcome.MET
    assert (
        Story(story.book, opened=tuesday(9)).answers(tuesday(9, 1)).clock("first_response").outcome
        is Outcome.LATE
    )


def test_raised_at_once_to_a_target_of_nothing_it_is_due_at_the_start() -> None:
    rules = book(promise(first_response={"normal": 4, "high": 0}))
    story = change(Story(rules, opened=tuesday(9)), tuesday(9), "high")
    assert (story.clock("first_response").due_at, story.clock("first_response").breach_kind) == (
        tuesday(9),
        "due",
    )

    assert story.answers(tuesday(9)).clock("first_response").outcome is Outcome.MET
