"""The task that brings figures up to date: how far it goes on at one ring."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.models import RollupMark
from monitor.reports.rollup import rebuild_job
from monitor.tasks import roll_up
from tests import figures
from tests.make import Make

pytestmark = pytest.mark.django_db

catch_up = rebuild_job.catch_up


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let a ticket be marked whenever some have been folded; return how many were, each time."""
    found: list[int] = []

    def folded(*, now: datetime) -> int:
        found.append(catch_up(now=now, limit=rebuild_job.MARKS_AT_A_TIME))
        RollupMark.objects.create(ticket_id=0)
        return found[-1]

    monkeypatch.setattr(rebuild_job, "catch_up", folded)
    return found


def test_what_is_marked_while_it_folds_is_left_to_the_next_ring(make: Make, busy: list[int]) -> None:
    figures.begin()
    make.ticket()
    marked = RollupMark.objects.count()

    roll_up()

    assert busy == [marked], "to fold a few costs nearly what folding many does"
    assert RollupMark.objects.count() == 1


def test_of_more_marks_than_are_folded_together_it_goes_on(
    make: Make, busy: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    figures.begin()
    make.ticket()
    RollupMark.objects.all().delete()
    RollupMark.objects.bulk_create(RollupMark(ticket_id=number) for number in range(5))
    monkeypatch.setattr(rebuild_job, "MARKS_AT_A_TIME", 2)

    roll_up()

    assert busy == [2, 2, 2, 2, 1]
