"""What a checkpoint knows of the ticket, and what going on from it is asked for."""

from __future__ import annotations

from typing import Any, Final

import pytest

from monitor.clock.checkpoint import Checkpoint
from monitor.clock.replay import Event, checkpoint, replay
from tests.clock.story import HOUR, Story, book, promise, tuesday

ZONES: Final = "2025b"
RULES: Final = book(promise(acknowledgement=1, first_response=4, next_response=2, resolution=16))


def kept(story: Story, *, since: Checkpoint | None = None, behind: int = 0) -> Checkpoint:
    made = checkpoint(story.events[behind:], story.book, zones=ZONES, since=since, keep=0, every=1)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("then", "status"),
    [
        ([], "new"),
        ([("status_changed", {"status": "on_hold"})], "on_hold"),
        ([("resolved", {"by": "agent"})], "resolved"),
        ([("closed", {"by": "agent"})], "closed"),
        ([("closed", {"by": "customer"})], "closed"),
        ([("closed", {"by": "agent"}), ("reopened", {"by": "agent"})], "open"),
        ([("closed", {"by": "agent"}), ("reopened", {"by": "customer"})], "open"),
        (
            [("closed", {"by": "agent"}), ("reopened", {"by": "customer"}), ("no_reply_needed_marked", {})],
            "closed",
        ),
        ([("merged_into", {"ticket": 2})], "merged"),
        ([("voided", {"reason": "spam"})], "void"),
    ],
)
def test_a_checkpoint_knows_how_the_ticket_stands(
    then: list[tuple[str, dict[str, Any]]], status: str
) -> None:
    story = Story(RULES, opened=tuesday(9))
    for number, (kind, payload) in enumerate(then):
        story.then(tuesday(10, number), kind, **payload)

    assert kept(story).status == status


def test_it_stands_at_its_last_event_and_knows_the_opening() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(11), "note_added")
    story.then(tuesday(10), "note_added", recorded=tuesday(12))
    first = kept(story)
    assert (first.events, first.opened_at, first.at, first.seq, first.last_seq) == (
        3,
        tuesday(9),
        tuesday(11),
        2,
        3,
    )

    story.then(tuesday(13), "note_added")
    second = kept(story, since=first, behind=3)
    assert (second.events, second.opened_at, second.at, second.seq, second.last_seq) == (
        4,
        tuesday(9),
        tuesday(13),
        4,
        4,
    )


def noted() -> list[Event]:
    return [Event(9, "note_added", tuesday(11), tuesday(11), imported=False, payload={})]


def test_going_on_says_how_clocks_stand_when_they_are_shown() -> None:
    rules = book(
        promise(resolution=8, pauses={"resolution": []}),
        promise(version=2, since=tuesday(14), scope="new_and_open", resolution=8),
    )
    since = kept(Story(rules, opened=tuesday(9)).turns(tuesday(10), "on_hold"))

    before, after = (
        next(one for one in replay(noted(), rules, since=since, shown_at=at) if one.metric == "resolution")
        for at in (tuesday(13), tuesday(15))
    )
    assert (before.paused_at, after.paused_at) == (None, tuesday(14))


def test_going_on_too_leaves_reports_out() -> None:
    since = kept(Story(RULES, opened=tuesday(9)))

    metrics = {one.metric.value for one in replay(noted(), RULES, since=since, reports=False)}
    assert metrics == {"acknowledgement", "first_response", "resolution"}


def test_what_comes_after_it_is_told_in_any_order() -> None:
    story = Story(RULES, opened=tuesday(9))
    since = kept(story)
    later = story.answers(tuesday(10)).writes(tuesday(11)).answers(tuesday(12)).events[1:]

    assert replay(later[::-1], RULES, since=since) == replay(later, RULES, since=since)


def test_going_on_counts_what_had_counted_before() -> None:
    story = Story(RULES, opened=tuesday(9)).then(tuesday(10), "note_added")
    since = kept(story)
    told = story.turns(tuesday(11), "open").turns(tuesday(12), "pending").clock("resolution")

    went_on = next(one for one in replay(story.events[2:], RULES, since=since) if one.metric == "resolution")
    assert went_on.elapsed_at(tuesday(13)) == told.elapsed_at(tuesday(13)) == (3 * HOUR, 3 * HOUR)
