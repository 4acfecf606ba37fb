"""Bounces and restorations: what reaches back, and how far."""

from __future__ import annotations

import pytest

from monitor.clock.metrics import Outcome
from tests.clock.story import HOUR, MINUTE, Story, book, promise, tuesday

EVERYTHING = book(promise(acknowledgement=1, first_response=4, next_response=2, resolution=16))


def bounced(story: Story, hour: int, reply_seq: int = 2, minute: int = 0) -> Story:
    return story.then(tuesday(hour, minute), "reply_bounced", reply_seq=reply_seq)


def test_a_bounced_reply_lets_the_clock_run_again_from_its_old_start() -> None:
    story = bounced(Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)), 11)

    clock = story.clock("first_response")
    assert (clock.start_seq, clock.outcome, clock.due_at) == (1, None, tuesday(13))
    assert clock.elapsed_at(tuesday(12)) == (3 * HOUR, 3 * HOUR)
    assert (clock.breach_at, clock.breach_kind) == (tuesday(13), "due")
    assert clock.alarm_floor == tuesday(11)


def test_a_due_time_between_reply_and_bounce_is_a_breach_at_the_bounce() -> None:
    story = bounced(Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)), 15)

    clock = story.clock("first_response")
    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(13), tuesday(15), "correction")
    assert clock.risk_at is None


def test_a_warning_between_reply_and_bounce_is_raised_at_the_bounce() -> None:
    clock = bounced(Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)), 12, minute=30).clock(
        "first_response"
    )

    assert (clock.risk_at, clock.breach_at) == (tuesday(12, 30), tuesday(13))


def test_a_due_time_before_the_reply_keeps_its_own_instant() -> None:
    clock = bounced(Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(14)), 15).clock("first_response")

    assert (clock.breach_at, clock.breach_kind) == (tuesday(13), "due")


def test_due_at_the_very_instant_of_a_bounced_reply_is_a_breach_at_the_bounce() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(13))
    assert story.clock("first_response").outcome is Outcome.MET

    assert bounced(story, 15).clock("first_response").breach_at == tuesday(15)


def test_a_good_reply_before_the_bounce_stops_the_clock_at_its_own_time() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).answers(tuesday(12, 30))
    clock = bounced(story, 15).clock("first_response")

    assert (clock.outcome, clock.ended_at, clock.risk_at) == (Outcome.MET, tuesday(12, 30), None)


def test_a_good_reply_that_came_too_late_is_found_out_at_the_bounce() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).answers(tuesday(14))
    clock = bounced(story, 15).clock("first_response")

    assert (clock.outcome, clock.ended_at) == (Outcome.LATE, tuesday(14))
    assert (clock.breach_at, clock.breach_kind) == (tuesday(15), "correction")


def test_a_question_after_a_bounced_reply_belongs_to_the_clock_that_runs_again() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).writes(tuesday(11))
    assert story.all_of("next_response")

    assert not bounced(story, 12).all_of("next_response")


def test_a_reply_that_bounces_after_the_ticket_was_resolved_leaves_the_customer_waiting() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).then(tuesday(10), "resolved")
    bounced(story, 11)

    assert story.clock("first_response").outcome is None
    assert story.clock("resolution").outcome is Outcome.MET
    story.then(tuesday(12), "closed", by="system")
    assert story.clock("first_response").outcome is Outcome.UNANSWERED


def test_a_bounced_reply_starts_no_update() -> None:
    story = Story(book(promise(update=2)), opened=tuesday(9)).answers(tuesday(10))
    assert story.all_of("update")

    assert not bounced(story, 11).all_of("update")


@pytest.mark.parametrize("reply_seq", [1, 2, 99])
def test_a_bounce_of_what_was_no_reply_changes_nothing(reply_seq: int) -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "resolved")
    before = [(one.metric, one.start_seq, one.outcome) for one in story.clocks()]
    bounced(story, 11, reply_seq=reply_seq)

    assert [(one.metric, one.start_seq, one.outcome) for one in story.clocks()] == before


def test_a_bounce_dated_before_its_reply_still_takes_it_back() -> None:
    story = bounced(Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(11)), 10)

    assert story.clock("first_response").outcome is None


def test_two_bounced_replies_in_a_row_leave_the_clock_running() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10)).answers(tuesday(11))
    bounced(bounced(story, 14), 15, reply_seq=3)

    clock = story.clock("first_response")
    assert (clock.outcome, clock.breach_at, clock.breach_kind) == (None, tuesday(15), "correction")


def test_restoring_reverses_a_voiding() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "voided", reason="spam")
    story.then(tuesday(11), "restored")

    clock = story.clock("first_response")
    assert (clock.outcome, clock.due_at, clock.breach_at) == (None, tuesday(13), tuesday(13))
    assert clock.elapsed_at(tuesday(12))[1] == 3 * HOUR


def test_a_due_time_while_void_is_a_breach_at_the_restoration() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "voided", reason="spam")
    story.then(tuesday(15), "restored")

    clock = story.clock("first_response")
    assert (clock.breach_at, clock.breach_kind) == (tuesday(15), "correction")


def test_a_question_asked_while_void_breaches_no_earlier_than_the_restoration() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 10))
    story.then(tuesday(9, 20), "voided", reason="spam").writes(tuesday(10)).then(tuesday(14), "restored")

    clock = story.clock("next_response")
    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(12), tuesday(14), "correction")
    assert story.answers(tuesday(15)).writes(tuesday(15, 10)).clock("next_response").breach_kind == "due"


def test_a_breach_at_a_restoration_is_moved_by_no_later_one() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "voided", reason="spam")
    story.then(tuesday(14), "restored").then(tuesday(15), "voided", reason="spam").then(
        tuesday(16), "restored"
    )

    assert story.clock("first_response").breach_at == tuesday(14)


def test_a_warning_that_would_come_at_the_instant_of_the_answer_never_was() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(10))
    bounced(story, 12, minute=30).answers(tuesday(12, 30))

    clock = story.clock("first_response")
    assert (clock.outcome, clock.ended_at, clock.risk_at) == (Outcome.MET, tuesday(12, 30), None)


def test_a_second_voiding_after_a_restoration_stands() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(10), "voided", reason="spam")
    story.then(tuesday(11), "restored").then(tuesday(12), "voided", reason="deleted")

    assert story.clock("first_response").outcome is Outcome.VOID


def test_a_correction_changes_nothing_before_the_moment_that_it_names() -> None:
    story = (
        Story(EVERYTHING, opened=tuesday(9)).answers(tuesday(9, 50)).writes(tuesday(10)).answers(tuesday(11))
    )
    before = story.clocks()
    bounced(story, 12, reply_seq=4)

    assert story.clocks()[:2] == before[:2]
    assert story.clock("next_response").outcome is None
    assert story.clock("next_response").business == 2 * HOUR


def test_a_warning_that_came_before_the_voiding_stays_where_it_was() -> None:
    story = Story(EVERYTHING, opened=tuesday(9)).then(tuesday(12, 30), "voided", reason="spam")
    clock = story.then(tuesday(12, 40), "restored").clock("first_response")

    assert clock.risk_at == tuesday(13) - HOUR
    assert clock.breach_at == tuesday(12, 40) + 20 * MINUTE
