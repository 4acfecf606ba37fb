"""Zendesk read over its API: all of it, once, whatever fails on the way, and never more than asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from monitor.models import OpinionSource
from monitor.opinion.reading import source_turn
from monitor.opinion.reading.api_trouble import ReadingTrouble
from tests.make import NOW
from tests.monitor.opinion import exports
from tests.monitor.opinion.reading.begun import EXPECTED, ONE_PASS, SECOND, begun, read_all, reasons, trust
from tests.monitor.opinion.reading.stand_in import TOKEN, Fault, StandIn, standing_in

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_what_is_read_over_the_api_is_what_an_export_tells(zendesk: StandIn) -> None:
    opinion = begun()

    source = read_all(opinion)

    assert (source.finished_at is not None, source.trouble) == (True, "")
    assert reasons(opinion) == EXPECTED
    opinion.refresh_from_db()
    assert opinion.complete_at == NOW


def test_everything_that_is_asked_is_a_get(zendesk: StandIn) -> None:
    read_all(begun())

    assert {asked.method for asked in zendesk.asked} == {"GET"}
    assert {asked.authorization for asked in zendesk.asked} == {TOKEN}


def test_the_newest_days_come_first_so_that_there_are_figures_soon(settings: Settings) -> None:
    fresh = exports.ticket(
        9, exports.comment(1, exports.CUSTOMER, 60 * 24 * 20 - 120), theirs=None, status="open"
    )
    fresh |= {"created_at": fresh["comments"][0]["created_at"]}
    with standing_in(fresh, *exports.TICKETS.values()) as there:
        trust(settings, there)
        opinion = begun()
        for _ in ONE_PASS:
            source_turn.take(now=NOW)

        assert there.paths() == ONE_PASS
        assert reasons(opinion) == {9: "still_waiting"}
        assert opinion.complete_at is None


def test_what_is_read_in_part_is_not_counted(zendesk: StandIn) -> None:
    opinion = begun()
    while OpinionSource.objects.get().place["stream"] != "events" or not opinion.tickets.exists():
        source_turn.take(now=NOW)

    assert opinion.tickets.count() == len(EXPECTED)
    assert reasons(opinion) == {}


@pytest.mark.parametrize("at_a_time", [1, 2, 3, 5])
def test_pages_of_any_size_come_to_the_same(settings: Settings, at_a_time: int) -> None:
    """More changes in one second than a page holds are another matter: here each is of its own."""
    tickets = [shifted(each) for each in exports.TICKETS.values()]
    with standing_in(*tickets, at_a_time=at_a_time) as there:
        trust(settings, there)
        opinion = begun()

        read_all(opinion, at_most=300)

        assert reasons(opinion) == EXPECTED


def shifted(ticket: dict[str, Any]) -> dict[str, Any]:
    """Return the ticket with all that happened so many seconds later as its number says."""
    by = timedelta(seconds=ticket["id"])
    said = [each | {"created_at": later(each["created_at"], by)} for each in ticket["comments"]]
    return ticket | {"comments": said, "created_at": later(ticket["created_at"], by)}


def later(instant: str, by: timedelta) -> str:
    return exports.stamp(datetime.fromisoformat(instant) + by)


def test_more_changes_in_one_second_than_a_page_holds_do_not_hold_it_up(settings: Settings) -> None:
    with standing_in(at_a_time=2) as there:
        trust(settings, there)
        opinion = begun()
        source = read_all(opinion)

    assert source.finished_at is not None
    opinion.refresh_from_db()
    assert opinion.refused > 0


def test_nothing_is_there_twice_though_pages_repeat(settings: Settings) -> None:
    tickets = [*exports.TICKETS.values(), *exports.TICKETS.values()]
    with standing_in(*tickets, at_a_time=4) as there:
        trust(settings, there)
        opinion = begun()
        read_all(opinion)

    told = opinion.tickets.get(number=1).told["comments"]
    assert len({comment["id"] for comment in told}) == len(told)
    assert opinion.tickets.count() == len(EXPECTED)


def test_who_is_asked_for_rest_rests_as_long(zendesk: StandIn) -> None:
    zendesk.faults = {2: Fault(429, {"Retry-After": "93"})}
    opinion = begun()
    source_turn.take(now=NOW)
    source_turn.take(now=NOW)

    source = OpinionSource.objects.get()
    assert source.rests_until == NOW + timedelta(seconds=93)
    assert source.trouble == ReadingTrouble.RESTS
    assert source_turn.take(now=NOW + timedelta(seconds=92)) is None
    assert len(zendesk.asked) == 2

    read_all(opinion)
    assert reasons(opinion) == EXPECTED


def test_without_saying_how_long_it_is_a_minute(zendesk: StandIn) -> None:
    zendesk.faults = {1: Fault(429)}
    begun()
    source_turn.take(now=NOW)

    assert OpinionSource.objects.get().rests_until == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    "fault", [Fault(cut=True), Fault(500), Fault(503), Fault(409), Fault(502, {"Retry-After": "1"})]
)
@pytest.mark.parametrize("number", [1, 2, 3, 5, 8])
def test_what_fails_in_passing_is_asked_again_and_nothing_is_doubled(
    zendesk: StandIn, fault: Fault, number: int
) -> None:
    zendesk.at_a_time = 3
    zendesk.faults = {number: fault, number + 1: fault}
    opinion = begun()

    source = read_all(opinion)

    assert (source.finished_at is not None, source.failures) == (True, 0)
    assert opinion.tickets.count() == len(EXPECTED)


def test_who_is_killed_with_a_page_in_hand_has_lost_a_question(
    zendesk: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page in turn: the worker dies before it has written down from where to go on, another takes it up."""
    zendesk.at_a_time, zendesk.tickets = 4, [shifted(each) for each in exports.TICKETS.values()]
    opinion, now = begun(), NOW
    while not OpinionSource.objects.get().is_over:
        with monkeypatch.context() as death:
            death.setattr(source_turn, "_move", die)
            with pytest.raises(KeyboardInterrupt):
                source_turn.take(now=now)
        assert source_turn.take(now=now + source_turn.LEASE - SECOND) is None
        now += source_turn.LEASE
        source_turn.take(now=now)

    assert zendesk.asked[::2] == zendesk.asked[1::2]
    assert reasons(opinion) == EXPECTED


def die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_of_two_who_read_one_page_one_moves_it_on(zendesk: StandIn) -> None:
    opinion = begun()
    slow = OpinionSource.objects.select_related("opinion").get()
    read_all(opinion)
    before = OpinionSource.objects.get()

    source_turn._read(slow, now=NOW)  # it had taken the first page before all that

    after = OpinionSource.objects.get()
    assert (after.place, after.records, after.finished_at) == (
        before.place,
        before.records,
        before.finished_at,
    )
    assert reasons(opinion) == EXPECTED


def test_too_large_a_page_is_asked_for_in_smaller_ones(
    zendesk: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    opinion = begun()
    source_turn.take(now=NOW)
    with monkeypatch.context() as small:
        small.setattr("monitor.opinion.reading.foreign_api.LARGEST_ANSWER", 10)
        for number in range(1, 4):
            source_turn.take(now=NOW + number * timedelta(minutes=1))

    assert [asked.query["per_page"] for asked in zendesk.asked[1:]] == [["500"], ["500"], ["250"]]
    read_all(opinion)
    assert reasons(opinion) == EXPECTED


def test_a_deleted_ticket_is_named(settings: Settings) -> None:
    deleted = exports.ticket(1, theirs=None, status="deleted")
    del deleted["metric_set"]
    with standing_in(deleted) as there:
        trust(settings, there)
        opinion = begun()
        read_all(opinion)

    assert reasons(opinion) == {1: "deleted"}


def test_what_cannot_be_read_is_counted_and_the_rest_is_read(settings: Settings) -> None:
    odd = exports.ticket(7, theirs=None) | {"created_at": "yesterday"}
    nameless = exports.ticket(8, exports.asked() | {"public": None}, theirs=None)
    with standing_in(odd, nameless, *exports.TICKETS.values()) as there:
        trust(settings, there)
        opinion = begun(days=10**3)
        read_all(opinion)

    assert set(EXPECTED) < set(reasons(opinion))
    assert opinion.refused > 0
