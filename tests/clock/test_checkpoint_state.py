"""What a checkpoint knows of the ticket, and what going on from it is asked for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

import pytest

from monitor.clock.checkpoint import Checkpoint, reaches_behind
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


def test_it_stands_for_its_last_event_and_for_none_beside_that() -> None:
    since = kept(Story(RULES, opened=tuesday(9)).then(tuesday(10), "note_added"))

    assert since.covers(tuesday(10), 2)
    assert not since.covers(tuesday(10), 3)


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
    story = Story(RULES, opened=tuesday(9)).turns(tuesday(10), "pending").turns(tuesday(11), "open")
    since = kept(story)
    told = story.turns(tuesday(13), "pending").clock("resolution")

    went_on = next(one for one in replay(story.events[3:], RULES, since=since) if one.metric == "resolution")
    assert went_on.elapsed_at(tuesday(14)) == told.elapsed_at(tuesday(14)) == (3 * HOUR, 3 * HOUR)


def test_a_marking_after_it_takes_back_a_reopening_before_it() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).then(tuesday(9, 20), "resolved")
    since = kept(story.writes(tuesday(10)).then(tuesday(10), "reopened", by="customer"))
    marked = replay(story.then(tuesday(11), "no_reply_needed_marked").events[5:], RULES, since=since)

    assert [one.ended_at for one in marked if one.metric == "resolution"] == [tuesday(11)]


def test_a_clock_that_was_stopped_before_it_goes_on_when_the_ticket_is_reopened_after_it() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 10)).then(tuesday(10), "resolved")
    since = kept(story)

    reopened = replay(story.then(tuesday(11), "reopened", by="agent").events[3:], RULES, since=since)
    assert [(one.metric.value, one.outcome) for one in reopened] == [
        ("resolution", None),
        ("customer_wait", None),
        ("agent_work", None),
    ]


def test_a_customers_first_message_after_it_starts_what_is_reported_too() -> None:
    story = Story(RULES, opened=tuesday(9), automatic=True)
    since = kept(story)

    asked = replay(story.writes(tuesday(10)).events[1:], RULES, since=since)
    assert asked == story.clocks()


@pytest.mark.parametrize("then", [None, "resolved"])
def test_a_merge_moves_no_start_where_nobody_waits(then: str | None) -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9, 30))
    since = kept(story.then(tuesday(10), then) if then else story)
    said = {"ticket": 2, "waiting_since": tuesday(8).isoformat()}

    assert not reaches_behind([replace(noted()[0], kind="absorbed", payload=said)], since)


def much_has_happened() -> Story:
    """Tell of a ticket of which every part of a checkpoint has something to say."""
    promised = promise(
        acknowledgement=1, first_response=4, next_response=2, update=8, resolution={"normal": 16, "high": 2}
    )
    story = Story(book(promised), opened=tuesday(9), tier="vip", language="he", tags=["late", "refund"])
    story.answers(tuesday(12, 30)).then(tuesday(13), "priority_changed", priority="high")
    story.then(tuesday(13, 10), "due_time_set", metric="resolution", due_at=tuesday(16).isoformat())
    story.then(tuesday(13, 20), "priority_changed", priority="normal")
    story.then(tuesday(13, 30), "undone", recorded=tuesday(13, 31), seqs=[5])
    return story.writes(tuesday(13, 40)).turns(tuesday(14), "pending").turns(tuesday(14, 30), "on_hold")


def told_by_a_version(story: Story) -> Story:
    """Tell it under a version that leaves a due time that has passed."""
    eased = promise(version=2, since=tuesday(15), scope="new_and_open", resolution=40, first_response=4)
    told = Story(book(*story.book._policies, eased))
    told.events = story.events
    return told.then(tuesday(15, 30), "note_added")


@pytest.mark.parametrize(
    "story",
    [
        much_has_happened(),
        told_by_a_version(much_has_happened()),
        much_has_happened().then(tuesday(15), "resolved"),
        much_has_happened().then(tuesday(15), "resolved").then(tuesday(16), "reopened", by="customer"),
        Story(book(), opened=tuesday(9)),
        Story(book(promise(resolution=2)), opened=tuesday(9)).then(tuesday(12), "resolved"),
        Story(RULES, opened=tuesday(10)).then(
            tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(9).isoformat()
        ),
        Story(book(promise(resolution=4)), opened=tuesday(9)).turns(tuesday(12, 30), "pending"),
    ],
)
def test_it_is_the_same_after_it_was_written_in_whole_numbers_and_read(story: Story) -> None:
    made = kept(story)
    written = json.dumps(made.to_builtins())

    assert Checkpoint.from_builtins(json.loads(written), story.book, zones=ZONES) == made
    assert json.loads(written).keys() == made._asdict().keys()
    assert set(re.findall(r"[0-9]+\.[0-9]+", written)) <= {"0.75"}
