"""The board of a moment that is over counts excused what was excused then, whatever is frozen or lifted since."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from monitor.clock.metrics import Metric
from monitor.excusals import freezing
from monitor.models import CalendarVersion, PolicyVersion
from monitor.past.past_desk import as_of
from monitor.promises.defaults import ensure_defaults
from monitor.reports.adjusted import excused_clocks
from monitor.reports.rollup.cell_reading import CellScope
from tests import figures
from tests.make import NOW, Make
from tests.monitor.excusals.broken import MUCH_LATER, excuse, freeze, late_by, take_back

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def begun() -> None:
    """Let the shipped promises have been known all along."""
    ensure_defaults()
    for model in (PolicyVersion, CalendarVersion):
        model.objects.update(created_at=NOW - timedelta(days=1))
    figures.begin()


def excused_at(at: datetime) -> int:
    """Return how many broken first responses of that day were excused by what was known at a moment."""
    with as_of(at) as desk:
        reading = desk.reading()
        assert reading
        scope = CellScope(environment="live", queues=None, values={})
        day = NOW.date()
        return excused_clocks.excused_slices(reading, scope, Metric.FIRST_RESPONSE, day, day, now=at).total()


def test_a_freeze_excuses_from_when_it_was_declared_until_it_was_lifted(make: Make) -> None:
    late_by(make, 30 * MINUTE)
    made = freeze(make, NOW, NOW + HOUR)
    with transaction.atomic():
        freezing.take_back(made, by=make.agent("admin"), now=MUCH_LATER + 2 * HOUR)
    figures.fold()

    moments = (MUCH_LATER - MINUTE, MUCH_LATER + HOUR, MUCH_LATER + 3 * HOUR)
    assert [excused_at(at) for at in moments] == [0, 1, 0]


def test_a_freeze_that_stands_excused_nothing_before_it_was_declared(make: Make) -> None:
    late_by(make, 30 * MINUTE)
    freeze(make, NOW, NOW + HOUR)
    figures.fold()

    assert [excused_at(at) for at in (MUCH_LATER - MINUTE, MUCH_LATER + MINUTE)] == [0, 1]


def test_a_freeze_that_was_ended_since_lasted_then(make: Make) -> None:
    late_by(make, 4 * HOUR)
    made = freeze(make, NOW, None)
    with transaction.atomic():
        freezing.end(made, at=MUCH_LATER + 2 * HOUR, by=make.agent("admin"))
    figures.fold()

    assert [excused_at(at) for at in (MUCH_LATER + HOUR, MUCH_LATER + 3 * HOUR)] == [1, 1]


def test_a_person_excuses_from_when_they_did_until_they_took_it_back(make: Make) -> None:
    ticket = late_by(make, 5 * HOUR)
    excuse(ticket, by=make.agent("overseer"))
    take_back(ticket, by=make.agent("overseer"), now=MUCH_LATER + HOUR)
    figures.fold()

    assert [excused_at(MUCH_LATER + minutes * MINUTE) for minutes in (-1, 1, 61)] == [0, 1, 0]
