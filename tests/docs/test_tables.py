"""The columns of tables stand in the documentation."""

from __future__ import annotations

from config.addresses import ROOT
from monitor.reports.adjusted import adjusted_cells, day_cells
from monitor.reports.clock_cells import COLUMNS


def section(title: str) -> str:
    clocks = (ROOT / "docs" / "clocks.md").read_text()
    return clocks.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_every_column_of_a_metric_is_explained() -> None:
    each = [*COLUMNS.values(), *adjusted_cells.COLUMNS.values()]

    assert not {
        column for columns in each for column in columns if f"`{column}`" not in section("Tickets as a table")
    }


def test_every_column_about_the_promises_of_a_day_is_explained() -> None:
    columns = (*day_cells.MEASURED, *day_cells.ADJUSTED, day_cells.OWN, day_cells.UNNAMED)

    assert not {column for column in columns if f"`{column}`" not in section("Days as a table")}
