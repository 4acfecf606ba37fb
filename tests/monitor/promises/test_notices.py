"""What is wrong with promises and hours, or soon will be, is said in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from monitor.models import Calendar, CalendarVersion
from monitor.promises import in_force, versions
from monitor.promises.notices import notices
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TODAY = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def hours(*, effective_at: datetime | None = None, weekly: Any = OFFICE, **spec: Any) -> CalendarVersion:
    return versions.publish_calendar(
        calendar=Calendar.objects.get(),
        spec={"timezone": "Europe/Berlin", "weekly": weekly, **spec},
        now=TODAY - timedelta(days=300),
        effective_at=effective_at,
        may_never_open=True,
    )


def test_the_shipped_hours_and_those_without_holidays_need_no_word() -> None:
    assert notices(TODAY) == []
    hours()
    assert notices(TODAY) == []


@pytest.mark.parametrize(
    ("holidays", "said"),
    [
        (["2026-12-25"], ["24×7: its holidays are known until December 25, 2026 only: add those that follow"]),
        (["2026-01-01", "2026-05-01"],
         ["24×7: its holidays are known until May 1, 2026 only: every day since counts as any other"]),
        (["2026-12-25", "2027-12-25"], []),
    ],
)  # fmt: skip
def test_a_list_of_holidays_that_runs_out_is_said_weeks_before(holidays: list[str], said: list[str]) -> None:
    hours(holidays=holidays)
    assert notices(TODAY) == said


def test_nothing_is_said_before_the_last_eight_weeks_or_where_more_are_planned() -> None:
    hours(holidays=["2026-12-25"])
    assert notices(datetime(2026, 10, 30, tzinfo=UTC)) == []
    assert len(notices(datetime(2026, 10, 31, tzinfo=UTC))) == 1

    hours(holidays=["2027-12-25"], effective_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert notices(TODAY) == []


def test_each_of_several_places_has_its_own_list() -> None:
    places = [
        {"timezone": "Europe/Berlin", "weekly": OFFICE, "holidays": ["2026-12-25"]},
        {"timezone": "Asia/Tokyo", "weekly": OFFICE, "holidays": ["2027-12-31"]},
    ]
    versions.publish_calendar(calendar=Calendar.objects.get(), spec={"any_of": places}, now=TODAY)
    assert [said.split(" only")[0] for said in notices(TODAY)] == [
        "24×7: its holidays are known until December 25, 2026"
    ]


def test_hours_in_which_nothing_is_ever_due_are_said() -> None:
    hours(weekly={}, date_overrides={"2020-12-24": [["09:00", "17:00"]]})
    assert notices(TODAY) == ["24×7: never opens: nothing that counts in these hours is ever due"]


def test_a_season_is_said_to_end_weeks_before() -> None:
    season = {f"2026-{month:02}-{day:02}": [["00:00", "24:00"]] for month in (11, 12) for day in range(1, 31)}
    hours(weekly={}, date_overrides=season)
    ends = "24×7: opens for the last time on 2026-12-30, and never again"

    assert notices(datetime(2026, 10, 1, tzinfo=UTC)) == []
    assert notices(TODAY) == [ends]
    assert "24×7: Everybody: its longest target is not used up within five years" in notices(
        datetime(2026, 12, 28, tzinfo=UTC)
    )


def test_a_calendar_in_which_nobody_counts_is_nobodys_trouble() -> None:
    other = Calendar.objects.create(name="Old")
    spec = {"timezone": "UTC", "weekly": OFFICE, "holidays": ["2020-12-25"]}
    versions.publish_calendar(calendar=other, spec=spec, now=TODAY)
    assert notices(TODAY) == []


def test_a_version_that_cannot_be_read_is_said() -> None:
    first = CalendarVersion.objects.get()
    CalendarVersion.objects.create(
        calendar=first.calendar, version=2, effective_at=first.effective_at, spec={}
    )
    [said] = notices(TODAY)
    assert said.startswith("24×7 v2 cannot be read, and the version before it counts: weekly must be")


@pytest.mark.parametrize("page", ["board", "checklist"])
def test_the_board_and_set_up_say_it(client: Client, make: Make, page: str) -> None:
    client.force_login(make.agent("admin"))
    words = "its holidays are known until"
    assert words not in client.get(reverse(page)).content.decode()

    soon = (database_now() + timedelta(days=20)).date().isoformat()
    hours(holidays=[soon])
    assert words in client.get(reverse(page)).content.decode()


def test_hours_that_are_planned_and_cannot_be_read_hide_nothing() -> None:
    version = hours(holidays=["2026-12-25"])
    CalendarVersion.objects.create(
        calendar=version.calendar, version=9, effective_at=TODAY + timedelta(days=9), spec={"timezone": "?"}
    )

    unreadable, known = notices(TODAY)

    assert "v9 cannot be read" in unreadable
    assert "its holidays are known until December 25, 2026 only" in known
    assert in_force.planned_after(TODAY).calendars == []
