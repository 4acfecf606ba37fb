"""What was split off to another ticket was never said here: clocks are what they would have been without it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import Outcome
from monitor.clock.replay import Event, replay
from tests.clock.story import HOUR, MINUTE, Story, book, promise, tuesday

RULES = book(promise(acknowledgement=1, first_response=4, next_response=2, update=8, resolution=16))


def split(story: Story, at: datetime, *seqs: int) -> Story:
    return story.then(at, "split_off", ticket=2, seqs=list(seqs))


def without(story: Story, *seqs: int) -> list[Event]:
    return [event for event in story.events if event.seq not in seqs and event.kind != "split_off"]


def times(clocks: Sequence[ReplayedClock]) -> list[tuple[Any, ...]]:
    """Return of each clock what does not depend on when anybody knew."""
    return [(one.metric, one.start_seq, one.started_at, one.due_at, one.ended_at) for one in clocks]


def conversation() -> Story:
    """A question, its answer, another matter, the answer to that, a bounce, and a resolution."""
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 20)).turns(tuesday(9, 20), "pending")
    story.writes(tuesday(10)).turns(tuesday(10), "open").answers(tuesday(10, 40))
    story.then(tuesday(10, 50), "reply_bounced", reply_seq=6).then(tuesday(11), "note_added")
    return story.writes(tuesday(11, 10)).answers(tuesday(11, 30)).then(tuesday(12), "resolved")


@pytest.mark.parametrize(
    "seqs", [(4, 5), (2, 3), (4, 5, 6, 7), (6, 7), (8,), (9,), (10,), (2, 3, 4, 5, 6, 7, 8, 9, 10)]
)
def test_clocks_are_those_of_the_same_story_without_it(seqs: tuple[int, ...]) -> None:
    story = conversation()
    split(story, tuesday(12, 30), *seqs)

    assert times(story.clocks()) == times(replay(without(story, *seqs), RULES))


def test_a_question_that_went_to_another_ticket_is_waited_for_there_alone() -> None:
    story = split(Story(RULES, opened=tuesday(9)).answers(tuesday(10)).writes(tuesday(11)), tuesday(14), 3)

    assert story.all_of("next_response") == []


def test_an_answer_that_went_along_answered_nothing() -> None:
    story = split(Story(RULES, opened=tuesday(9)).answers(tuesday(10)), tuesday(14), 2)

    clock = story.clock("first_response")
    assert (clock.start_seq, clock.outcome, clock.elapsed_at(tuesday(15))) == (1, None, (6 * HOUR, 6 * HOUR))
    assert (clock.breach_at, clock.breach_kind) == (tuesday(14), "correction")


def test_what_was_resolved_with_an_answer_that_went_is_unanswered() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(10)).then(tuesday(11), "resolved")

    split(story, tuesday(11, 30), 2)

    assert story.clock("first_response").outcome is Outcome.UNANSWERED


def test_a_reply_that_left_late_and_went_is_not_heard_here() -> None:
    story = (
        Story(RULES, opened=tuesday(9))
        .answers(tuesday(9, 30))
        .then(tuesday(9, 40), "reply_delayed", reply_seq=2)
    )
    split(story.then(tuesday(9, 50), "reply_left", reply_seq=2), tuesday(10), 2, 3, 4)

    assert story.clock("first_response").outcome is None


def test_a_split_that_was_undone_never_was() -> None:
    story = conversation()
    before = times(story.clocks())
    split(story, tuesday(12, 30), 4, 5, 6, 7)

    story.then(tuesday(12, 31), "undone", seqs=[story.events[-1].seq])

    assert times(story.clocks()) == before


def test_no_opening_is_split_off() -> None:
    story = Story(RULES, opened=tuesday(9))
    before = times(story.clocks())

    assert times(split(story, tuesday(9) + MINUTE, 1).clocks()) == before
