"""Late stays visible: through pauses, versions and due times set by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.clock.book.policy import CalendarInForce
from monitor.clock.replay import replay
from tests.clock.story import (
    BY_PRIORITY,
    HOUR,
    MINUTE,
    Story,
    book,
    calendar,
    change,
    office,
    promise,
    tuesday,
)


def test_a_version_leaves_a_due_time_that_has_passed_and_the_next_event_works_it_out_anew() -> None:
    eased = promise(version=2, since=tuesday(13), scope="new_and_open", resolution=20)
    story = Story(book(promise(resolution=2), eased), opened=tuesday(9)).then(tuesday(14), "note_added")
    late = story.clock("resolution")
    assert (late.due_at, late.breach_at, late.policy_version) == (tuesday(11), tuesday(11), 102)

    touched = story.turns(tuesday(15), "pending").clock("resolution")
    assert (touched.due_at, touched.remaining, touched.breach_at) == (None, 14 * HOUR, tuesday(11))


def test_elapsed_time_follows_the_calendar_after_the_breach_too() -> None:
    longer = calendar(office(closes="20:00"), version=2, since=tuesday(16))
    rules = book(promise(resolution=2), calendars=[calendar(office()), longer])
    clock = Story(rules, opened=tuesday(9)).clock("resolution")

    assert (clock.due_at, clock.breach_at) == (tuesday(11), tuesday(11))
    assert clock.elapsed_at(tuesday(20))[0] == 11 * HOUR


def test_a_due_time_that_a_breach_has_outlived_still_follows_the_calendar() -> None:
    longer = calendar(office(opens="08:00"), version=2, since=tuesday(20))
    rules = book(promise(first_response={"normal": 9, "high": 1}), calendars=[calendar(office()), longer])
    story = change(change(Story(rules, opened=tuesday(9)), tuesday(12), "high"), tuesday(13), "normal")

    clock = story.clock("first_response")
    assert (clock.breach_kind, clock.due_at) == ("retarget", tuesday(9, days_later=1))


def test_a_due_time_set_by_hand_that_has_passed_is_moved_by_no_pause() -> None:
    story = Story(BY_PRIORITY, opened=tuesday(9))
    story.then(tuesday(9), "due_time_set", metric="resolution", due_at=tuesday(10).isoformat())
    story.turns(tuesday(11), "pending")
    assert (story.clock("resolution").due_at, story.clock("resolution").remaining) == (tuesday(10), None)

    assert story.turns(tuesday(13), "open").clock("resolution").due_at == tuesday(10)


def test_a_due_time_set_by_hand_warns_at_its_share_under_the_hours_to_come() -> None:
    longer = calendar(office(closes="20:00"), version=2, since=tuesday(16))
    rules = book(promise(first_response=40, warn=0.75), calendars=[calendar(office()), longer])
    story = Story(rules, opened=tuesday(9))
    story.then(tuesday(9), "due_time_set", metric="first_response", due_at=tuesday(21).isoformat())

    assert story.clock("first_response").risk_at == tuesday(17) + 15 * MINUTE


def warned_by_hand(warn: float, due_at: datetime, hours_to_come: CalendarInForce) -> datetime | None:
    rules = book(promise(first_response=40, warn=warn), calendars=[calendar(office()), hours_to_come])
    story = Story(rules, opened=tuesday(9))
    story.then(tuesday(9, 30), "due_time_set", metric="first_response", due_at=due_at.isoformat())
    return story.clock("first_response").risk_at


def test_a_share_of_counted_time_lies_in_the_hours_before_a_version_or_in_those_after() -> None:
    longer = calendar(office(closes="21:00"), version=2, since=tuesday(13))

    assert warned_by_hand(0.75, tuesday(21), longer) == tuesday(18)
    assert warned_by_hand(0.25, tuesday(21), longer) == tuesday(12)


def test_a_share_used_up_at_closing_warns_then_though_a_version_begins_before_it_opens() -> None:
    other = calendar(office(), version=2, since=tuesday(20))

    assert warned_by_hand(0.5, tuesday(17, days_later=1), other) == tuesday(17)


def test_once_late_a_pause_to_come_hides_nothing() -> None:
    pausing = promise(
        version=2, since=tuesday(14), scope="new_and_open", resolution=2, pauses={"resolution": ["on_hold"]}
    )
    story = Story(book(promise(resolution=2, pauses={"resolution": []}), pausing), opened=tuesday(9))
    story.turns(tuesday(10), "on_hold")

    for at in (tuesday(10), tuesday(15)):
        [clock] = [one for one in replay(story.events, story.book, shown_at=at) if one.metric == "resolution"]
        assert (clock.due_at, clock.breach_at) == (tuesday(11), tuesday(11))
        assert (clock.paused_at is not None) == (at == tuesday(15))


def test_until_a_pause_to_come_begins_todays_due_time_follows_the_hours_to_come() -> None:
    pausing = promise(
        version=2, since=tuesday(9, days_later=1), scope="new_and_open", resolution=40,
        pauses={"resolution": ["on_hold"]},
    )  # fmt: skip
    hours = [calendar(office()), calendar(office(closes="21:00"), version=2, since=tuesday(9, days_later=1))]
    rules = book(promise(resolution=24, pauses={"resolution": []}), pausing, calendars=hours)
    clock = Story(rules, opened=tuesday(9)).turns(tuesday(10), "on_hold").clock("resolution")

    assert (clock.due_at, clock.breach_at, clock.paused_at) == (tuesday(13, days_later=2), None, None)


def test_todays_due_time_is_not_moved_by_hours_that_come_after_it() -> None:
    pausing = promise(
        version=2, since=tuesday(12), scope="new_and_open", resolution=8, pauses={"resolution": ["on_hold"]}
    )
    hours = [calendar(office()), calendar(office(opens="08:00"), version=2, since=tuesday(9, days_later=1))]
    rules = book(promise(resolution=8, pauses={"resolution": []}), pausing, calendars=hours)
    clock = Story(rules, opened=tuesday(9)).turns(tuesday(10), "on_hold").clock("resolution")

    assert (clock.due_at, clock.breach_at, clock.calendar_version) == (tuesday(17), None, 101)


def test_a_pause_to_come_leaves_a_due_time_set_by_hand_and_a_clock_without_a_promise() -> None:
    pausing = promise(
        version=2, since=tuesday(12), scope="new_and_open", resolution=8, pauses={"resolution": ["on_hold"]}
    )
    hours = [calendar(office()), calendar(office(closes="20:00"), version=2, since=tuesday(11))]
    rules = book(promise(resolution=8, pauses={"resolution": []}), pausing, calendars=hours)
    story = Story(rules, opened=tuesday(9))
    story.then(tuesday(9, 30), "due_time_set", metric="resolution", due_at=tuesday(14).isoformat())
    chosen = story.turns(tuesday(10), "on_hold").clock("resolution")
    assert (chosen.due_at, chosen.paused_at) == (tuesday(14), None)

    promised = promise(
        since=tuesday(12), scope="new_and_open", first_response=4, pauses={"first_response": ["on_hold"]}
    )
    measured = Story(book(promised), opened=tuesday(9)).turns(tuesday(10), "on_hold").clock("first_response")
    assert (measured.due_at, measured.paused_at, measured.policy_version) == (None, None, None)


def test_a_late_clock_paused_at_the_very_instant_of_a_later_due_time_has_it_still_to_come() -> None:
    late = change(change(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(12), "high"), tuesday(13), "normal")
    chosen = change(Story(BY_PRIORITY, opened=tuesday(9)), tuesday(12), "high")
    chosen.then(tuesday(13), "due_time_set", metric="resolution", due_at=tuesday(17).isoformat())

    for story in (late, chosen):
        clock = story.turns(tuesday(17), "pending").clock("resolution")
        assert (clock.breach_at, clock.due_at, clock.remaining) == (tuesday(12), None, 0 * HOUR)
        assert story.turns(tuesday(18), "open").clock("resolution").due_at == tuesday(18)


@pytest.mark.parametrize(("paused_at", "due_at"), [(tuesday(14), tuesday(14)), (tuesday(17), tuesday(11))])
def test_a_version_that_ends_a_pause_of_a_late_clock_counts_on_with_what_was_left(
    paused_at: datetime, due_at: datetime
) -> None:
    wednesday = tuesday(9, days_later=1)
    resuming = promise(
        version=2, since=wednesday, scope="new_and_open", resolution=10, pauses={"resolution": []}
    )
    rules = book(promise(resolution={"normal": 8, "high": 2}), resuming)
    story = change(change(Story(rules, opened=tuesday(9)), tuesday(12), "high"), tuesday(13), "normal")
    story.turns(paused_at, "pending").then(tuesday(10, days_later=1), "note_added")

    assert story.clock("resolution").due_at == due_at + timedelta(days=1)


def test_a_version_moves_the_due_time_of_a_late_clock_that_still_lies_ahead() -> None:
    eased = promise(version=2, since=tuesday(15), scope="new_and_open", first_response=7)
    rules = book(promise(first_response={"normal": 8, "high": 1}), eased)
    story = change(change(Story(rules, opened=tuesday(9)), tuesday(12), "high"), tuesday(13), "normal")

    clock = story.then(tuesday(15, 30), "note_added").clock("first_response")
    assert (clock.breach_at, clock.due_at) == (tuesday(12), tuesday(16))


def test_a_version_at_the_very_due_time_of_a_late_clock_still_moves_it() -> None:
    eased = promise(version=2, since=tuesday(17), scope="new_and_open", resolution=10)
    rules = book(promise(resolution={"normal": 8, "high": 2}), eased)
    story = change(change(Story(rules, opened=tuesday(9)), tuesday(12), "high"), tuesday(13), "normal")

    clock = story.then(tuesday(18), "note_added").clock("resolution")
    assert (clock.breach_at, clock.due_at) == (tuesday(12), tuesday(11, days_later=1))


def test_a_version_leaves_a_due_time_that_a_change_found_passed() -> None:
    eased = promise(version=2, since=tuesday(13), scope="new_and_open", resolution=10)
    story = Story(book(promise(resolution={"normal": 8, "high": 2}), eased), opened=tuesday(9))

    clock = change(story, tuesday(12), "high").then(tuesday(14), "note_added").clock("resolution")
    assert (clock.breach_at, clock.due_at, clock.policy_version) == (tuesday(12), tuesday(11), 102)


def test_used_up_as_a_pause_began_it_was_due_when_it_ran_on_however_often_that_is_worked_out() -> None:
    story = Story(book(promise(resolution=2)), opened=tuesday(9)).turns(tuesday(11), "pending")
    story.turns(tuesday(12), "open")
    story.then(tuesday(13), "due_time_set", metric="resolution", due_at=tuesday(15).isoformat())
    story.then(tuesday(14), "due_time_cleared", metric="resolution")

    clock = story.clock("resolution")
    assert (clock.breach_at, clock.due_at) == (tuesday(12), tuesday(12))


def test_a_warning_that_was_passed_goes_where_a_due_time_set_by_hand_lies_far_off() -> None:
    story = Story(book(promise(first_response=4)), opened=tuesday(9))
    story.then(tuesday(12, 30), "due_time_set", metric="first_response", due_at=tuesday(17).isoformat())

    assert story.clock("first_response").risk_at == tuesday(15)
