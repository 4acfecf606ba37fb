"""The first answer by anybody, and the first of substance: figures, lists and rows say the same of them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.models import Agent, Ticket
from helpdesk.tickets import ticket_status
from monitor.clock.metrics import BESIDE
from monitor.models import Clock, RollupCell
from monitor.promises.defaults import ensure_defaults
from monitor.reports import cell_figures, response_figures
from monitor.reports.clock_selection import SLICES, ClockSelection, DaySpan
from monitor.reports.rollup.cell_reading import CellReading, CellScope
from monitor.reports.wait_parts import WAITS
from tests import figures
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(hours=9)
EVERYTHING = CellScope(environment="live", queues=None, values={})
ANY, SUBSTANCE = BESIDE


def say(ticket: Ticket, agent: Agent | None, minutes: int, *, holding: bool = False) -> None:
    at = NOW + minutes * MINUTE
    with transaction.atomic():
        if agent is None:
            replies.reply_as_bot(ticket=ticket, body="Look there.", now=at)
        else:
            replies.reply_in_public(ticket=ticket, author=agent, body="Yes.", now=at, holding=holding)


@pytest.fixture
def day(make: Make) -> list[Ticket]:
    """Tickets that were answered in every way in which the three measures differ, or do not."""
    figures.begin()
    ensure_defaults()
    agent, tickets = make.agent(), [make.ticket() for _ in range(9)]
    plain, late, held, gave_up, waits, bot, bot_alone, spam, _nobody = tickets
    say(plain, agent, 10)
    say(late, agent, 500)
    for ticket in (held, gave_up, waits, spam):
        say(ticket, agent, 5, holding=True)
    say(held, agent, 60)
    say(bot, None, 1)
    say(bot, agent, 30)
    say(bot_alone, None, 2)
    with transaction.atomic():
        ticket_status.resolve(ticket=gave_up, by=agent, now=NOW + 90 * MINUTE)
        ticket_status.mark_spam(ticket=spam, by=agent, now=NOW + 90 * MINUTE)
    return tickets


def parts(metric: str) -> Counter[str]:
    """Return the parts of all who asked by what is folded and what is not."""
    reading = CellReading.begin()
    assert reading is not None
    days = reading.days(EVERYTHING, metric, NOW.date(), NOW.date())
    found = cell_figures.figures(days[NOW.date()], now=LATER)
    assert +found.slices == Counter({"unpromised": found.slices["unpromised"]})
    return +found.parts


WANTED: dict[str, Counter[str]] = {
    ANY: Counter(answered=8, waiting=1),
    SUBSTANCE: Counter(answered=4, waiting=3, never_answered=1),
}


@pytest.mark.parametrize("metric", BESIDE)
@pytest.mark.parametrize("folded", [True, False])
@pytest.mark.usefixtures("day")
def test_figures_are_told_apart_from_the_first_responses(metric: str, folded: bool) -> None:
    if folded:
        figures.fold(now=NOW)

    assert parts(metric) == WANTED[metric]


@pytest.mark.parametrize("metric", BESIDE)
@pytest.mark.usefixtures("day")
def test_lists_and_rows_say_what_figures_say(metric: str) -> None:
    tickets = Ticket.objects.all()
    told = {
        name: ClockSelection(metric=metric, slice_=name).clocks(tickets, now=LATER).count() for name in SLICES
    }

    assert Counter({name: told[name] for name in WAITS if told[name]}) == WANTED[metric]
    assert (
        told["unpromised"]
        == WANTED[metric].total()
        == ClockSelection(metric=metric).clocks(tickets, now=LATER).count()
    )
    assert sum(told[name] for name in ("met", "late", "unanswered", "undecided", "decided", "broken")) == 0
    rows = response_figures.waits(Clock.objects.all(), now=LATER, metric=metric)
    assert Counter(row.part for row in rows) == WANTED[metric]


@pytest.mark.usefixtures("day")
def test_waits_of_substance_last_longer_and_those_until_anybody_answers_do_not() -> None:
    first, anybody, substance = (
        sorted(row.seconds for row in response_figures.waits(Clock.objects.all(), now=LATER, metric=metric))
        for metric in ("first_response", *BESIDE)
    )

    assert sum(anybody) < sum(first) < sum(substance)


@pytest.mark.usefixtures("make")
def test_cells_hold_nothing_where_the_first_response_says_it_all(make: Make) -> None:
    figures.begin()
    say(make.ticket(), make.agent(), 10)
    figures.fold(now=NOW)

    assert not RollupCell.objects.filter(metric__endswith="_response", metric__contains="_any_").exists()
    assert not RollupCell.objects.filter(metric__contains="substantive").exists()
    assert parts(SUBSTANCE) == parts(ANY) == Counter(answered=1)


@pytest.mark.usefixtures("day")
def test_who_was_answered_in_substance_on_a_day_is_found() -> None:
    selection = ClockSelection(metric=SUBSTANCE, ended=DaySpan.of(NOW.date()))

    assert selection.clocks(Ticket.objects.all(), now=LATER).count() == WANTED[SUBSTANCE]["answered"]
