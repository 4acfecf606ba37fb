"""A reply on its way: given up for a while it answers nobody, and once it left it answered when it was sent."""

from __future__ import annotations

import pytest

from monitor.clock.metrics import Outcome
from tests.clock.story import HOUR, Story, book, promise, tuesday

RULES = book(promise(acknowledgement=1, first_response=4, next_response=2, update=2, resolution=16))


def asked_and_answered() -> Story:
    return Story(RULES, opened=tuesday(9)).answers(tuesday(10))


def became(story: Story, hour: int, kind: str, reply_seq: int = 2) -> Story:
    return story.then(tuesday(hour), kind, reply_seq=reply_seq)


def said(story: Story) -> list[tuple[object, ...]]:
    return [(one.metric, one.start_seq, one.ended_at, one.outcome, one.breach_at) for one in story.clocks()]


@pytest.mark.parametrize("hour", [11, 14])
def test_a_delay_takes_back_all_that_a_bounce_would(hour: int) -> None:
    delayed = became(asked_and_answered(), hour, "reply_delayed")

    assert said(delayed) == said(became(asked_and_answered(), hour, "reply_bounced"))
    assert delayed.clock("first_response").outcome is None


def test_what_left_after_all_answered_when_it_was_sent_and_unmakes_a_breach() -> None:
    story = became(asked_and_answered(), 11, "reply_delayed")
    story.as_of(3)
    assert story.clock("first_response").due_at == tuesday(13)

    became(story, 14, "reply_left")
    clock = story.clock("first_response")
    assert (clock.outcome, clock.ended_at, clock.breach_at) == (Outcome.MET, tuesday(10), None)


def test_what_the_reply_started_and_fell_due_meanwhile_is_broken_when_it_left() -> None:
    story = became(became(asked_and_answered(), 11, "reply_delayed"), 14, "reply_left")

    clock = story.clock("update")
    assert (clock.started_at, clock.breach_at, clock.breach_kind) == (tuesday(10), tuesday(14), "correction")


def test_what_the_reply_started_and_is_not_due_yet_is_due_as_ever() -> None:
    story = became(became(asked_and_answered(), 10, "reply_delayed"), 11, "reply_left")

    assert (story.clock("update").due_at, story.clock("update").breach_at) == (tuesday(12), tuesday(12))


def test_that_it_left_without_any_delay_changes_nothing() -> None:
    assert said(became(asked_and_answered(), 11, "reply_left")) == said(asked_and_answered())


@pytest.mark.parametrize("last", ["reply_left", "reply_delayed"])
def test_a_bounce_is_for_good(last: str) -> None:
    story = became(became(asked_and_answered(), 11, "reply_bounced"), 12, last)

    assert story.clock("first_response").outcome is None


def test_a_reply_that_left_and_came_back_later_answered_nobody() -> None:
    story = became(
        became(became(asked_and_answered(), 11, "reply_delayed"), 12, "reply_left"), 13, "reply_bounced"
    )

    assert story.clock("first_response").outcome is None


def test_what_became_of_a_reply_goes_by_the_order_in_which_it_was_learnt() -> None:
    story = became(became(asked_and_answered(), 12, "reply_delayed"), 11, "reply_left")

    assert story.clock("first_response").outcome is Outcome.MET


def test_a_ticket_that_was_resolved_before_a_bounce_was_known_keeps_its_wait() -> None:
    story = became(asked_and_answered(), 11, "reply_delayed").then(tuesday(12), "resolved")
    became(story, 13, "reply_bounced")

    assert story.clock("first_response").outcome is None
    assert story.clock("resolution").outcome is Outcome.MET


def test_an_opening_of_ours_is_delivered_like_a_reply() -> None:
    story = Story(RULES, opened=tuesday(9), initiated_by="agent")
    became(story, 10, "reply_delayed", reply_seq=1)
    assert not story.all_of("update")

    became(story, 12, "reply_left", reply_seq=1)
    clock = story.clock("update")
    assert (clock.started_at, clock.breach_at, clock.breach_kind) == (tuesday(9), tuesday(12), "correction")


def test_a_message_that_waits_its_turn_has_it_once_the_answer_before_it_left() -> None:
    story = asked_and_answered().writes(tuesday(11))
    became(story, 12, "reply_delayed")
    assert story.clock("first_response").wall == 0 * HOUR or story.clock("first_response").ended_at is None

    became(story, 13, "reply_left")
    clock = story.clock("next_response")
    assert (clock.started_at, clock.due_at) == (tuesday(11), tuesday(13))
