"""Gorgias read over its API: both lists walked back to where we begin, and what changed meanwhile once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import pytest
from pytest_django import Settings

from monitor.models import Opinion, OpinionSource
from monitor.opinion.opinion_figures import figures
from monitor.opinion.reading import source_turn
from monitor.opinion.reading.api_trouble import ReadingTrouble
from tests.make import NOW
from tests.monitor.opinion import gorgias_records
from tests.monitor.opinion.exports import AGENT, MADE
from tests.monitor.opinion.gorgias_records import ASKED, record, said, stamp
from tests.monitor.opinion.reading.begun import SECOND, begun, read_all, reasons, trust
from tests.monitor.opinion.reading.gorgias_stand_in import GorgiasStandIn
from tests.monitor.opinion.reading.stand_in import Fault, open_to_questions

pytestmark = [pytest.mark.database, pytest.mark.django_db]

CASES: Final = {name: case for name, case in gorgias_records.CASES.items() if name != "no messages"}


LAST_PASS: Final = 9
"""The number of its first question: the two before find nothing, and ask four each."""


def every_case() -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Return a ticket for each case, and the reason for which each differs."""
    tickets = [told | {"id": number} for number, (told, _why) in enumerate(CASES.values(), start=1)]
    return tickets, {
        number: why.value if why else "" for number, (_, why) in enumerate(CASES.values(), start=1)
    }


@contextmanager
def gorgias(settings: Settings, tickets: Sequence[dict[str, Any]], **more: Any) -> Iterator[GorgiasStandIn]:
    there = GorgiasStandIn(list(tickets), **more)
    with open_to_questions(there):
        trust(settings, there)
        yield there


def opinion_on() -> Opinion:
    return begun(vendor="gorgias")


@pytest.mark.parametrize("at_a_time", [1, 2, 7, 100])
def test_none_of_what_it_tells_is_without_its_reason(settings: Settings, at_a_time: int) -> None:
    tickets, whys = every_case()
    with gorgias(settings, tickets, at_a_time=at_a_time) as there:
        opinion = opinion_on()
        source = read_all(opinion, at_most=1000)

    assert (source.finished_at is not None, source.trouble, source.authorization) == (True, "", "")
    assert reasons(opinion) == whys
    assert "unexplained" not in figures(opinion).reasons
    assert {asked.method for asked in there.asked} == {"GET"}


def test_a_walk_ends_where_we_begin(settings: Settings) -> None:
    """Lists know no time: what is older than what was asked for is one row that ends the walk, and is left out."""
    old = [
        record(
            id=number,
            created_datetime=stamp(-90 * 24 * 60),
            updated_datetime=stamp(-number),
        )
        for number in range(10**5, 10**5 + 50)
    ]
    with gorgias(settings, [record(ASKED, said(AGENT, 60)), *old], at_a_time=1) as there:
        opinion = begun(vendor="gorgias", days=25)
        read_all(opinion)

    assert reasons(opinion) == {30211: ""}
    assert there.paths().count("tickets") < 30


def test_what_changes_while_one_reads_is_read_again_with_what_was_said(settings: Settings) -> None:
    """It is answered after its list was walked, and stands in front of it now."""
    waiting, other = record(ASKED, id=1, status="open"), record(ASKED, said(AGENT, 60), id=2)
    with gorgias(settings, [waiting, other]) as there:
        opinion = opinion_on()
        while OpinionSource.objects.get().place["stream"] != "tickets_again" or not opinion.tickets.exists():
            source_turn.take(now=NOW)
        late = (NOW - MADE).total_seconds() / 60
        answer = said(AGENT, late, id=9)
        there.tickets = [record(ASKED, answer, id=1, updated_datetime=stamp(late)), other]
        read_all(opinion)

    assert reasons(opinion) == {1: "", 2: ""}
    assert len(opinion.tickets.get(number=1).told["comments"]) == 2


def test_a_cursor_that_is_not_taken_any_more_has_the_walk_begin_again_once(settings: Settings) -> None:
    tickets, whys = every_case()
    with gorgias(settings, tickets, at_a_time=4) as there:
        there.faults = {LAST_PASS + 1: Fault(400)}
        opinion = opinion_on()
        read_all(opinion, at_most=500)

    assert reasons(opinion) == whys


def test_who_takes_no_cursor_at_all_is_given_up(settings: Settings) -> None:
    tickets, _whys = every_case()
    with gorgias(settings, tickets, at_a_time=4) as there:
        there.faults = {LAST_PASS + 1: Fault(400), LAST_PASS + 3: Fault(400)}
        source = read_all(opinion_on())

    assert source.trouble == ReadingTrouble.ODD_ANSWER
    assert there.paths()[LAST_PASS - 1 :] == ["tickets"] * 4


@pytest.mark.parametrize("fault", [Fault(cut=True), Fault(500), Fault(429, {"Retry-After": "20"})])
@pytest.mark.parametrize("number", [1, 2, 3, 5, 8])
def test_what_fails_in_passing_is_asked_again_and_nothing_is_doubled(
    settings: Settings, fault: Fault, number: int
) -> None:
    tickets, whys = every_case()
    with gorgias(settings, tickets, at_a_time=3) as there:
        there.faults = {number: fault, number + 1: fault}
        opinion = opinion_on()
        source = read_all(opinion, at_most=500)

    assert (source.finished_at is not None, source.failures) == (True, 0)
    assert reasons(opinion) == whys


def test_who_is_asked_for_rest_rests_as_long(settings: Settings) -> None:
    with gorgias(settings, [record(ASKED)]) as there:
        there.faults = {1: Fault(429, {"Retry-after": "17"})}
        opinion_on()
        source_turn.take(now=NOW)

        assert source_turn.take(now=NOW + timedelta(seconds=16)) is None
        assert OpinionSource.objects.get().rests_until == NOW + 17 * SECOND


def test_it_tells_up_to_when_it_was_read(settings: Settings) -> None:
    with gorgias(settings, [record(ASKED, status="open")]):
        opinion = opinion_on()
        read_all(opinion)

    opinion.refresh_from_db()
    assert opinion.told_until == NOW


def test_what_cannot_be_read_is_counted_and_the_rest_is_read(settings: Settings) -> None:
    odd = record(ASKED, said(AGENT, 60) | {"sender": 5}, id=7) | {"customer": 5}
    with gorgias(settings, [odd, record(ASKED, said(AGENT, 60))]) as there:
        opinion = opinion_on()
        read_all(opinion)

    opinion.refresh_from_db()
    assert (reasons(opinion), opinion.refused > 0, there.asked[0].method) == ({30211: ""}, True, "GET")


def test_no_word_and_no_name_is_kept(settings: Settings) -> None:
    with gorgias(settings, [record(ASKED, said(AGENT, 60))]):
        opinion = opinion_on()
        read_all(opinion)

    assert "Ben" not in str(opinion.tickets.get().told)


def test_an_account_is_theirs_over_https(settings: Settings) -> None:
    assert settings.OPINION_ADDRESSES["gorgias"] % "acme" == "https://acme.gorgias.com"
