"""Working days are those of the hours by which a queue's promises count, else Monday to Friday where its store is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from helpdesk.mail.silences.working_days import WorkingDays, working_days
from helpdesk.models import Store
from monitor.models import Calendar, Policy
from monitor.promises import versions
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

MONDAY = NOW
"""Monday, 9 March 2026, at 15:00 UTC."""


@pytest.fixture
def store(make: Make) -> Store:
    return make.store()


def known(store: Store) -> WorkingDays:
    return working_days(store.default_queue, store, now=MONDAY)


def test_a_queue_whose_promises_count_on_sundays_works_then(store: Store) -> None:
    windows = [["09:00", "18:00"]]
    spec = {
        "timezone": "Asia/Jerusalem",
        "weekly": dict.fromkeys(("sun", "mon", "tue", "wed", "thu"), windows),
    }
    calendar = Calendar.objects.create(name="Haifa")
    versions.publish_calendar(calendar=calendar, spec=spec, now=NOW)
    rules = {"match": {"queue": [store.default_queue_id]}, "targets": {"first_response": {"seconds": 600}}}
    versions.publish_policy(
        policy=Policy.objects.create(name="Haifa"), rules=rules, position=1, calendar=calendar, now=NOW
    )

    assert known(store).before(MONDAY, 1) == datetime(2026, 3, 8, 15, 0, tzinfo=UTC)
    assert known(store).before(MONDAY, 2) == datetime(2026, 3, 5, 15, 0, tzinfo=UTC)


def test_where_nobody_knows_them_they_are_monday_to_friday(store: Store, settings: Settings) -> None:
    settings.WORKING_DAYS = ""

    assert known(store).before(MONDAY, 1) == datetime(2026, 3, 6, 15, 0, tzinfo=UTC)


def test_on_a_day_off_they_are_counted_from_when_one_began(store: Store, settings: Settings) -> None:
    settings.WORKING_DAYS = ""
    saturday = datetime(2026, 3, 7, 15, 0, tzinfo=UTC)

    assert known(store).before(saturday, 1) == datetime(2026, 3, 6, 0, 0, tzinfo=UTC)


def test_where_nobody_ever_works_no_day_passes() -> None:
    assert WorkingDays(UTC, lambda _day: False).before(MONDAY, 1) is None
