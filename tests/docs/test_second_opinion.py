"""docs/second-opinion.md: each reason with how it is found, in the order in which they are tried."""

from __future__ import annotations

from monitor.opinion.difference import Reason
from tests.docs import pages


def test_every_reason_is_listed_and_no_other() -> None:
    listed = [
        row.split("`")[1] for row in pages.text("second-opinion.md").splitlines() if row.startswith("| `")
    ]

    assert listed == list(Reason)
