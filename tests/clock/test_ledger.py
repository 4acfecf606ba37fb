"""A clock explains itself: each step, why, under which versions, by which event."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.ledger import Step, explain
from tests.clock.story import Story, book, calendar, office, promise, tuesday

HOLIDAY = office(holidays=["2026-03-11"])


def told(steps: list[Step]) -> list[tuple[str, str, float]]:
    return [(step.kind, step.reason, step.seconds / 3600) for step in steps]


def steps_of(story: Story, metric: str, until: datetime) -> list[Step]:
    clock: ReplayedClock = story.clock(metric)
    return explain(clock, story.book, until)


def test_nights_and_holidays_are_running_at_rate_zero() -> None:
    rules = book(promise(first_response=4), calendars=[calendar(HOLIDAY)])
    story = Story(rules, opened=tuesday(15)).answers(tuesday(10, days_later=2))

    assert told(steps_of(story, "first_response", tuesday(9, days_later=9))) == [
        ("running", "opened", 2),
        ("out_of_hours", "opened", 7),
        ("holiday", "opened", 24),
        ("out_of_hours", "opened", 9),
        ("running", "opened", 1),
    ]


def test_pauses_name_the_status_and_the_event_behind_them() -> None:
    story = Story(book(promise(resolution=4)), opened=tuesday(9)).turns(tuesday(10), "pending")
    steps = steps_of(story.turns(tuesday(12), "open"), "resolution", tuesday(13))

    assert told(steps) == [
        ("running", "opened", 1),
        ("paused", "pending", 2),
        ("running", "status_changed", 1),
    ]
    assert [step.seq for step in steps] == [1, 2, 3]


def test_versions_are_named_step_by_step() -> None:
    stricter = promise(version=2, since=tuesday(10), scope="new_and_open", first_response=3)
    longer = calendar(office(closes="18:00"), version=2, since=tuesday(11))
    rules = book(promise(first_response=6), stricter, calendars=[calendar(office()), longer])
    steps = steps_of(Story(rules, opened=tuesday(9)), "first_response", tuesday(11, 30))

    assert [(step.policy_version, step.calendar_version, step.seq) for step in steps] == [
        (101, 101, 1),
        (102, 101, None),
        (102, 102, None),
    ]
    assert [step.reason for step in steps] == ["opened", "version", "version"]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("priority_changed", {"priority": "high"}),
        ("tier_changed", {"tier": "vip"}),
        ("tags_changed", {"tags": ["refund"]}),
        ("queue_changed", {"queue": 2}),
        ("due_time_set", {"metric": "first_response", "due_at": tuesday(12).isoformat()}),
        ("due_time_cleared", {"metric": "first_response"}),
        ("absorbed", {"ticket": 2, "waiting_since": tuesday(8).isoformat()}),
    ],
)
def test_whatever_changes_a_promise_is_named_as_the_event_behind_it(
    kind: str, payload: dict[str, Any]
) -> None:
    rules = book(
        promise(policy=1, position=1, match={"priority": ["high"]}, first_response=2),
        promise(policy=2, position=2, match={"tier": ["vip"]}, first_response=3),
        promise(policy=3, position=3, match={"tags": ["refund"]}, first_response=4),
        promise(policy=4, position=4, match={"queue": [2]}, first_response=5),
        promise(policy=5, position=5, first_response=6),
    )
    story = Story(rules, opened=tuesday(9))
    story.then(tuesday(9, 10), "due_time_set", metric="first_response", due_at=tuesday(14).isoformat())
    story.then(tuesday(10), kind, recorded=tuesday(10, 5), **payload)

    last = steps_of(story, "first_response", tuesday(11))[-1]
    assert (last.start, last.end, last.reason, last.seq) == (tuesday(10), tuesday(11), kind, 3)
    assert story.clock("first_response").alarm_floor == tuesday(10, 5)


@pytest.mark.parametrize("rules", [book(promise(first_response=4)), book()])
def test_an_older_start_from_a_merge_is_named_with_the_merge_behind_it(rules: Book) -> None:
    story = Story(rules, opened=tuesday(10))
    story.then(tuesday(11), "absorbed", ticket=2, waiting_since=tuesday(9).isoformat())

    steps = steps_of(story, "first_response", tuesday(12))
    assert [(step.start, step.reason, step.seq) for step in steps] == [
        (tuesday(9), "absorbed", 2),
        (tuesday(10), "opened", 1),
        (tuesday(11), "absorbed", 2),
    ]


def test_a_resolved_ticket_was_paused_until_it_was_reopened() -> None:
    story = Story(book(promise(resolution=4)), opened=tuesday(9)).then(tuesday(10), "resolved")
    story.then(tuesday(12), "reopened", by="agent")

    assert told(steps_of(story, "resolution", tuesday(13))) == [
        ("running", "opened", 1),
        ("paused", "resolved", 2),
        ("running", "reopened", 1),
    ]


def test_a_clock_in_wall_time_has_no_hours_to_be_out_of() -> None:
    story = Story(book(promise(first_response=20, basis="wall")), opened=tuesday(16))

    assert told(steps_of(story, "first_response", tuesday(16, days_later=1))) == [("running", "opened", 24)]


def test_a_clock_without_a_policy_just_runs() -> None:
    assert told(steps_of(Story(book(), opened=tuesday(16)), "first_response", tuesday(20))) == [
        ("running", "opened", 4)
    ]


def test_the_running_steps_add_up_to_what_was_counted() -> None:
    story = Story(book(promise(resolution=40)), opened=tuesday(9)).turns(tuesday(10), "pending")
    story.turns(tuesday(15), "open").then(tuesday(11, days_later=6), "resolved")
    clock = story.clock("resolution")

    steps = steps_of(story, "resolution", tuesday(12, days_later=6))
    assert timedelta(seconds=sum(step.seconds for step in steps if step.kind == "running")) == clock.business
    assert timedelta(seconds=sum(step.seconds for step in steps if step.kind != "paused")) == clock.wall


def test_nothing_has_happened_before_the_start() -> None:
    assert steps_of(Story(book(), opened=tuesday(16)), "first_response", tuesday(16)) == []


def test_a_bounce_is_named_as_the_reason_why_a_clock_ran_on() -> None:
    story = Story(book(promise(first_response=4)), opened=tuesday(9)).answers(tuesday(10))
    story.then(tuesday(11), "reply_bounced", reply_seq=2)

    assert told(steps_of(story, "first_response", tuesday(12))) == [
        ("running", "opened", 1),
        ("running", "reply_bounced", 2),
    ]


def test_a_bounce_takes_no_step_of_its_own_where_a_clock_began_with_the_reply() -> None:
    story = Story(book(promise(first_response=4)), opened=tuesday(9)).answers(tuesday(9))
    story.then(tuesday(11), "reply_bounced", reply_seq=2)

    assert told(steps_of(story, "first_response", tuesday(12))) == [("running", "opened", 3)]
