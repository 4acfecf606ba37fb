"""Pauses, retargets, queues and due times set by hand: how a due time moves, and when it has been broken."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.clock.calendar import NaiveInstant
from monitor.clock.metrics import Outcome
from tests.clock.story import HOUR, MINUTE, Story, book, calendar, office, promise, tuesday

BY_PRIORITY = book(
    promise(
        first_response={"low": 12, "normal": 8, "high": 1},
        resolution={"normal": 8, "high": 2},
    )
)


def change(story: Story, at: datetime, priority: str) -> Story:
    return story.then(at, "priority_changed", priority=priority)


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
    assert (clock.due_at, clock.remaining, clock.breach_at) == (None, timedelta(0), tuesday(11))

    resumed = story.turns(tuesday(14), "open").clock("resolution")
    assert (resumed.due_at, resumed.breach_at) == (tuesday(11), tuesday(11))


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


QUEUES = book(
    promise(
        policy=1,
        position=1,
        match={"queue": [1]},
        acknowledgement=1,
        first_response=4,
        resolution=8,
        ownership=8,
    ),
    promise(policy=2, position=2, match={"queue": [2]}, acknowledgement=2, first_response=2, ownership=1),
)


def test_another_queue_ends_and_restarts_acknowledgement_and_ownership() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 30), "queue_changed", queue=2)

    first, second = story.all_of("acknowledgement")
    assert (first.outcome, first.ended_at) == (Outcome.NOT_APPLICABLE, tuesday(9, 30))
    assert (second.started_at, second.due_at) == (tuesday(9, 30), tuesday(11, 30))
    assert [(one.outcome, one.cycle) for one in story.all_of("ownership")] == [(Outcome.MET, 1), (None, 2)]


def test_another_queue_retargets_what_it_promises_and_ends_what_it_does_not() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 30), "queue_changed", queue=2)

    assert story.clock("first_response").due_at == tuesday(11)
    assert story.clock("resolution").outcome is Outcome.NOT_APPLICABLE


def test_a_queue_without_any_policy_measures_on_without_a_target() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 30), "queue_changed", queue=3)

    clock = story.clock("resolution")
    assert (clock.outcome, clock.target, clock.policy_version, clock.due_at) == (None, None, None, None)


def test_what_was_never_promised_is_measured_on_in_another_queue() -> None:
    story = Story(QUEUES, opened=tuesday(9), queue=2).then(tuesday(10), "queue_changed", queue=1)
    story.then(tuesday(10, 30), "queue_changed", queue=2)
    assert story.clock("resolution").outcome is Outcome.NOT_APPLICABLE

    never = Story(book(promise(first_response=1)), opened=tuesday(9)).then(
        tuesday(10), "queue_changed", queue=2
    )
    assert never.clock("resolution").outcome is None


def test_the_same_queue_again_changes_nothing() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 30), "queue_changed", queue=1)

    assert len(story.all_of("acknowledgement")) == 1


def test_a_resolved_ticket_that_moves_starts_nothing() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 30), "resolved")
    story.then(tuesday(10), "queue_changed", queue=2)

    assert len(story.all_of("acknowledgement")) == 1


def test_a_team_in_another_zone_counts_its_own_hours_from_then_on() -> None:
    calendars = [calendar(office()), calendar(office("Europe/London"), calendar_id=2)]
    london = promise(policy=2, position=2, match={"queue": [2]}, calendar_id=2, first_response=4)
    rules = book(promise(match={"queue": [1]}, first_response=4), london, calendars=calendars)
    story = Story(rules, opened=tuesday(16)).then(tuesday(20), "queue_changed", queue=2)
    assert story.clock("first_response").calendar_version == 201

    clock = story.answers(tuesday(6, days_later=1)).clock("first_response")
    assert (clock.business, clock.wall, clock.outcome) == (2 * HOUR, 14 * HOUR, Outcome.MET)


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


def test_a_due_time_set_by_hand_warns_at_the_policys_share_of_the_counted_time() -> None:
    clock = by_hand(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(10), tuesday(13)).clock("first_response")
    assert clock.risk_at == tuesday(12)

    at_night = by_hand(Story(BY_PRIORITY, opened=tuesday(18)), tuesday(19), tuesday(21)).clock(
        "first_response"
    )
    assert (at_night.risk_at, at_night.due_at) == (None, tuesday(21))


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


def test_a_pause_of_a_few_minutes_moves_the_due_time_by_as_much() -> None:
    story = Story(book(promise(resolution=4)), opened=tuesday(9))
    story.turns(tuesday(10), "pending").turns(tuesday(10, 7), "open")

    assert story.clock("resolution").due_at == tuesday(13) + 7 * MINUTE
