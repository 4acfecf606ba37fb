"""A number of a closed month and the list behind it are one thing, whatever has become of its tickets since."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.http import QueryDict

from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from helpdesk.tickets import ticket_status
from monitor.excusals import excusing
from monitor.models import FrozenClock
from monitor.promises.defaults import ensure_defaults
from monitor.reports.months import month_changes, month_story, reported_excusals
from monitor.reports.months.month_story import FigureThenNow, MonthStory
from monitor.reports.months.reported_selection import PARTS, ExcusedBy, ReportedSelection
from tests.make import Make
from tests.monitor.reports.months.closing import (
    ClosedMonth,
    a_closed_month,
    asked,
    in_last_month,
    what_came_later,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SOON = timedelta(minutes=2)


@pytest.fixture(autouse=True)
def begun() -> None:
    ensure_defaults()


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture
def closed(make: Make, now: datetime) -> ClosedMonth:
    """A month in two queues, of which some is excused, by somebody and by freezes, and to which much happened since."""
    at, returns = in_last_month(now), make.queue("Returns")
    make.member(make.agent(), queue=returns)
    broken = [asked(make, at, queue=queue) for queue in (returns, returns, make.queue(), make.queue())]
    for ticket in broken:
        with transaction.atomic():
            ticket_status.resolve(ticket=ticket, by=make.agent(), now=at + HOUR)
    excuse(make, broken[0], now)
    freeze(broken[1], [4, 2])
    freeze(broken[2], [2])
    closed = a_closed_month(make, now)
    what_came_later(make, closed, now)
    return closed


def excuse(make: Make, ticket: Ticket, now: datetime) -> None:
    with transaction.atomic():
        clocks = list(ticket.clocks.filter(metric="first_response"))
        excusing.excuse(clocks, reason="The power was out.", by=make.agent("admin"), now=now)


def freeze(ticket: Ticket, ids: list[int]) -> None:
    clock = ticket.clocks.get(metric="first_response")
    FrozenClock.objects.create(ticket=ticket, metric=clock.metric, start_seq=clock.start_seq, freeze_ids=ids)


def rows(figures: MonthStory) -> list[FigureThenNow]:
    return [row for one in figures.metrics for row in (one.whole, *one.queues, *one.stores)]


@pytest.mark.parametrize("name", ["admin", "overseer"])
def test_each_number_counts_what_its_list_shows(
    make: Make, now: datetime, closed: ClosedMonth, name: str
) -> None:
    agent, later = make.agent(name), now + SOON
    story = month_story.tell(closed.reported, agent=agent, now=later)
    numbers = [story.count(row, part) for row in rows(story) for part in PARTS]
    numbers += [story.excused(row) for row in rows(story)]

    assert {number.then for number in numbers} > {0, 1, 29}
    for number in numbers:
        told = ReportedSelection.read(QueryDict(number.selection.query).dict())
        assert told == number.selection
        assert told.clocks(closed.reported, agent=agent).count() == number.then
        if number.now_query:
            seen = Ticket.objects.visible_to(agent)
            assert told.now(closed.reported).clocks(seen, now=later).count() == number.now


@pytest.mark.parametrize("name", ["admin", "overseer"])
def test_whatever_was_excused_by_somebody_or_by_freezes_is_listed(
    make: Make, closed: ClosedMonth, name: str
) -> None:
    agent = make.agent(name)
    told = reported_excusals.of(closed.reported, agent=agent)

    assert {one.selection.excused_by for one in told} == {
        ExcusedBy(0, (2,)),
        *([ExcusedBy(0, (2, 4)), ExcusedBy(make.agent("admin").pk, ())] if name == "admin" else []),
    }
    for one in told:
        read = ReportedSelection.read(QueryDict(one.selection.query).dict())
        assert read.clocks(closed.reported, agent=agent).count() == one.promises == 1


def test_what_changed_of_some_tickets_is_what_changed_of_them_in_the_month(
    now: datetime, closed: ClosedMonth
) -> None:
    whole = month_changes.of(closed.reported, now=now + SOON).clocks
    some = {closed.late.pk, closed.going.pk, 7}

    found = month_changes.of(closed.reported, now=now + SOON, tickets=some).clocks

    assert found == [one for one in whole if one.ticket_id in some]
    assert {one.ticket_id for one in found} < {one.ticket_id for one in whole}
    assert month_changes.of(closed.reported, now=now, tickets=()).clocks == []


@pytest.mark.parametrize(
    "said",
    [
        {"metric": "customer_wait"},
        {"part": "lost"},
        {"queue": "x"},
        {"store": "-1"},
        {"excused": "no"},
        {"by": "me", "freezes": "none"},
        {"by": "none", "freezes": "1..2"},
        {"by": "none"},
    ],
)
def test_what_no_number_leads_to_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^.*$"):
        ReportedSelection.read(said)
