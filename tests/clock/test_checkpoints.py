"""A checkpoint: going on from it says what folding from the start says, whatever happens after it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.clock.book.policy import Book
from monitor.clock.checkpoint import Checkpoint, ReachesBehind, reaches_behind
from monitor.clock.clock import ReplayedClock
from monitor.clock.corrections import place
from monitor.clock.replay import Event, checkpoint, replay
from tests.clock.story import MINUTE, Story, book, calendar, office, promise, tuesday
from tests.clock.test_properties_of_replay import START, books, moments, scopes, stories

ZONES: Final = "2025b"
RULES: Final = book(
    promise(
        first_response=1,
        next_response=2,
        update=8,
        resolution={"low": 40, "normal": 24, "high": 2},
        acknowledgement=1,
    )
)


def taken(events: list[Event], rules: Book, *, at: int, since: Checkpoint | None = None) -> Checkpoint | None:
    """Take a checkpoint after so many events at the most, and read it as it was written."""
    made = checkpoint(events, rules, zones=ZONES, since=since, keep=max(len(events) - at, 0), every=1)
    return None if made is None else again(made, rules)


def again(made: Checkpoint, rules: Book) -> Checkpoint | None:
    return Checkpoint.from_builtins(json.loads(json.dumps(made.to_builtins())), rules, zones=ZONES)


def behind(events: list[Event], since: Checkpoint | None) -> list[Event]:
    """Return the events that a checkpoint does not stand for."""
    return [one for _, one in place(events)][0 if since is None else since.events :]


def without_past(clock: ReplayedClock) -> ReplayedClock:
    return clock._replace(segments=(), carried=(timedelta(0), timedelta(0)))


def lasting(events: list[Event], rules: Book, since: Checkpoint, **more: Any) -> list[ReplayedClock]:
    """Return, folded from the start, what had not ended by the checkpoint."""
    clocks = replay(events, rules, **more)
    return [one for one in clocks if one.last_end is None or not since.covers(*one.last_end)]


@settings(max_examples=200, deadline=None)
@given(stories(late=True), books(), st.integers(1, 15), st.booleans(), st.integers(0, 20_000))
def test_going_on_says_what_folding_from_the_start_says(
    events: list[Event], rules: Book, cut: int, reports: bool, minutes: int
) -> None:
    since = taken(events, rules, at=cut)
    assume(since is not None)
    assert since is not None
    later = behind(events, since)
    assume(not reaches_behind(later, since))
    went_on = replay(later, rules, since=since, reports=reports)
    expected = lasting(events, rules, since, reports=reports)

    assert [without_past(one) for one in went_on] == [without_past(one) for one in expected]
    now = max(since.at, START + timedelta(minutes=minutes))
    assert [one.elapsed_at(now) for one in went_on] == [one.elapsed_at(now) for one in expected]
    assert [one.state_at(now) for one in went_on] == [one.state_at(now) for one in expected]


@settings(max_examples=200, deadline=None)
@given(stories(late=True), books(), st.integers(1, 7), st.integers(1, 8))
def test_a_checkpoint_taken_from_another_is_the_one_taken_from_the_start(
    events: list[Event], rules: Book, first: int, more: int
) -> None:
    since = taken(events, rules, at=first)
    assume(since is not None)
    assert since is not None
    later = behind(events, since)
    assume(not reaches_behind(later, since))

    assert (taken(later, rules, at=more, since=since) or since) == taken(
        events, rules, at=since.events + more
    )


@settings(max_examples=200, deadline=None)
@given(stories(late=True), books(), st.integers(1, 15))
def test_a_checkpoint_says_the_same_after_it_was_written_and_read(
    events: list[Event], rules: Book, cut: int
) -> None:
    made = checkpoint(events, rules, zones=ZONES, keep=max(len(events) - cut, 0), every=1)

    assert made is None or again(made, rules) == made


@settings(max_examples=200, deadline=None)
@given(stories(late=True), books(), st.integers(1, 15))
def test_what_comes_later_reaches_behind_or_says_the_same(events: list[Event], rules: Book, cut: int) -> None:
    """Here the checkpoint was taken before anything later had been told."""
    told, later = events[:cut], events[cut:]
    since = taken(told, rules, at=cut)
    assume(since is not None and since.events == len(told))
    assert since is not None
    if reaches_behind(later, since):
        with pytest.raises(ReachesBehind):
            replay(later, rules, since=since)
    else:
        went_on = replay(later, rules, since=since)
        expected = lasting(events, rules, since)
        assert [without_past(one) for one in went_on] == [without_past(one) for one in expected]


@settings(max_examples=200, deadline=None)
@given(stories(), books(), st.integers(1, 15), moments, scopes, st.sampled_from([1, 3, 5]))
def test_a_version_that_comes_later_leaves_a_checkpoint_only_where_it_changes_nothing(
    events: list[Event], rules: Book, cut: int, moment: datetime, scope: str, hours: float
) -> None:
    since = taken(events, rules, at=cut)
    assume(since is not None)
    assert since is not None
    calendars = [*rules._calendar_versions.values(), calendar(office(), version=3, since=moment)]
    newer = promise(policy=3, since=moment, scope=scope, resolution=hours)
    wider = book(*rules._policies, newer, calendars=calendars)
    kept = again(since, wider)
    if kept is not None and not reaches_behind(behind(events, since), kept):
        went_on = replay(behind(events, since), wider, since=kept)
        expected = lasting(events, wider, since)
        assert [without_past(one) for one in went_on] == [without_past(one) for one in expected]


def long(rounds: int) -> Story:
    """Tell of a ticket that is resolved, written on and reopened again and again."""
    at, story = tuesday(9), Story(RULES, opened=tuesday(9))
    for _ in range(rounds):
        at += 11 * MINUTE
        story.answers(at).then(at + MINUTE, "resolved").writes(at + 2 * MINUTE)
        story.then(at + 2 * MINUTE, "reopened", by="customer")
    return story


def test_a_checkpoint_is_taken_beyond_64_events_and_keeps_the_last_32_out() -> None:
    events = long(30).events

    assert checkpoint(events[:63], RULES, zones=ZONES) is None
    made = checkpoint(events[:64], RULES, zones=ZONES)
    assert made is not None
    assert made.events == 32
    assert checkpoint(events[32:95], RULES, zones=ZONES, since=made) is None
    renewed = checkpoint(events[32:96], RULES, zones=ZONES, since=made)
    assert renewed is not None
    assert (renewed.events, renewed) == (64, checkpoint(events[:96], RULES, zones=ZONES))


def test_its_size_does_not_depend_on_how_much_it_stands_for() -> None:
    events, since, sizes = long(400).events, None, []
    for end in range(64, len(events), 32):
        folded = 0 if since is None else since.events
        since = checkpoint(events[folded:end], RULES, zones=ZONES, since=since)
        assert since is not None
        sizes.append(len(json.dumps(since.to_builtins())))

    assert max(sizes) < 4000
    assert max(sizes[-10:]) <= max(sizes[:10]) + 60  # longer numbers


def calls_to_fold(events: list[Event]) -> int:
    """Return how many functions are called to fold them: a measure of work that is always the same."""
    count = 0

    def counting(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(counting)
    try:
        replay(events, RULES)
    finally:
        sys.setprofile(None)
    return count


def test_folding_from_the_start_costs_the_same_for_each_event() -> None:
    replay(long(1000).events, RULES)
    few, many = (calls_to_fold(long(rounds).events) for rounds in (100, 1000))

    assert many <= few * 10


def test_nothing_between_an_event_and_its_correction_is_kept_apart() -> None:
    story = long(30)
    story.then(story.events[-1].occurred_at + MINUTE, "reply_bounced", reply_seq=story.events[41].seq)
    assert story.events[41].kind == "public_reply_sent"
    made = checkpoint(story.events, RULES, zones=ZONES)

    assert made is not None
    assert made.events == 41


def test_a_correction_just_outside_what_is_settled_leaves_out_what_it_took_back() -> None:
    story = long(30)
    story.then(story.events[89].occurred_at, "reply_bounced", reply_seq=story.events[41].seq)
    made = checkpoint(story.events, RULES, zones=ZONES)

    assert made is not None
    assert made.events == 41


def test_what_is_kept_together_with_what_is_kept_together_is_kept_too() -> None:
    story = long(30)
    first, second = story.events[37], story.events[41]
    story.then(story.events[43].occurred_at, "reply_bounced", reply_seq=first.seq)
    story.then(story.events[120].occurred_at + MINUTE, "reply_bounced", reply_seq=second.seq)
    made = checkpoint(story.events, RULES, zones=ZONES)

    assert made is not None
    assert made.events == 37


def test_an_undoing_that_was_undone_is_kept_together_with_what_it_named() -> None:
    story = long(30)
    at = story.events[-1].occurred_at
    assert story.events[42].kind == "resolved"
    undoing = story.then(at + MINUTE, "undone", seqs=[story.events[42].seq]).events[-1]
    made = checkpoint(story.then(at + 2 * MINUTE, "undone", seqs=[undoing.seq]).events, RULES, zones=ZONES)

    assert made is not None
    assert made.events == 42


def test_a_pause_goes_on_where_it_was_interrupted_for_no_time_at_all() -> None:
    story = Story(RULES, opened=tuesday(9)).answers(tuesday(9)).then(tuesday(9), "resolved")
    story.then(tuesday(10), "reopened", by="agent").then(tuesday(10), "status_changed", status="on_hold")
    since = taken(story.events, RULES, at=4)
    assert since is not None

    went_on = replay(behind(story.events, since), RULES, since=since)

    expected = lasting(story.events, RULES, since)
    assert [without_past(one) for one in went_on] == [without_past(one) for one in expected]
    assert {one.paused_at for one in went_on if one.metric == "resolution"} == {tuesday(9)}


def test_an_event_that_was_told_before_an_earlier_one_is_kept_apart_from_what_it_waits_for() -> None:
    story = long(30)
    late = Event(
        len(story.events) + 1,
        "note_added",
        story.events[41].occurred_at,
        tuesday(20),
        imported=False,
        payload={},
    )
    made = checkpoint([*story.events, late], RULES, zones=ZONES)

    assert made is not None
    assert (made.events, made.last_seq) == (42, 42)


@settings(max_examples=200, deadline=None)
@given(stories(late=True), books(), st.integers(1, 15))
def test_what_it_does_not_stand_for_is_told_by_its_number(events: list[Event], rules: Book, cut: int) -> None:
    since = taken(events, rules, at=cut)
    assume(since is not None)
    assert since is not None

    numbers = {event.seq for event in events if event.seq > since.last_seq}
    assert numbers == {event.seq for event in behind(events, since)}


@pytest.fixture
def since() -> Checkpoint:
    made = taken(long(10).events, RULES, at=29)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("reply_bounced", {"reply_seq": 2}),
        ("undone", {"seqs": [2]}),
        ("split_off", {"ticket": 2, "seqs": [2]}),
        ("absorbed", {"ticket": 2, "waiting_since": "2026-03-10T09:00:00-04:00"}),
    ],
)
def test_a_correction_of_what_was_reaches_behind(
    since: Checkpoint, kind: str, payload: dict[str, Any]
) -> None:
    at = since.at + MINUTE

    assert reaches_behind([Event(99, kind, at, at, imported=False, payload=payload)], since)


@pytest.mark.parametrize("waiting_since", [None, tuesday(10, 19), tuesday(10, 30)])
def test_a_merge_that_moves_no_start_does_not_reach_behind(
    since: Checkpoint, waiting_since: datetime | None
) -> None:
    said = {"ticket": 2, "waiting_since": waiting_since and waiting_since.isoformat()}
    merge = Event(99, "absorbed", tuesday(16), tuesday(16), imported=False, payload=said)

    assert not reaches_behind([merge], since)


def test_a_bounce_of_a_later_reply_does_not_reach_behind(since: Checkpoint) -> None:
    at = since.at + MINUTE
    reply = Event(98, "public_reply_sent", at, at, imported=False, payload={"author": "agent"})
    bounce = Event(99, "reply_bounced", at, at, imported=False, payload={"reply_seq": 98})

    assert not reaches_behind([reply, bounce], since)


def test_what_is_dated_before_the_checkpoint_reaches_behind(since: Checkpoint) -> None:
    noted = [Event(seq, "note_added", since.at, since.at, imported=False, payload={}) for seq in (7, 29, 99)]

    assert [reaches_behind([one], since) for one in noted] == [True, True, False]
    assert reaches_behind([replace(noted[1], occurred_at=tuesday(20))], since)


def test_a_restoration_reaches_behind_where_the_ticket_was_void() -> None:
    story = long(10).then(tuesday(15), "voided", reason="spam")
    restored = Event(99, "restored", tuesday(16), tuesday(16), imported=False, payload={})
    alive, gone = (
        taken(story.events, RULES, at=count) for count in (len(story.events) - 1, len(story.events))
    )

    assert alive is not None
    assert gone is not None
    assert not reaches_behind([restored], alive)
    assert reaches_behind([restored], gone)


def test_other_zone_data_or_other_versions_in_the_past_do_not_read_it(since: Checkpoint) -> None:
    said, past, coming = since.to_builtins(), since.at - MINUTE, since.at + MINUTE
    first, hours = next(iter(RULES._policies)), [calendar(office())]
    retold = [promise(version=2, since=when, scope="new", resolution=24) for when in (past, coming)]

    assert Checkpoint.from_builtins(said, RULES, zones="2026a") is None
    assert Checkpoint.from_builtins(said, book(first, retold[0], calendars=hours), zones=ZONES) is None
    assert Checkpoint.from_builtins(said, book(first, retold[1], calendars=hours), zones=ZONES) == since
    later = calendar(office(closes="20:00"), version=2, since=past.astimezone(UTC))
    assert Checkpoint.from_builtins(said, book(first, calendars=[*hours, later]), zones=ZONES) is None


def test_what_starts_at_the_instant_of_a_restoration_heeds_it_still() -> None:
    story = long(10).answers(tuesday(15)).then(tuesday(15, 1), "voided", reason="spam")
    story.then(tuesday(16), "restored", recorded=tuesday(17)).then(tuesday(16), "unassigned")
    made = taken(story.events, RULES, at=len(story.events) - 1)
    assert made is not None
    went_on = replay(story.events[-1:], RULES, since=made)

    assert [without_past(one) for one in went_on] == [
        without_past(one) for one in lasting(story.events, RULES, made)
    ]
    assert went_on[-1].alarm_floor == tuesday(17)


@pytest.mark.parametrize(
    ("kind", "at", "payload"), [("note_added", tuesday(9), {}), ("undone", tuesday(20), {"seqs": [2, 3]})]
)
def test_no_checkpoint_is_taken_from_one_that_something_reaches_behind(
    since: Checkpoint, kind: str, at: datetime, payload: dict[str, Any]
) -> None:
    early = Event(99, kind, at, at, imported=False, payload=payload)

    with pytest.raises(ReachesBehind, match="behind event 29"):
        checkpoint([early], RULES, zones=ZONES, since=since, keep=0, every=1)
    with pytest.raises(ReachesBehind, match="behind event 29"):
        replay([early], RULES, since=since)
