"""Reopening by a message, and marking that it needs no reply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from monitor.clock.metrics import Outcome
from tests.clock.story import MINUTE, Story, book, promise, tuesday
from tests.clock.test_replay_waiting import RULES, responses


def thanked(**more: Any) -> Story:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).then(tuesday(9, 20), "resolved")
    return story.writes(tuesday(10)).then(tuesday(10), "reopened", by="customer", **more)


@pytest.mark.parametrize("more", [{}, {"message_seq": 4}])
def test_no_reply_needed_takes_back_the_reopening_by_that_message(more: dict[str, int]) -> None:
    story = thanked(**more).then(tuesday(10, 30), "no_reply_needed_marked")

    assert responses(story)[1:] == [("next_response", 4, Outcome.NO_REPLY_NEEDED)]
    assert [one.outcome for one in story.all_of("acknowledgement")] == [Outcome.MET, Outcome.NO_REPLY_NEEDED]
    resolution = story.clock("resolution")
    assert (resolution.outcome, resolution.ended_at, resolution.wall) == (
        Outcome.MET,
        tuesday(10, 30),
        50 * MINUTE,
    )
    story.then(tuesday(11), "unassigned").then(tuesday(12), "reopened", by="agent")
    assert len(story.all_of("acknowledgement")) == 2
    assert story.clock("resolution").outcome is None


def test_a_breach_before_the_marking_stays() -> None:
    story = thanked(message_seq=4).then(tuesday(12, 30), "no_reply_needed_marked")

    clock = story.clock("next_response")
    assert (clock.outcome, clock.breach_at) == (Outcome.NO_REPLY_NEEDED, tuesday(12))


def test_a_reopening_whose_message_was_answered_stays() -> None:
    story = thanked(message_seq=4).answers(tuesday(10, 10)).writes(tuesday(10, 20))
    story.then(tuesday(10, 30), "no_reply_needed_marked")

    assert story.clock("resolution").outcome is None


def test_a_message_under_way_when_it_was_marked_waits_on_a_resolved_ticket() -> None:
    story = thanked(message_seq=4).then(tuesday(10, 30), "no_reply_needed_marked")
    story.writes(tuesday(10, 20), recorded=tuesday(10, 40))

    assert responses(story)[2:] == [("next_response", 7, None)]
    assert story.clock("resolution").outcome is Outcome.MET


PAUSED = book(promise(first_response=4, next_response=2, pauses={"next_response": ["pending"]}))


def steps_of_what_waits(story: Story) -> list[tuple[datetime, str, int | None]]:
    return [(one.start, one.reason, one.seq) for one in story.clock("next_response").segments]


@pytest.mark.parametrize(("kind", "by"), [("resolved", "agent"), ("closed", "agent"), ("closed", "customer")])
def test_an_ending_ends_the_pause_of_a_message_of_which_it_knew_nothing(kind: str, by: str) -> None:
    story = Story(PAUSED, opened=tuesday(9)).answers(tuesday(9, 10)).turns(tuesday(9, 20), "pending")
    story.then(tuesday(11), kind, by=by).writes(tuesday(10), recorded=tuesday(11, 10))

    assert steps_of_what_waits(story) == [(tuesday(10), "pending", 5), (tuesday(11), kind, 4)]


def test_a_marking_ends_the_pause_of_a_message_of_which_it_knew_nothing() -> None:
    story = Story(PAUSED, opened=tuesday(9)).answers(tuesday(9, 10)).then(tuesday(9, 20), "resolved")
    story.writes(tuesday(10)).then(tuesday(10), "reopened", by="customer").turns(tuesday(10, 10), "pending")
    story.then(tuesday(10, 30), "no_reply_needed_marked").writes(tuesday(10, 20), recorded=tuesday(10, 40))

    assert steps_of_what_waits(story) == [
        (tuesday(10, 20), "pending", 8),
        (tuesday(10, 30), "no_reply_needed_marked", 7),
    ]


def test_marked_at_the_opening_it_ends_what_the_opening_started() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(9, 30), "no_reply_needed_marked")

    ended = {one.metric.value for one in story.clocks() if one.outcome is Outcome.NO_REPLY_NEEDED}
    assert ended == {"acknowledgement", "first_response"}


def test_an_acknowledgement_that_a_hand_over_asks_for_is_not_the_messages() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(9, 10), "queue_changed", queue=2)
    story.then(tuesday(9, 30), "no_reply_needed_marked")

    assert story.clock("acknowledgement").outcome is None


def test_a_reopening_told_late_asks_nothing_beside_the_message_that_was_answered() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).then(tuesday(9, 20), "resolved")
    story.writes(tuesday(10)).answers(tuesday(10, 10))
    story.then(tuesday(10, 5), "reopened", recorded=tuesday(10, 30), by="customer")

    assert responses(story)[1:] == [("next_response", 4, Outcome.MET)]


def test_a_reopening_that_names_its_message_starts_no_wait_of_its_own() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).writes(tuesday(9, 20))
    story.answers(tuesday(9, 30)).then(tuesday(9, 40), "resolved")
    story.then(tuesday(9, 50), "reopened", by="customer", message_seq=3)

    assert responses(story)[1:] == [("next_response", 3, Outcome.MET)]
    assert story.clock("acknowledgement").start_seq == 6
