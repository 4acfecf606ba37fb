"""Versions of policies and calendars: whom they touch, and from when."""

from __future__ import annotations

from datetime import datetime

from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import Outcome
from monitor.clock.replay import replay
from tests.clock.story import HOUR, Story, book, calendar, office, promise, tuesday

OLD = promise(first_response=6)


def test_scope_new_leaves_open_clocks_alone_and_binds_those_that_start_later() -> None:
    stricter = promise(version=2, since=tuesday(10), first_response=1, next_response=1)
    story = Story(book(OLD, stricter), opened=tuesday(9))
    assert (story.clock("first_response").due_at, story.clock("first_response").policy_version) == (
        tuesday(15),
        101,
    )

    story.answers(tuesday(11)).writes(tuesday(12))
    assert (story.clock("next_response").due_at, story.clock("next_response").policy_version) == (
        tuesday(13),
        102,
    )


def test_scope_new_leaves_open_clocks_alone_even_when_their_priority_changes() -> None:
    old = promise(first_response={"normal": 6, "high": 5})
    stricter = promise(version=2, since=tuesday(10), first_response=1)
    story = Story(book(old, stricter), opened=tuesday(9)).then(
        tuesday(11), "priority_changed", priority="high"
    )

    assert story.clock("first_response").due_at == tuesday(14)


def test_scope_new_and_open_retargets_when_it_takes_effect() -> None:
    stricter = promise(version=2, since=tuesday(12), scope="new_and_open", first_response=4)
    clock = Story(book(OLD, stricter), opened=tuesday(9)).answers(tuesday(12, 30)).clock("first_response")

    assert (clock.policy_version, clock.due_at, clock.target) == (102, tuesday(13), 4 * HOUR)
    assert [(one.reason, one.seq) for one in clock.segments] == [("opened", 1), ("version", None)]


def test_a_version_that_makes_a_clock_spent_is_a_breach_when_it_takes_effect() -> None:
    stricter = promise(version=2, since=tuesday(12), scope="new_and_open", first_response=1)
    clock = Story(book(OLD, stricter), opened=tuesday(9)).answers(tuesday(13)).clock("first_response")

    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(10), tuesday(12), "retarget")


def test_a_version_that_begins_at_the_instant_of_an_answer_counts_for_it() -> None:
    stricter = promise(version=2, since=tuesday(12), scope="new_and_open", first_response=2)
    clock = Story(book(OLD, stricter), opened=tuesday(9)).answers(tuesday(12)).clock("first_response")

    assert (clock.outcome, clock.breach_at, clock.breach_kind) == (Outcome.LATE, tuesday(12), "retarget")


def test_of_several_versions_between_two_events_each_has_its_time() -> None:
    versions = [
        promise(
            version=2 + number, since=tuesday(10 + number), scope="new_and_open", first_response=7 - number
        )
        for number in range(3)
    ]
    clock = Story(book(OLD, *versions), opened=tuesday(9)).answers(tuesday(13)).clock("first_response")

    told = [(one.start, one.policy_version) for one in clock.segments]
    assert told == [(tuesday(9), 101), (tuesday(10), 102), (tuesday(11), 103), (tuesday(12), 104)]


def test_a_clock_that_reopening_goes_on_with_keeps_the_version_of_its_start() -> None:
    stricter = promise(version=2, since=tuesday(12), first_response=4, resolution=1)
    rules = book(promise(first_response=4, resolution=8), stricter)
    story = Story(rules, opened=tuesday(9)).then(tuesday(11), "resolved")
    clock = story.then(tuesday(13), "reopened", by="agent").clock("resolution")

    assert (clock.policy_version, clock.due_at) == (101, tuesday(11, days_later=1))


def test_a_version_still_to_come_is_part_of_the_arithmetic_at_once() -> None:
    stricter = promise(version=2, since=tuesday(12), scope="new_and_open", first_response=4)
    clock = Story(book(OLD, stricter), opened=tuesday(9)).clock("first_response")

    assert (clock.due_at, clock.breach_at, clock.risk_at) == (tuesday(13), tuesday(13), tuesday(12))
    assert (clock.business, clock.alarm_floor) == (0 * HOUR, tuesday(9))


def test_a_version_that_comes_after_the_due_time_changes_nothing() -> None:
    easier = promise(version=2, since=tuesday(16), scope="new_and_open", first_response=100)
    clock = Story(book(OLD, easier), opened=tuesday(9)).clock("first_response")

    assert (clock.due_at, clock.breach_at, clock.policy_version) == (tuesday(15), tuesday(15), 101)


def test_a_version_that_comes_at_the_due_time_still_moves_it() -> None:
    easier = promise(version=2, since=tuesday(15), scope="new_and_open", first_response=7)
    rules = book(OLD, easier)
    clock = Story(rules, opened=tuesday(9)).clock("first_response")
    assert clock.due_at == clock.breach_at == tuesday(16)

    assert (
        Story(rules, opened=tuesday(9)).answers(tuesday(15, 30)).clock("first_response").outcome
        is Outcome.MET
    )


def shown_at(story: Story, at: datetime, metric: str) -> ReplayedClock:
    clocks = replay(story.events, story.book, shown_at=at)
    return next(clock for clock in clocks if clock.metric.value == metric)


def test_ended_clocks_never_change() -> None:
    stricter = promise(version=2, since=tuesday(12), scope="new_and_open", first_response=1)
    before = Story(book(OLD), opened=tuesday(9)).answers(tuesday(11)).clock("first_response")

    assert (
        Story(book(OLD, stricter), opened=tuesday(9)).answers(tuesday(11)).clock("first_response") == before
    )


def test_a_version_for_open_clocks_can_pause_and_resume_them() -> None:
    paused = promise(
        version=2,
        since=tuesday(12),
        scope="new_and_open",
        first_response=6,
        pauses={"first_response": ["pending"]},
    )
    again = promise(version=3, since=tuesday(14), scope="new_and_open", first_response=6)
    story = Story(book(OLD, paused, again), opened=tuesday(9)).turns(tuesday(10), "pending")

    shown = {at: shown_at(story, tuesday(at), "first_response") for at in (11, 12, 14)}
    assert [shown[at].due_at for at in shown] == [tuesday(15), None, tuesday(17)]
    assert [(shown[at].paused_at, shown[at].remaining) for at in shown] == [
        (None, None),
        (tuesday(12), 3 * HOUR),
        (None, None),
    ]
    assert {shown[at].breach_at for at in shown} == {tuesday(17)}
    assert [one.paused for one in story.clock("first_response").segments] == [False, False, True, False][1:]


def test_a_retired_policy_promises_nothing_from_then_on() -> None:
    retired = promise(version=2, since=tuesday(10), retired=True)
    rules = book(OLD, retired)
    assert Story(rules, opened=tuesday(9)).clock("first_response").due_at == tuesday(15)

    after = Story(rules, opened=tuesday(11)).clock("first_response")
    assert (after.due_at, after.policy_version, after.breach_at) == (None, None, None)


def test_a_policy_retired_for_open_clocks_takes_their_due_times_away() -> None:
    retired = promise(version=2, since=tuesday(10), scope="new_and_open", retired=True)
    clock = Story(book(OLD, retired), opened=tuesday(9)).clock("first_response")

    assert (clock.due_at, clock.breach_at, clock.outcome) == (None, None, None)


def test_time_before_a_calendar_version_counts_under_the_old_hours_and_after_it_under_the_new() -> None:
    london = calendar(office("Europe/London"), version=2, since=tuesday(20))
    rules = book(OLD, calendars=[calendar(office()), london])
    story = Story(rules, opened=tuesday(16))

    clock = story.answers(tuesday(6, days_later=1)).clock("first_response")
    assert (clock.business, clock.wall, clock.calendar_version) == (2 * HOUR, 14 * HOUR, 102)


def test_a_calendar_version_still_to_come_is_part_of_the_arithmetic_at_once() -> None:
    evening = calendar(office(closes="21:00"), version=2, since=tuesday(16))
    clock = Story(book(OLD, calendars=[calendar(office()), evening]), opened=tuesday(13)).clock(
        "first_response"
    )

    assert clock.due_at == clock.breach_at == tuesday(19)
    assert clock.risk_at == tuesday(17, 30)


def test_a_calendar_version_counts_for_clocks_without_a_target_too() -> None:
    evening = calendar(office(closes="21:00"), version=2, since=tuesday(16))
    rules = book(OLD, calendars=[calendar(office()), evening])
    story = Story(rules, opened=tuesday(13)).answers(tuesday(20)).then(tuesday(20), "resolved")

    assert story.clock("resolution").business == 7 * HOUR


def test_a_due_time_reached_exactly_when_a_calendar_version_begins_stays() -> None:
    evening = calendar(office(closes="21:00"), version=2, since=tuesday(15))
    rules = book(OLD, calendars=[calendar(office()), evening])

    assert Story(rules, opened=tuesday(9)).clock("first_response").due_at == tuesday(15)
    late = Story(rules, opened=tuesday(9)).answers(tuesday(16)).clock("first_response")
    assert (late.due_at, late.breach_at, late.breach_kind) == (tuesday(15), tuesday(15), "due")


def test_before_its_first_version_a_calendar_counts_as_in_its_first() -> None:
    rules = book(OLD, calendars=[calendar(office(), since=tuesday(9, days_later=7))])

    assert Story(rules, opened=tuesday(9)).clock("first_response").due_at == tuesday(15)


def test_an_older_start_from_a_merge_counts_under_the_hours_of_its_day() -> None:
    evening = calendar(office(closes="21:00"), version=2, since=tuesday(9, days_later=1))
    rules = book(promise(first_response=8), calendars=[calendar(office()), evening])
    story = Story(rules, opened=tuesday(10, days_later=1))
    story.then(tuesday(11, days_later=1), "absorbed", ticket=2, waiting_since=tuesday(16).isoformat())

    clock = story.clock("first_response")
    assert clock.due_at == tuesday(16, days_later=1)
    assert [one.calendar_version for one in clock.segments] == [101, 102, 102, 102]


def test_a_ticket_that_matches_no_policy_is_measured_and_never_flagged() -> None:
    story = Story(book(promise(match={"store": [99]}, first_response=1)), opened=tuesday(9)).answers(
        tuesday(18)
    )

    clock = story.clock("first_response")
    assert (clock.target, clock.basis, clock.policy_version, clock.calendar_version) == (None, "", None, None)
    assert (clock.outcome, clock.wall, clock.business) == (Outcome.MET, 9 * HOUR, 9 * HOUR)
    assert (clock.due_at, clock.risk_at, clock.breach_at) == (None, None, None)


def test_a_version_leaves_a_warning_that_was_passed() -> None:
    easier = promise(version=2, since=tuesday(14), scope="new_and_open", first_response=20)
    rules = book(OLD, easier)
    foretold = Story(rules, opened=tuesday(9)).clock("first_response")
    known = Story(rules, opened=tuesday(9)).then(tuesday(15), "note_added").clock("first_response")

    assert foretold.risk_at == known.risk_at == tuesday(13, 30)
    assert foretold.due_at == known.due_at == tuesday(13, days_later=2)
