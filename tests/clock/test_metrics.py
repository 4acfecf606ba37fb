"""The tables of metrics: complete, and without contradictions."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.clock.effects.effect_table import EFFECTS
from monitor.clock.metrics import (
    ENDS,
    MEASURES,
    ONLY_WITH_TARGET,
    PAUSES,
    PAUSING_STATUSES,
    PROMISED,
    REPORTS,
    RESUMES,
    STARTS,
    Cause,
    Metric,
    Outcome,
)

PAGE = (Path(__file__).parents[2] / "docs" / "clocks.md").read_text()


def test_every_metric_is_started_by_something_and_ended_by_something() -> None:
    started = {metric for metrics in STARTS.values() for metric in metrics}

    assert started == set(Metric)
    assert set(ENDS[Cause.RESOLVED]) == set(Metric)


def test_every_metric_is_either_promised_or_a_report() -> None:
    assert list(MEASURES) == list(Metric) == [*PROMISED, *REPORTS]
    assert set(ONLY_WITH_TARGET) <= set(PROMISED)


def test_withdrawing_merging_and_voiding_end_everything() -> None:
    for cause in (Cause.WITHDRAWN, Cause.MERGED, Cause.VOIDED):
        assert list(ENDS[cause]) == list(Metric)


def test_only_pending_and_on_hold_pause() -> None:
    assert set(PAUSES) == set(Metric)
    assert all(statuses <= PAUSING_STATUSES for statuses in PAUSES.values())


def test_what_reopening_resumes_was_ended_by_resolving() -> None:
    assert all(ENDS[Cause.RESOLVED][metric] is Outcome.MET for metric in RESUMES)


@pytest.mark.parametrize("word", [*Metric, *Outcome, *EFFECTS])
def test_every_word_of_the_seam_is_documented(word: str) -> None:
    assert f"| `{word}` |" in PAGE


@pytest.mark.parametrize("kind", ["due", "retarget", "correction", "backdated"])
def test_every_kind_of_breach_is_documented(kind: str) -> None:
    assert f"| `{kind}` |" in PAGE
