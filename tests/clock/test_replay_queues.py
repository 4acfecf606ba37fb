"""Queues: what a move ends, restarts and retargets."""

from __future__ import annotations

from monitor.clock.metrics import Outcome
from tests.clock.story import HOUR, Story, book, calendar, office, promise, tuesday

QUEUES = book(
    promise(
        policy=1,
        position=1,
        match={"queue": [1]},
        acknowledgement=1,
        first_response=4,
        resolution=8,
        ownership=8,
    ),
    promise(policy=2, position=2, match={"queue": [2]}, acknowledgement=2, first_response=2, ownership=1),
)


def test_another_queue_ends_and_restarts_acknowledgement_and_ownership() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 30), "queue_changed", queue=2)

    first, second = story.all_of("acknowledgement")
    assert (first.outcome, first.ended_at) == (Outcome.NOT_APPLICABLE, tuesday(9, 30))
    assert (second.started_at, second.due_at) == (tuesday(9, 30), tuesday(11, 30))
    assert [(one.outcome, one.cycle) for one in story.all_of("ownership")] == [(Outcome.MET, 1), (None, 2)]


def test_another_queue_retargets_what_it_promises_and_ends_what_it_does_not() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 30), "queue_changed", queue=2)

    assert story.clock("first_response").due_at == tuesday(11)
    assert story.clock("resolution").outcome is Outcome.NOT_APPLICABLE


def test_a_queue_without_any_policy_measures_on_without_a_target() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 30), "queue_changed", queue=3)

    clock = story.clock("resolution")
    assert (clock.outcome, clock.target, clock.policy_version, clock.due_at) == (None, None, None, None)


def test_what_was_never_promised_is_measured_on_in_another_queue() -> None:
    story = Story(QUEUES, opened=tuesday(9), queue=2).then(tuesday(10), "queue_changed", queue=1)
    story.then(tuesday(10, 30), "queue_changed", queue=2)
    assert story.clock("resolution").outcome is Outcome.NOT_APPLICABLE

    never = Story(book(promise(first_response=1)), opened=tuesday(9)).then(
        tuesday(10), "queue_changed", queue=2
    )
    assert never.clock("resolution").outcome is None


def test_what_a_queue_dropped_does_not_come_back_when_the_ticket_is_reopened() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 10), "resolved")
    story.then(tuesday(9, 20), "reopened", by="agent").then(tuesday(9, 30), "queue_changed", queue=2)
    story.then(tuesday(9, 40), "resolved").then(tuesday(9, 50), "reopened", by="agent")

    assert story.clock("resolution").outcome is Outcome.NOT_APPLICABLE


def test_what_a_later_version_dropped_is_measured_on_for_a_clock_that_is_older() -> None:
    rules = book(
        promise(policy=1, position=1, match={"queue": [1]}, first_response=4),
        promise(policy=2, position=2, match={"queue": [2]}, first_response=2),
        promise(policy=2, version=2, position=2, since=tuesday(10), match={"queue": [2]}, resolution=8),
    )
    story = Story(rules, opened=tuesday(9)).then(tuesday(10, 30), "queue_changed", queue=2)

    clock = story.clock("first_response")
    assert (clock.outcome, clock.policy_version, clock.due_at) == (None, 201, tuesday(11))


def test_the_same_queue_again_changes_nothing() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 30), "queue_changed", queue=1)

    assert len(story.all_of("acknowledgement")) == 1


def test_a_resolved_ticket_that_moves_starts_nothing() -> None:
    story = Story(QUEUES, opened=tuesday(9)).then(tuesday(9, 30), "resolved")
    story.then(tuesday(10), "queue_changed", queue=2)

    assert len(story.all_of("acknowledgement")) == 1


def test_a_team_in_another_zone_counts_its_own_hours_from_then_on() -> None:
    calendars = [calendar(office()), calendar(office("Europe/London"), calendar_id=2)]
    london = promise(policy=2, position=2, match={"queue": [2]}, calendar_id=2, first_response=4)
    rules = book(promise(match={"queue": [1]}, first_response=4), london, calendars=calendars)
    story = Story(rules, opened=tuesday(16)).then(tuesday(20), "queue_changed", queue=2)
    assert story.clock("first_response").calendar_version == 201

    clock = story.answers(tuesday(6, days_later=1)).clock("first_response")
    assert (clock.business, clock.wall, clock.outcome) == (2 * HOUR, 14 * HOUR, Outcome.MET)
