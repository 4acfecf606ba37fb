"""Changes that put a promise off near its due time: read from its segments, beside what replaying up to then says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given, settings

from monitor.clock.clock import ReplayedClock
from monitor.clock.replay import Event, replay
from monitor.reports.adjusted import putting_off
from monitor.reports.adjusted.putting_off import NEAR, NearChange
from tests.clock.story import HOUR, MINUTE, Story, book, change, promise, tuesday
from tests.clock.test_properties_of_replay import stories

TARGETS: Final = {"low": 12, "normal": 8, "high": 2}
RULES: Final = book(
    promise(warn=None, first_response=TARGETS, next_response=TARGETS, resolution={"normal": 8, "high": 2})
)
KINDS: Final = {"priority_changed": "lowered", "queue_changed": "handed_over"}
TAKES_NOTHING_BACK: Final = KINDS.keys() | {
    "opened", "customer_message_received", "public_reply_sent", "status_changed", "resolved", "assigned", "unassigned",
}  # fmt: skip


def found(story: Story, metric: str = "first_response") -> list[NearChange]:
    return list(putting_off.of_clock(story.clock(metric), putting_off.changes(story.events, kinds=KINDS)))


def asked(priority: str = "high") -> Story:
    return Story(RULES, opened=tuesday(9), priority=priority)


def test_a_priority_lowered_near_the_due_time_is_found_without_any_warning() -> None:
    near = change(asked(), tuesday(10, 40), "normal")

    assert found(near) == [NearChange("lowered", 2, tuesday(10, 40), tuesday(11), tuesday(17), 20 * MINUTE)]
    assert found(near.answers(tuesday(12))) == found(near)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda: change(asked(), tuesday(9, 20), "normal"), id="early"),
        pytest.param(lambda: change(asked("normal"), tuesday(16, 40), "high"), id="due sooner"),
        pytest.param(lambda: change(asked(), tuesday(12), "normal"), id="late already"),
        pytest.param(lambda: change(asked(), tuesday(10, 40), "high"), id="the same"),
        pytest.param(
            lambda: change(asked(), tuesday(10, 40), "normal").then(tuesday(10, 41), "undone", seqs=[2]),
            id="undone",
        ),
        pytest.param(
            lambda: change(
                asked().then(
                    tuesday(9, 1), "due_time_set", metric="first_response", due_at=tuesday(12).isoformat()
                ),
                tuesday(11, 50),
                "normal",
            ),
            id="due at a time set by hand",
        ),
    ],
)
def test_nothing_is_put_off(act: Callable[[], Story]) -> None:
    assert found(act()) == []


def test_what_is_put_off_at_the_very_instant_at_which_it_is_due_never_broke() -> None:
    story = change(asked(), tuesday(11), "normal")

    assert [one.left for one in found(story)] == [timedelta(0)]
    assert story.answers(tuesday(12)).clock("first_response").breach_at is None


def test_a_promise_that_is_taken_away_is_put_off_for_ever() -> None:
    story = Story(RULES, opened=tuesday(9))

    [taken_away] = found(change(story, tuesday(16), "low"), "resolution")

    assert (taken_away.due_before_at, taken_away.due_since_at) == (tuesday(17), None)


def test_where_a_policy_warns_sooner_its_due_time_is_near_from_then_on() -> None:
    warned = Story(book(promise(warn=0.5, first_response=TARGETS)), opened=tuesday(9), priority="high")

    assert len(found(change(warned, tuesday(10, 1), "normal"))) == 1
    assert found(change(asked(), tuesday(10, 1), "normal")) == []


def test_a_hand_over_near_the_due_time_counts_though_nothing_is_due_later() -> None:
    moved = asked().then(tuesday(10, 40), "queue_changed", queue=2)

    assert found(moved) == [
        NearChange("handed_over", 2, tuesday(10, 40), tuesday(11), tuesday(11), 20 * MINUTE)
    ]
    assert found(asked().then(tuesday(9, 20), "queue_changed", queue=2)) == []
    assert found(moved.then(tuesday(10, 41), "undone", seqs=[2])) == []


def test_a_time_set_by_hand_and_cleared_again_counts_no_more() -> None:
    story = asked().then(
        tuesday(9, 1), "due_time_set", metric="first_response", due_at=tuesday(12).isoformat()
    )
    story.then(tuesday(9, 2), "due_time_cleared", metric="first_response")

    assert len(found(change(story, tuesday(10, 40), "normal"))) == 1


def test_two_acts_are_both_told_each_with_the_due_time_before_it() -> None:
    story = change(change(asked(), tuesday(10, 40), "normal"), tuesday(16, 30), "low")

    assert [(one.seq, one.due_before_at, one.due_since_at) for one in found(story)] == [
        (2, tuesday(11), tuesday(17)),
        (3, tuesday(17), tuesday(13, days_later=1)),
    ]


@settings(max_examples=150, deadline=None)
@given(stories())
def test_it_is_what_replaying_up_to_each_change_says(told: Sequence[Event]) -> None:
    events = [event for event in told if event.kind in TAKES_NOTHING_BACK]
    instants = [event.occurred_at for event in events]
    events = [event for event in events if instants.count(event.occurred_at) == 1 or event.seq == 1]

    changes = putting_off.changes(events, kinds=KINDS)

    said = {
        (clock.metric, clock.start_seq, one)
        for clock in replay(events, RULES, reports=False)
        for one in putting_off.of_clock(clock, changes)
    }

    assert said == {
        each
        for number, event in enumerate(events)
        if event.kind in KINDS
        for each in _expected(events, number)
    }


def _expected(events: Sequence[Event], number: int) -> set[tuple[str, int, NearChange]]:
    event = events[number]
    at = event.occurred_at
    before, since = (
        {(one.metric, one.start_seq): one for one in replay(some, RULES, reports=False, shown_at=at)}
        for some in (events[:number], events[: number + 1])
    )
    return {
        (*key, NearChange(KINDS[event.kind], event.seq, at, clock.due_at, since[key].due_at, left))
        for key, clock in before.items()
        if key in since and clock.due_at and (left := _left(clock, since[key], event)) is not None
    }


def _left(before: ReplayedClock, since: ReplayedClock, event: Event) -> timedelta | None:
    """Return what was left of a promise that a change near its due time did not make due sooner."""
    at = event.occurred_at
    if before.ended_at or since.ended_at or before.target is None or before.due_at is None:
        return None
    broke = before.breach_at is not None and before.breach_at <= at
    later = since.due_at is None or since.due_at > before.due_at
    same = since.due_at == before.due_at and event.kind == "queue_changed"
    left = before.target - before.elapsed_at(at)[0]
    return left if (later or same) and not broke and left <= before.target * NEAR else None


def test_near_is_a_share_of_the_target_and_not_of_time_on_the_wall() -> None:
    story = Story(RULES, opened=tuesday(12), priority="normal")

    [over_night] = found(change(story, tuesday(11, days_later=1), "low"))

    assert over_night.left == HOUR
