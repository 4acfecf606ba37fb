"""Freshdesk read over its API: every ticket with all that was said on it, once, whatever moves or fails meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import pytest
from pytest_django import Settings

from monitor.models import Opinion, OpinionSource
from monitor.opinion.opinion_figures import figures
from monitor.opinion.reading import freshdesk_api, source_turn
from monitor.opinion.reading.api_trouble import ReadingTrouble
from tests.make import NOW
from tests.monitor.opinion import freshdesk_records
from tests.monitor.opinion.exports import AGENT, CUSTOMER
from tests.monitor.opinion.freshdesk_records import record, said, stamp
from tests.monitor.opinion.reading.begun import begun, read_all, reasons, trust
from tests.monitor.opinion.reading.freshdesk_stand_in import FreshdeskStandIn
from tests.monitor.opinion.reading.stand_in import Asked, Fault, open_to_questions

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LEFT_OUT: Final = ("no conversations", "no stats", "odd")
"""What the API does not answer, or is for another test."""
CASES: Final = {name: case for name, case in freshdesk_records.CASES.items() if name not in LEFT_OUT}


def every_case() -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Return a ticket for each case, and the reason for which each differs."""
    tickets = [told | {"id": number} for number, (told, _why) in enumerate(CASES.values(), start=1)]
    whys = {number: why.value if why else "" for number, (_told, why) in enumerate(CASES.values(), start=1)}
    return tickets, whys


def many(number: int, *, changed: float | None = None) -> list[dict[str, Any]]:
    """Return so many answered tickets, changed a second apart, or all at once so many minutes later."""
    return [
        record(said(AGENT, 60), first=60, id=each)
        | {"updated_at": stamp(700 + each / 60 if changed is None else changed)}
        for each in range(1, number + 1)
    ]


@contextmanager
def freshdesk(
    settings: Settings, tickets: Sequence[dict[str, Any]], **more: Any
) -> Iterator[FreshdeskStandIn]:
    there = FreshdeskStandIn(list(tickets), **more)
    with open_to_questions(there):
        trust(settings, there)
        yield there


def opinion_on() -> Opinion:
    return begun(vendor="freshdesk")


def test_none_of_what_it_tells_is_without_its_reason(settings: Settings) -> None:
    tickets, whys = every_case()
    with freshdesk(settings, tickets) as there:
        opinion = opinion_on()
        source = read_all(opinion, at_most=500)

    assert (source.finished_at is not None, source.trouble, source.authorization) == (True, "", "")
    assert reasons(opinion) == whys
    assert "unexplained" not in figures(opinion).reasons
    assert {asked.method for asked in there.asked} == {"GET"}


def test_a_key_that_sees_a_part_is_refused_before_anything_is_counted(settings: Settings) -> None:
    with freshdesk(settings, many(1), sees="groups") as there:
        source = read_all(opinion_on())

    assert (source.trouble, source.authorization) == (ReadingTrouble.SEES_A_PART, "")
    assert there.paths() == ["me"]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_of_any_size_come_to_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(freshdesk_api, "AT_A_TIME", size)
    tickets, whys = every_case()
    with freshdesk(settings, tickets):
        opinion = opinion_on()
        read_all(opinion, at_most=2000)

    assert reasons(opinion) == whys


def test_more_tickets_than_pages_may_be_numbered_are_all_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty thousand rows are the most that one list gives; here a page has two."""
    monkeypatch.setattr(freshdesk_api, "AT_A_TIME", 2)
    monkeypatch.setattr("tests.monitor.opinion.reading.freshdesk_stand_in.MOST_PAGES", 3)
    monkeypatch.setattr(freshdesk_api, "MOST_PAGES", 3)
    with freshdesk(settings, many(20)):
        opinion = opinion_on()
        source = read_all(opinion, at_most=1000)

    assert (opinion.tickets.count(), source.trouble) == (20, "")


def test_more_changes_in_one_second_than_all_pages_hold_do_not_hold_it_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshdesk_api, "AT_A_TIME", 2)
    monkeypatch.setattr(freshdesk_api, "MOST_PAGES", 3)
    with freshdesk(settings, many(9, changed=700)):
        opinion = opinion_on()
        source = read_all(opinion, at_most=1000)

    opinion.refresh_from_db()
    assert (source.finished_at is not None, opinion.tickets.count(), opinion.refused > 0) == (True, 6, True)


def test_what_is_changed_while_one_reads_moves_and_takes_nobody_s_place(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer moves the first ticket to the end: by numbers of pages, one row would be passed over each time."""
    monkeypatch.setattr(freshdesk_api, "AT_A_TIME", 3)
    with freshdesk(settings, many(12)) as there:
        moves = iter(range(1, 6))

        def move(asked: Asked) -> None:
            if asked.path == "/api/v2/tickets" and (first := next(moves, None)):
                there.tickets = [
                    each | {"updated_at": stamp(800 + first)} if each["id"] == first else each
                    for each in there.tickets
                ]

        opinion = opinion_on()
        while OpinionSource.objects.get().pass_since != opinion.since:
            source_turn.take(now=NOW)
        there.before = move
        read_all(opinion, at_most=500)

    assert reasons(opinion) == dict.fromkeys(range(1, 13), "")


def test_what_was_said_comes_page_by_page(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshdesk_api, "AT_A_TIME", 4)
    long = record(*(said(CUSTOMER, minute) for minute in range(1, 9)), said(AGENT, 60), first=60)
    with freshdesk(settings, [long]):
        opinion = opinion_on()
        read_all(opinion)

    assert reasons(opinion) == {5120: ""}
    assert len(opinion.tickets.get().told["comments"]) == 10


def test_tickets_are_counted_as_soon_as_all_is_said_on_them(settings: Settings) -> None:
    with freshdesk(settings, many(5)) as there:
        opinion = opinion_on()
        while sum("conversations" in asked.path for asked in there.asked) < 3:
            source_turn.take(now=NOW)

        assert len(reasons(opinion)) == 3


def test_what_has_not_changed_is_not_asked_for_again_by_a_longer_pass(settings: Settings) -> None:
    """All of it is of the last pass but one: the last finds nothing new."""
    newest = [
        each | {"created_at": stamp(15 * 24 * 60), "updated_at": stamp(16 * 24 * 60)} for each in many(4)
    ]
    with freshdesk(settings, newest) as there:
        read_all(opinion_on())

    assert sum("conversations" in asked.path for asked in there.asked) == 4
    assert there.paths().count("me") == 3


@pytest.mark.parametrize(("there_is", "reason"), [("gone", "deleted"), ("shut", "not_visible")])
def test_a_ticket_that_is_gone_or_shut_meanwhile_is_named(
    settings: Settings, there_is: str, reason: str
) -> None:
    with freshdesk(settings, many(3)) as there:

        def change(asked: Asked) -> None:
            if asked.path.endswith("/2/conversations"):
                there.tickets = [
                    each | {"conversations": None} if each["id"] == 2 else each
                    for each in there.tickets
                    if there_is == "shut" or each["id"] != 2
                ]

        there.before = change
        opinion = opinion_on()
        source = read_all(opinion)

    assert source.trouble == ""
    assert reasons(opinion) == {1: "", 2: reason, 3: ""}


@pytest.mark.parametrize("fault", [Fault(cut=True), Fault(500), Fault(429, {"Retry-After": "30"})])
@pytest.mark.parametrize("number", [1, 2, 3, 5, 8])
def test_what_fails_in_passing_is_asked_again_and_nothing_is_doubled(
    settings: Settings, fault: Fault, number: int
) -> None:
    tickets, whys = every_case()
    with freshdesk(settings, tickets) as there:
        there.faults = {number: fault, number + 1: fault}
        opinion = opinion_on()
        source = read_all(opinion, at_most=500)

    assert (source.finished_at is not None, source.failures) == (True, 0)
    assert reasons(opinion) == whys


def test_who_is_asked_for_rest_rests_as_long(settings: Settings) -> None:
    with freshdesk(settings, many(1)) as there:
        there.faults = {2: Fault(429, {"Retry-After": "41"})}
        opinion_on()
        source_turn.take(now=NOW)
        source_turn.take(now=NOW)

        assert source_turn.take(now=NOW + timedelta(seconds=40)) is None
        assert OpinionSource.objects.get().rests_until == NOW + timedelta(seconds=41)


def test_it_tells_up_to_when_it_was_read(settings: Settings) -> None:
    with freshdesk(settings, many(2)):
        opinion = opinion_on()
        read_all(opinion)

    opinion.refresh_from_db()
    assert opinion.told_until == NOW


def test_an_account_is_theirs_over_https(settings: Settings) -> None:
    assert settings.OPINION_ADDRESSES["freshdesk"] % "acme" == "https://acme.freshdesk.com"


def test_no_word_and_no_name_is_kept(settings: Settings) -> None:
    with freshdesk(settings, many(2)):
        opinion = opinion_on()
        read_all(opinion)

    assert not any("left us" in str(row.told) for row in opinion.tickets.all())
