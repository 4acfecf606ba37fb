"""The rules of cells: what was counted by others is left alone, and made anew."""

from __future__ import annotations

import pytest

from helpdesk.jobs import job_turn
from monitor.models import RollupEdition, RollupMark
from monitor.reports.rollup import cell_counts, rebuild_job
from monitor.reports.rollup.cell_reading import CellReading
from tests.make import NOW, Make
from tests.monitor.reports.test_rollups import cells, edition, finish_jobs, fold, fold_all, from_nothing

__all__ = ["edition"]

pytestmark = pytest.mark.django_db


def test_figures_by_other_rules_are_neither_read_nor_written(make: Make, edition: RollupEdition) -> None:
    make.ticket()
    RollupEdition.objects.update(rules=cell_counts.RULES - 1)

    assert fold() == 0
    assert RollupMark.objects.count() == 1
    assert CellReading.begin() is None

    finish_jobs()
    fold_all()

    [newest] = RollupEdition.objects.all()
    assert newest != edition
    assert cells(newest) == from_nothing(newest)
    assert CellReading.begin() is not None


def test_a_rebuild_by_other_rules_is_over(make: Make, edition: RollupEdition) -> None:
    make.ticket()
    job = rebuild_job.ask(now=NOW)
    job_turn.take_at_once(job, now=NOW, limit=1)
    RollupEdition.objects.filter(complete_at=None).update(rules=cell_counts.RULES - 1)

    finish_jobs()

    assert RollupEdition.objects.complete().get() == edition


def test_a_rebuild_by_other_rules_keeps_nobody_waiting_for_one_by_these(
    make: Make, edition: RollupEdition, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.ticket()
    monkeypatch.setattr(rebuild_job, "RULES", cell_counts.RULES - 1)
    rebuild_job.ask(now=NOW)
    finish_jobs()
    monkeypatch.undo()
    RollupEdition.objects.update(rules=cell_counts.RULES - 1)
    assert CellReading.begin() is None

    fold()
    finish_jobs()

    assert CellReading.begin() is not None
