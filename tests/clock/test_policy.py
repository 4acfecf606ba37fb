"""Which policy applies to a ticket, and which of its versions a clock sees."""

from __future__ import annotations

import pytest

from monitor.clock.book.policy import Attributes, Book, UnknownCalendar
from monitor.clock.metrics import Metric
from tests.clock.story import HOUR, LONG_AGO, Story, book, calendar, office, promise, tuesday

TICKET = Attributes(
    store=1,
    queue=2,
    channel="chat",
    priority="high",
    tier="vip",
    language="ta",
    tags=frozenset({"refund", "late"}),
)


@pytest.mark.parametrize(
    "match",
    [
        {},
        {"store": [1]},
        {"queue": [1, 2]},
        {"channel": ["chat"]},
        {"priority": ["high", "urgent"]},
        {"tier": ["vip"]},
        {"language": ["ta"]},
        {"tags": ["refund", "other"]},
        {"store": [1], "queue": [2], "tags": ["late"]},
    ],
)
def test_a_policy_matches_when_all_its_conditions_hold(match: dict[str, object]) -> None:
    assert promise(match=match).matches(TICKET)


@pytest.mark.parametrize(
    "match",
    [
        {"store": [2]},
        {"store": ["1"]},
        {"tier": [""]},
        {"tags": ["other"]},
        {"store": [1], "queue": [3]},
        {"store": []},
        {"tags": []},
    ],
)
def test_a_condition_that_does_not_hold_or_is_left_blank_matches_nothing(match: dict[str, object]) -> None:
    assert not promise(match=match).matches(TICKET)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("store", 7),
        ("queue", 7),
        ("channel", "chat"),
        ("priority", "high"),
        ("tier", "vip"),
        ("language", "he"),
    ],
)
def test_a_condition_looks_at_what_the_ticket_was_opened_with(key: str, said: object) -> None:
    theirs = promise(policy=1, position=1, match={key: [said]}, first_response=1)
    opened = Story(book(theirs, promise(policy=2, position=2, first_response=4)), opened=tuesday(9))
    assert opened.clock("first_response").policy_version == 201

    asked = Story(opened.book, opened=tuesday(9), **{key: said})
    assert asked.clock("first_response").policy_version == 101


@pytest.mark.parametrize("key", ["channel", "priority", "tier", "language"])
def test_what_an_opening_does_not_say_is_an_empty_text(key: str) -> None:
    unsaid = Story(book(promise(match={key: [""]}, first_response=1)), opened=tuesday(9), **{key: None})

    assert unsaid.clock("first_response").policy_version == 101


def test_a_blank_condition_is_no_wildcard_ahead_of_the_default() -> None:
    blank, default = promise(policy=1, position=1, match={"tier": []}), promise(policy=2, position=2)

    assert book(blank, default).match(TICKET, tuesday(9)) == default


def test_the_first_match_by_position_then_by_id_wins() -> None:
    late, first, second = (
        promise(policy=1, position=9),
        promise(policy=2, position=1),
        promise(policy=3, position=1),
    )

    assert book(late, second, first).match(TICKET, tuesday(9)) == first


def test_nothing_in_force_matches_nothing() -> None:
    assert book(promise(since=tuesday(10))).match(TICKET, tuesday(9)) is None
    assert book(promise(since=tuesday(10))).match(TICKET, tuesday(10)) is not None


def test_of_a_policy_only_the_newest_version_in_force_counts() -> None:
    old, new = promise(), promise(version=2, since=tuesday(10), match={"store": [99]})
    both = book(new, old)

    assert both.match(TICKET, tuesday(9)) == old
    assert both.match(TICKET, tuesday(11)) is None


def test_a_clock_sees_versions_from_its_start_and_those_made_for_open_clocks() -> None:
    one = promise()
    two = promise(version=2, since=tuesday(10), scope="new_and_open")
    three = promise(version=3, since=tuesday(11))
    versions = book(one, two, three)

    assert versions.match(TICKET, tuesday(12), since=tuesday(9)) == two
    assert versions.match(TICKET, tuesday(12), since=tuesday(11)) == three
    assert versions.match(TICKET, tuesday(9, 30), since=tuesday(12)) == one


def test_a_retired_version_applies_to_nobody_and_needs_no_calendar() -> None:
    retired = promise(version=2, since=tuesday(10), retired=True, calendar_id=404)

    assert book(promise(), retired).match(TICKET, tuesday(11)) is None


def test_a_policy_in_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(UnknownCalendar, match="policy version 101: no version of calendar 404"):
        book(promise(calendar_id=404))


def test_a_target_goes_by_priority_or_for_all() -> None:
    policy = promise(first_response={"high": 1}, resolution=8)

    assert policy.target(Metric.FIRST_RESPONSE, "high").duration == HOUR  # type: ignore[union-attr]
    assert policy.target(Metric.FIRST_RESPONSE, "low") is None
    assert policy.target(Metric.RESOLUTION, "low").duration == 8 * HOUR  # type: ignore[union-attr]
    assert policy.target(Metric.UPDATE, "low") is None


def test_a_policy_replaces_the_pauses_of_the_metrics_that_it_names() -> None:
    policy = promise(pauses={"first_response": ["pending"], "update": []})

    assert policy.pauses(Metric.FIRST_RESPONSE) == {"pending"}
    assert policy.pauses(Metric.UPDATE) == frozenset()
    assert policy.pauses(Metric.RESOLUTION) == {"pending", "on_hold"}


def test_what_was_matched_is_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.clock.book.policy._REMEMBERED", 2)
    policies = book(promise(match={"queue": [1, 3]}))

    found = [policies.match(TICKET._replace(queue=queue), tuesday(9)) for queue in (1, 2, 3, 1, 2, 3)]
    assert [one is not None for one in found] == [True, False, True] * 2
    assert len(policies._matches) <= 2


def test_a_calendar_is_found_by_its_time_and_by_its_id() -> None:
    first, second = (
        calendar(office(), since=LONG_AGO),
        calendar(office(closes="18:00"), version=2, since=tuesday(10)),
    )
    hours = Book([], [second, first])

    assert hours.calendar_at(1, tuesday(9)) == first
    assert hours.calendar_at(1, tuesday(10)) == second
    assert hours.calendar_version(102) == second
    assert hours.calendar_version(None) is None
    assert hours.calendar_changes(1, tuesday(9), tuesday(11)) == [tuesday(10)]
    assert hours.calendar_changes(1, tuesday(10), tuesday(11)) == []
    assert hours.calendar_changes(1, tuesday(9), tuesday(10)) == []


def test_boundaries_are_where_an_open_clock_may_come_under_something_else() -> None:
    rules = book(
        promise(),
        promise(version=2, since=tuesday(12), scope="new_and_open"),
        promise(version=3, since=tuesday(13)),
        calendars=[calendar(office()), calendar(office(closes="18:00"), version=2, since=tuesday(11))],
    )

    assert rules.boundaries == [tuesday(11), tuesday(12)]


def test_an_edition_tells_what_is_said_of_the_time_before() -> None:
    today = book(promise(first_response=4))
    retold = book(promise(first_response=4), promise(version=2, since=tuesday(12), first_response=4))

    assert retold.edition(tuesday(11)) == today.edition(tuesday(11)) == today.edition(tuesday(13))
    assert retold.edition(tuesday(12)) != today.edition(tuesday(12))


def test_another_amount_to_come_is_another_edition() -> None:
    today = book(promise(first_response=4))
    coming = book(promise(first_response=4), promise(version=2, since=tuesday(12), first_response=5))

    assert coming.edition(tuesday(11)) != today.edition(tuesday(11))
    assert [one.duration for one in coming.targets[Metric.FIRST_RESPONSE]] == [4 * HOUR, 5 * HOUR]


def test_the_first_version_of_a_calendar_is_part_of_every_edition() -> None:
    """It counts before it begins, until another one is put before it."""
    first, second = (calendar(office(), version=version, since=tuesday(9 + version)) for version in (2, 1))

    assert Book([], [first]).edition(tuesday(9)) != Book([], [first, second]).edition(tuesday(9))


def test_a_later_version_of_a_calendar_is_part_of_an_edition_from_its_beginning_on() -> None:
    first, second = calendar(office()), calendar(office(), version=2, since=tuesday(12))
    before, after = Book([], [first]), Book([], [first, second])

    assert after.edition(tuesday(11)) == before.edition(tuesday(11))
    assert after.edition(tuesday(12)) != before.edition(tuesday(12))


def test_a_policy_version_is_found_by_its_id() -> None:
    rules = book(promise(), promise(version=2, since=tuesday(12)))

    assert [rules.policy_version(one) for one in (102, 103, None)] == [
        promise(version=2, since=tuesday(12)),
        None,
        None,
    ]
