"""What is said of promises is counted in cells of its own, whatever number it has."""

from __future__ import annotations

import pytest

from monitor.clock.metrics import Metric
from monitor.excusals import breach_labels
from monitor.models import HidingAct, RollupCell, RollupMix

MOST = 2**63 - 1
"""The greatest number that a cause can have."""


@pytest.mark.parametrize("table", [RollupCell, RollupMix])
def test_cells_have_room_for_every_label_of_every_metric(table: type[RollupCell | RollupMix]) -> None:
    act = "x" * (HidingAct._meta.get_field("act").max_length or 0)
    labels = (breach_labels.EXCUSED, breach_labels.of_cause(MOST), breach_labels.excused_of_cause(MOST), act)
    longest = max(len(breach_labels.cell_metric(label, metric)) for label in labels for metric in Metric)

    assert longest <= (table._meta.get_field("metric").max_length or 0)
