"""Undoing: what was done by mistake is as if it had never been done."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.clock.metrics import Outcome
from tests.clock.story import HOUR, MINUTE, Story, book, promise, tuesday

RULES = book(
    promise(acknowledgement=1, first_response=4, next_response=2, resolution={"normal": 6, "high": 1})
)


def undone(story: Story, at: datetime, *seqs: int) -> Story:
    return story.then(at, "undone", seqs=list(seqs))


def test_a_resolution_that_was_undone_never_stopped_anything() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(9, 30), "resolved")
    assert story.clock("first_response").outcome is Outcome.UNANSWERED

    undone(story, tuesday(9, 31), 2)

    for metric in ("acknowledgement", "first_response", "resolution"):
        assert (story.clock(metric).start_seq, story.clock(metric).outcome) == (1, None)
    assert story.clock("first_response").due_at == tuesday(13)
    assert story.clock("first_response").elapsed_at(tuesday(11)) == (2 * HOUR, 2 * HOUR)


def test_what_fell_due_before_the_undoing_is_a_breach_at_the_undoing() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(9, 50), "resolved")
    undone(story, tuesday(10, 20), 2)

    clock = story.clock("acknowledgement")
    assert (clock.due_at, clock.breach_at) == (tuesday(10), tuesday(10, 20))
    assert (clock.breach_kind, clock.alarm_floor) == ("correction", tuesday(10, 20))


def test_a_clock_that_the_act_did_not_touch_keeps_its_breach() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(9, 50), "acknowledged")
    before = story.then(tuesday(14), "note_added").clock("first_response")

    undone(story, tuesday(14), 2)

    assert story.clock("first_response") == before
    assert story.clock("acknowledgement").breach_kind == "correction"


def test_all_events_of_one_act_are_undone_together() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(9, 10), "queue_changed", queue=2)
    story.then(tuesday(9, 10), "unassigned")
    undone(story, tuesday(9, 11), 2, 3)

    [clock] = story.all_of("acknowledgement")
    assert (clock.start_seq, clock.outcome, clock.breach_at) == (1, None, tuesday(10))


@pytest.mark.parametrize("kind", ["merged_into", "voided"])
def test_a_ticket_comes_back_with_its_clocks(kind: str) -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(10), kind, ticket=2, reason="spam")
    story.writes(tuesday(10, 1))
    undone(story, tuesday(10, 2), 2)

    assert story.clock("first_response").outcome is None
    assert story.clock("first_response").breach_at == tuesday(13)


def test_a_merge_that_was_undone_brings_nobody() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(10))
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(8).isoformat())
    undone(story, tuesday(11, 1), 3)

    assert not story.all_of("next_response")


def test_a_priority_that_was_undone_held_for_nobody() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(11), "priority_changed", priority="high")
    assert story.clock("resolution").breach_kind == "retarget"

    undone(story, tuesday(11, 5), 2)

    assert (story.clock("resolution").breach_kind, story.clock("resolution").due_at) == ("due", tuesday(15))


def test_a_question_asked_under_a_priority_that_was_undone_breaches_no_earlier_than_the_undoing() -> None:
    rules = book(promise(first_response=4, next_response={"normal": 1, "low": 8}))
    story = Story(rules, opened=tuesday(9)).answers(tuesday(9, 10))
    story.then(tuesday(9, 20), "priority_changed", priority="low").writes(tuesday(9, 30))
    undone(story, tuesday(11), 3)

    clock = story.clock("next_response")
    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(10, 30), tuesday(11), "correction")


def test_of_two_priorities_that_were_undone_the_later_undoing_counts() -> None:
    rules = book(promise(first_response=4, next_response={"normal": 1, "low": 8, "high": 9}))
    story = Story(rules, opened=tuesday(9)).answers(tuesday(9, 10))
    story.then(tuesday(9, 20), "priority_changed", priority="low")
    story.then(tuesday(9, 30), "priority_changed", priority="high").writes(tuesday(9, 40))
    undone(undone(story, tuesday(11), 4), tuesday(12), 3)

    assert story.clock("next_response").breach_at == tuesday(12)


def test_undoing_what_no_later_question_depends_on_delays_no_breach() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).then(tuesday(10), "acknowledged")
    undone(story.writes(tuesday(10, 5)), tuesday(13), 3)

    clock = story.clock("next_response")
    assert (clock.breach_at, clock.breach_kind) == (tuesday(12, 5), "due")


def test_an_undoing_that_was_undone_undoes_nothing() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).then(tuesday(10), "resolved")
    undone(undone(story, tuesday(10, 1), 3), tuesday(10, 2), 4)

    assert (story.clock("resolution").outcome, story.clock("resolution").ended_at) == (
        Outcome.MET,
        tuesday(10),
    )
    undone(story, tuesday(10, 3), 5)
    assert story.clock("resolution").outcome is None


def test_nothing_that_was_said_can_be_undone() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(10)).writes(tuesday(11))
    before = story.then(tuesday(11, 1), "note_added").clocks()

    assert undone(story, tuesday(11, 1), 1, 2, 3, 4, 5, 99).clocks() == before


def test_a_bounce_and_a_restoration_heed_what_was_undone() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(10), "voided", reason="spam")
    undone(story.then(tuesday(10, 5), "restored"), tuesday(10, 6), 3)

    assert story.clock("first_response").outcome is Outcome.VOID


def test_a_reopening_that_was_undone_resumes_nothing() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).then(tuesday(10), "resolved")
    undone(story.then(tuesday(11), "reopened", by="agent"), tuesday(11) + MINUTE, 4)

    assert story.clock("resolution").wall == HOUR


def test_going_on_while_put_aside_the_clock_could_not_ring() -> None:
    story = Story(book(promise(resolution=1, basis="wall")), opened=tuesday(9))
    story.then(tuesday(9, 30), "resolved").then(tuesday(10), "voided", reason="spam")
    story.then(tuesday(10, 10), "reopened", by="agent").then(tuesday(14), "restored")

    clock = story.clock("resolution")
    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(10, 40), tuesday(14), "correction")


def test_reopened_it_is_settled_under_the_terms_of_now() -> None:
    strict = promise(resolution={"normal": 8, "high": 0.5}, basis="wall")
    mild = promise(version=2, since=tuesday(13), scope="new_and_open", resolution=8, basis="wall")
    story = Story(book(strict, mild), opened=tuesday(9)).turns(tuesday(10), "on_hold")
    story.then(tuesday(10, 30), "priority_changed", priority="high").then(tuesday(11), "resolved")

    clock = story.then(tuesday(14), "reopened", by="agent").clock("resolution")

    assert (clock.due_at, clock.breach_at, clock.breach_kind) == (tuesday(21), tuesday(21), "due")


def test_that_a_reply_bounced_cannot_be_undone() -> None:
    story = (
        Story(RULES, opened=tuesday(9))
        .answers(tuesday(9, 10))
        .then(tuesday(9, 20), "reply_bounced", reply_seq=2)
    )
    story.then(tuesday(9, 30), "undone", seqs=[3])

    assert story.clock("first_response").ended_at is None


def test_a_reopening_that_is_told_of_a_time_before_the_customer_wrote_is_overtaken() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(10), "resolved").writes(tuesday(12))
    story.then(tuesday(11), "reopened", by="agent", recorded=tuesday(13), told=True)

    assert story.clock("resolution").ended_at == tuesday(10)
