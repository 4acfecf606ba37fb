"""The demo breaks a promise soon, at any hour of any day, and answers most of what is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from statistics import mean, median

import msgspec
import pytest

from helpdesk.demo.demo_step import DemoStep
from helpdesk.demo.driver import LIVELY, plan, ticket_body
from helpdesk.tickets.opening.new_ticket import NewTicket
from monitor.clock.metrics import Metric
from monitor.models import Clock, Flag, Level
from monitor.promises import defaults
from monitor.watch import sweep
from tests.make import Make

SUNDAY_AT_THREE = datetime(2026, 3, 8, 3, 0, tzinfo=UTC)
HOURS = [
    SUNDAY_AT_THREE,
    datetime(2026, 12, 24, 23, 59, 50, tzinfo=UTC),
    datetime(2026, 3, 9, 12, tzinfo=UTC),
]


def steps(start: datetime, span: timedelta) -> list[DemoStep]:
    return list(takewhile(lambda step: step.at < start + span, plan(start)))


def shape(step: DemoStep) -> NewTicket:
    return msgspec.convert(ticket_body(step, external_id=f"demo-{step.number}"), NewTicket, strict=False)


@pytest.mark.django_db
@pytest.mark.parametrize("start", HOURS)
def test_an_acknowledgement_breaks_within_30_s_and_a_first_response_within_90_s(
    make: Make, start: datetime
) -> None:
    defaults.ensure_defaults()
    for step in steps(start, timedelta(seconds=5)):
        if step.verb == "open":
            make.ticket(now=step.at, **ticket_body(step, external_id=f"demo-{step.number}"))
    sweep.sweep(now=start + timedelta(seconds=1), limit=100, noticed_by="test")
    assert not Flag.objects.filter(level=Level.BREACHED).exists()

    alarms = Clock.objects.order_by("-breach_at").values_list("metric", "breach_at")
    breaks = {metric: breach_at for metric, breach_at in alarms if breach_at}
    assert breaks[Metric.ACKNOWLEDGEMENT] <= start + timedelta(seconds=30)
    assert breaks[Metric.FIRST_RESPONSE] <= start + timedelta(seconds=90)


def opened(since: timedelta, until: timedelta) -> list[DemoStep]:
    told = steps(SUNDAY_AT_THREE, until)
    return [step for step in told if step.verb == "open" and step.at >= SUNDAY_AT_THREE + since]


def test_a_dozen_tickets_come_in_the_first_two_minutes() -> None:
    assert 12 <= len(opened(timedelta(0), timedelta(minutes=2))) <= 14


def test_then_the_pace_falls_to_one_every_two_or_three_minutes() -> None:
    assert len(opened(timedelta(0), timedelta(minutes=15))) < 30
    arrivals = [step.at for step in opened(timedelta(minutes=15), timedelta(hours=9))]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(arrivals)]

    assert 120 <= mean(gaps) <= 180
    assert min(gaps) >= 100


def test_answers_take_seconds_at_first_and_minutes_later() -> None:
    told = steps(SUNDAY_AT_THREE, timedelta(hours=3))
    asked = {step.number: step.at for step in told if step.verb == "open"}
    waits = {s.number: (s.at - asked[s.number]).total_seconds() for s in told if s.verb == "answer"}
    later = [wait for number, wait in waits.items() if number >= LIVELY]

    assert median(wait for number, wait in waits.items() if number < LIVELY) < 90
    assert 180 < median(later) < 900
    assert min(later) >= 90


def test_most_are_answered_and_some_are_left_alone() -> None:
    hour = steps(SUNDAY_AT_THREE, timedelta(hours=1))
    opened = {step.number for step in hour if step.verb == "open"}
    answered = {step.number for step in hour if step.verb == "answer"}

    assert 0.7 < len(answered & opened) / len(opened) < 0.95


def test_steps_come_in_order_of_time_and_the_same_at_every_start() -> None:
    once = steps(SUNDAY_AT_THREE, timedelta(minutes=30))

    assert once == steps(SUNDAY_AT_THREE, timedelta(minutes=30))
    assert [step.at for step in once] == sorted(step.at for step in once)


def test_customers_write_english_tamil_and_hebrew() -> None:
    quarter = steps(SUNDAY_AT_THREE, timedelta(minutes=15))

    assert {step.conversation.language for step in quarter} == {"en", "ta", "he"}


@pytest.mark.parametrize("said", ["subject", "name"])
def test_for_half_an_hour_no_subject_and_no_customer_comes_twice(said: str) -> None:
    opened = [step for step in steps(SUNDAY_AT_THREE, timedelta(minutes=30)) if step.verb == "open"]

    assert len({getattr(step.conversation, said) for step in opened}) == len(opened)


def test_another_start_brings_other_people_and_other_matters() -> None:
    soon = timedelta(minutes=2)
    one, other = (steps(start, soon) for start in (SUNDAY_AT_THREE, SUNDAY_AT_THREE + soon))

    first, second = ({step.conversation.subject for step in some} for some in (one, other))
    assert len(first & second) < len(first) / 4


def test_orders_are_counted_on_from_the_last_one_of_each_store() -> None:
    last = {"en": 27_500, "ta": 62_000, "he": 81_000}
    told = [step for step in plan_of(timedelta(hours=1), last) if step.verb == "open"]

    for language, order in last.items():
        orders = sorted(int(s.conversation.order) for s in told if s.conversation.language == language)
        assert all(1 <= later - earlier <= 9 for earlier, later in pairwise([order, *orders]))


def plan_of(span: timedelta, last_orders: dict[str, int]) -> list[DemoStep]:
    until = SUNDAY_AT_THREE + span
    return list(takewhile(lambda step: step.at < until, plan(SUNDAY_AT_THREE, last_orders)))


def test_every_ticket_is_one_that_the_api_takes() -> None:
    for step in steps(SUNDAY_AT_THREE, timedelta(minutes=5)):
        if step.verb == "open":
            assert shape(step).message.body
