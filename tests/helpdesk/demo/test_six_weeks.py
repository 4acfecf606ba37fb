"""The demo's past has a rhythm, a bad Tuesday, people who were never answered, and nothing said twice in a row."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice, pairwise
from random import Random
from statistics import median

import msgspec
import pytest

from helpdesk.demo.english import ENGLISH
from helpdesk.demo.grammar import LIVE, PAST, numbers, scripts
from helpdesk.demo.hebrew import HEBREW
from helpdesk.demo.rhythm import Rhythm
from helpdesk.demo.six_weeks import HAIFA, MADURAI, MAIN, PastTrade, six_weeks
from helpdesk.demo.tamil import TAMIL
from helpdesk.demo.topic import Language
from helpdesk.history.conversation_writer import PastConversation
from helpdesk.history.past_facts import AgentReplied, ClosedByCustomer, CustomerWrote, StatusSet
from helpdesk.models import Agent, Status
from helpdesk.tickets.opening.new_ticket import NewTicket

UNTIL = datetime(2026, 11, 26, 17, 40, tzinfo=UTC)
"""A Thursday."""

BAD = date(2026, 11, 17)
TRADES = {"main": MAIN, "madurai": MADURAI, "haifa": HAIFA}


@cache
def past(name: str = "main", until: datetime = UNTIL) -> list[PastConversation]:
    return list(six_weeks(TRADES[name], until=until, name=name, staff=[Agent(pk=1), Agent(pk=2)]))


def waits(told: list[PastConversation], *, on: date) -> list[float]:
    """Return the minutes until a person first answered those who asked on a day."""
    return [
        (answers[0] - asked).total_seconds() / 60
        for one in told
        if (asked := one.opening.occurred_at) and asked.date() == on
        if (answers := [fact.at for fact in one.facts if isinstance(fact, AgentReplied)])
    ]


def test_the_same_instant_has_the_same_past() -> None:
    again = list(six_weeks(MAIN, until=UNTIL, name="main", staff=[Agent(pk=1), Agent(pk=2)]))

    assert [one.opening for one in again] == [one.opening for one in past()]
    assert [len(one.facts) for one in again] == [len(one.facts) for one in past()]


@pytest.mark.parametrize("name", TRADES)
def test_it_lasts_six_weeks_and_ends_now(name: str) -> None:
    asked = [one.opening.occurred_at for one in past(name)]
    happened = [fact.at for one in past(name) for fact in one.facts]

    assert asked == sorted(asked, key=lambda at: at or UNTIL)
    assert asked[0]
    assert timedelta(days=41) < UNTIL - asked[0] < timedelta(days=43)
    assert max(at for at in asked if at) <= UNTIL
    assert max(happened) <= UNTIL


def test_there_are_some_thousand_tickets_and_every_one_is_what_the_api_takes() -> None:
    told = [one for name in TRADES for one in past(name)]

    assert 1500 < len(told) < 3000
    assert len({one.opening.external_id for one in told}) == len(told)
    for one in told:
        msgspec.convert(msgspec.to_builtins(one.opening), NewTicket, strict=False)


@pytest.mark.parametrize("name", TRADES)
def test_no_subject_and_no_customer_comes_twice_within_a_day(name: str) -> None:
    seen: dict[str | None, datetime] = {}
    for one in past(name):
        asked = one.opening.occurred_at
        for said in (one.opening.subject, one.opening.customer.name):
            assert asked
            assert said not in seen or asked - seen[said] > timedelta(days=1)
            seen[said] = asked


def asked_in_all() -> list[tuple[datetime, str]]:
    """Return when which subject came, of all stores, with its digits masked."""
    openings = [one.opening for name in TRADES for one in past(name)]
    return sorted(
        (one.occurred_at, re.sub(r"\d", "#", one.subject or "")) for one in openings if one.occurred_at
    )


def test_no_subject_comes_twice_within_an_hour_and_a_half_in_all_stores() -> None:
    seen: dict[str, datetime] = {}
    for asked, subject in asked_in_all():
        assert subject not in seen or asked - seen[subject] > timedelta(hours=1.5)
        seen[subject] = asked


@pytest.mark.parametrize("name", TRADES)
def test_no_chain_of_six_subjects_comes_twice(name: str) -> None:
    subjects = [re.sub(r"\d", "#", one.opening.subject or "") for one in past(name)]
    chains = Counter(zip(*(subjects[shift:] for shift in range(6)), strict=False))

    assert max(chains.values()) == 1


@pytest.mark.parametrize("name", TRADES)
def test_order_numbers_rise_by_one_to_nine(name: str) -> None:
    orders = [int(one.opening.order.id) for one in past(name) if one.opening.order]

    assert {later - earlier for earlier, later in pairwise(orders)} == set(range(1, 10))


@pytest.mark.parametrize("language", [ENGLISH, TAMIL, HEBREW], ids=lambda language: language.code)
def test_of_four_customers_in_a_row_no_two_share_a_name(language: Language) -> None:
    names = _drawn_names(language, PAST, 400)

    for four in zip(*(names[shift:] for shift in range(4)), strict=False):
        parts = [part for name in four for part in name.split()]
        assert len(parts) == len(set(parts))


def test_mondays_are_busier_than_sundays_and_noon_than_night() -> None:
    days = Counter(one.opening.occurred_at.weekday() for one in past() if one.opening.occurred_at)
    hours = Counter(one.opening.occurred_at.hour for one in past() if one.opening.occurred_at)

    assert days[0] > 1.5 * days[6]
    assert hours[10] > 5 * max(hours[3], 1)


def test_one_tuesday_was_bad_and_the_month_before_it_calm() -> None:
    bad = waits(past(), on=BAD)
    calm = [median(waits(past(), on=BAD - timedelta(days=back))) for back in range(1, 29)]

    assert median(bad) > 3 * max(calm)
    assert len(bad) > 1.5 * len(waits(past(), on=BAD - timedelta(days=7)))


@pytest.mark.parametrize("back", range(7))
def test_the_bad_tuesday_is_over_and_still_on_the_board(back: int) -> None:
    until = UNTIL - timedelta(days=back)
    tuesday = Rhythm(until=until, hours_east=0).bad_tuesday

    assert tuesday.weekday() == 1
    assert timedelta(days=4) <= until.date() - tuesday < timedelta(days=14)


def test_some_were_never_answered_some_came_back_and_some_still_wait() -> None:
    never = [one for one in past() if not any(isinstance(fact, AgentReplied) for fact in one.facts)]
    gave_up = [one for one in never if any(isinstance(fact, ClosedByCustomer) for fact in one.facts)]
    open_still = [one for one in never if not any(isinstance(fact, StatusSet) for fact in one.facts)]

    assert gave_up
    assert 10 < len(never) < len(past()) / 20
    assert len([one for one in open_still if one not in gave_up]) < 20
    assert sum(_came_back(one) for one in past()) > 30


def _came_back(one: PastConversation) -> bool:
    """Tell whether the customer wrote after it had been resolved."""
    ends = [fact.at for fact in one.facts if isinstance(fact, AgentReplied) and fact.then == "resolve"]
    return any(isinstance(fact, CustomerWrote) and ends and fact.at > ends[0] for fact in one.facts)


def test_what_is_closed_was_resolved_or_never_answered() -> None:
    for one in past():
        statuses = [fact.status for fact in one.facts if isinstance(fact, StatusSet)]
        answered = any(isinstance(fact, AgentReplied) for fact in one.facts)
        assert statuses in ([], [Status.RESOLVED], [Status.RESOLVED, Status.CLOSED]) or not answered


@pytest.mark.parametrize(("name", "language"), [("main", "en"), ("madurai", "ta"), ("haifa", "he")])
def test_each_store_speaks_its_language(name: str, language: str) -> None:
    spoken = Counter(one.opening.customer.locale for one in past(name))

    assert spoken[language] > 0.6 * len(past(name))


@pytest.mark.parametrize("trade", TRADES.values())
def test_who_wrote_in_the_past_does_not_write_now(trade: PastTrade) -> None:
    for language, _weight in trade.languages:
        then, now = (_names(language, half) for half in (PAST, LIVE))
        assert not then & now


def _names(language: Language, half: int) -> set[str]:
    return set(_drawn_names(language, half, 50))


def _drawn_names(language: Language, half: int, count: int) -> list[str]:
    chance = Random(1)  # noqa: S311  # no secret
    talk = scripts(language, half=half, rng=chance, orders=numbers(1, chance))
    return [script.name for script in islice(talk, count)]
