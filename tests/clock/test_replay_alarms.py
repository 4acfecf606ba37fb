"""When alarms may ring, and what a clock says about itself at an instant."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.clock.metrics import Outcome
from tests.clock.story import HOUR, Story, always, book, calendar, office, promise, tuesday

RULES = book(promise(acknowledgement=1, first_response=4, resolution=8))


def test_alarms_are_instants_that_may_lie_ahead() -> None:
    clock = Story(RULES, opened=tuesday(9)).clock("first_response")

    assert (clock.risk_at, clock.due_at, clock.breach_at) == (tuesday(12), tuesday(13), tuesday(13))


def test_no_alarm_rings_before_its_cause_was_recorded() -> None:
    clock = Story(RULES).then(tuesday(9), "opened", recorded=tuesday(12, 30)).clock("first_response")

    assert clock.alarm_floor == tuesday(12, 30)
    assert (clock.risk_at, clock.breach_at, clock.breach_kind) == (tuesday(12), tuesday(13), "due")


def test_a_due_time_passed_before_anybody_could_know_is_backdated() -> None:
    clock = Story(RULES).then(tuesday(9), "opened", recorded=tuesday(15)).clock("first_response")

    assert (clock.breach_at, clock.breach_kind, clock.alarm_floor) == (tuesday(13), "backdated", tuesday(15))


def test_a_late_change_raises_the_floor_of_what_it_shapes() -> None:
    story = Story(RULES, opened=tuesday(9)).turns(tuesday(10), "pending", recorded=tuesday(10))
    story.turns(tuesday(11), "open", recorded=tuesday(12))

    assert story.clock("resolution").alarm_floor == tuesday(12)


def test_nothing_that_comes_after_a_breach_delays_its_alarm() -> None:
    story = Story(RULES, opened=tuesday(9)).turns(tuesday(15), "pending").turns(tuesday(16), "open")

    assert story.clock("first_response").alarm_floor == tuesday(9)


def test_a_clock_started_by_an_imported_event_is_silent() -> None:
    story = Story(RULES).then(tuesday(9), "opened", imported=True, recorded=tuesday(9, days_later=3))
    clock = story.answers(tuesday(14), imported=True, recorded=tuesday(9, days_later=3)).clock(
        "first_response"
    )

    assert clock.silent
    assert (clock.outcome, clock.breach_kind) == (Outcome.LATE, "due")
    assert not story.writes(tuesday(9, days_later=4)).clock("next_response").silent


def test_a_clock_says_its_state_at_an_instant() -> None:
    story = Story(RULES, opened=tuesday(9)).turns(tuesday(10), "pending").turns(tuesday(12), "open")
    clock = story.answers(tuesday(14)).then(tuesday(16), "resolved").clock("resolution")

    assert clock.state_at(tuesday(9, 30)) == "running"
    assert clock.state_at(tuesday(10)) == clock.state_at(tuesday(11)) == "paused"
    assert clock.state_at(tuesday(12)) == "running"
    assert clock.state_at(tuesday(16)) == "met"


def test_a_clock_past_its_due_time_is_late_until_it_ends() -> None:
    story = Story(RULES, opened=tuesday(9))
    assert story.clock("first_response").state_at(tuesday(12, 59)) == "running"
    assert story.clock("first_response").state_at(tuesday(13)) == "late"

    ended = story.then(tuesday(15), "resolved").clock("first_response")
    assert ended.state_at(tuesday(14)) == "late"
    assert ended.state_at(tuesday(15)) == "unanswered"


def test_a_clock_keeps_counting_past_its_due_time() -> None:
    clock = Story(RULES, opened=tuesday(9)).clock("acknowledgement")

    assert clock.elapsed_at(tuesday(12)) == (3 * HOUR, 3 * HOUR)
    assert clock.elapsed_at(tuesday(8)) == (timedelta(0), timedelta(0))
    assert clock.elapsed_at(tuesday(9, days_later=1)) == (8 * HOUR, 24 * HOUR)


def test_round_the_clock_no_minute_is_added_at_midnight() -> None:
    rules = book(promise(first_response=48), calendars=[calendar(always())])

    assert Story(rules, opened=tuesday(9)).clock("first_response").due_at == tuesday(9, days_later=2)


def test_a_night_shift_and_a_lunch_gap_and_a_holiday_on_the_due_day() -> None:
    night = book(promise(first_response=4), calendars=[calendar(office(opens="21:00", closes="02:00"))])
    assert Story(night, opened=tuesday(23)).clock("first_response").due_at == tuesday(22, days_later=1)

    weekday = [["09:00", "12:00"], ["13:00", "17:00"]]
    weekly = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), weekday) | {"sat": [], "sun": []}
    lunch = book(promise(first_response=4), calendars=[calendar(office(weekly=weekly))])
    assert Story(lunch, opened=tuesday(11)).clock("first_response").due_at == tuesday(16)

    holiday = book(promise(first_response=4), calendars=[calendar(office(holidays=["2026-03-11"]))])
    assert Story(holiday, opened=tuesday(15)).clock("first_response").due_at == tuesday(11, days_later=2)


def test_elapsed_stops_at_the_last_event_and_at_the_end() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(11), "note_added")
    assert story.clock("first_response").wall == 2 * HOUR

    story.answers(tuesday(12)).then(tuesday(16), "note_added")
    assert story.clock("first_response").wall == 3 * HOUR


@pytest.mark.parametrize("since", [tuesday(17), tuesday(20), tuesday(9, days_later=1)])
@pytest.mark.parametrize(
    "at", [tuesday(17), tuesday(22), tuesday(8, days_later=1), tuesday(12, days_later=1)]
)
def test_a_warning_point_at_the_instant_of_closing_is_dated_then(since: datetime, at: datetime) -> None:
    hours = [calendar(office()), calendar(office(opens="08:00"), version=2, since=since)]
    rules = book(promise(first_response={"normal": 16, "high": 15}, warn=0.5), calendars=hours)

    assert Story(rules, opened=tuesday(9)).clock("first_response").risk_at == tuesday(17)
    for kind in ("note_added", "priority_changed"):
        story = Story(rules, opened=tuesday(9)).then(at, kind, priority="high")
        assert story.clock("first_response").risk_at in (tuesday(16, 30), tuesday(17))


def test_set_by_hand_too_it_warns_at_the_instant_of_closing() -> None:
    story = Story(book(promise(first_response=40, warn=0.5)), opened=tuesday(9))
    story.then(
        tuesday(9), "due_time_set", metric="first_response", due_at=tuesday(17, days_later=1).isoformat()
    )

    assert story.clock("first_response").risk_at == tuesday(17)
