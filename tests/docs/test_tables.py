"""The columns of tables stand in the documentation."""

from __future__ import annotations

from config.addresses import ROOT
from monitor.reports.clock_cells import COLUMNS


def test_every_column_of_a_metric_is_explained() -> None:
    section = (
        (ROOT / "docs" / "clocks.md").read_text().partition("## Tickets as a table")[2].partition("\n## ")[0]
    )

    assert {
        column for columns in COLUMNS.values() for column in columns if f"`{column}`" not in section
    } == set()
