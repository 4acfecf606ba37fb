"""Whatever dies, every flag is raised, and once: the drill in small."""

from __future__ import annotations

import pytest

from tests.faults.held_drill import hold

pytestmark = pytest.mark.long

SMALL = ("--tickets", "200", "--due", "60", "--within", "4", "--outage", "2")


@pytest.mark.parametrize("fault", ["worker", "frozen", "killed", "database"])
def test_every_flag_is_raised_once_whatever_dies(fault: str) -> None:
    told = hold("--fault", fault, *SMALL)

    assert "60 of 60 flagged, 0 doubled" in told
