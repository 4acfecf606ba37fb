"""Numbers from a thousand on, as the board and the wall write them: as the lists behind them do."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[3] / "monitor/templates/monitor"
WORDS = ("queue_tabs.html", "queue_group.html")
"""Here a count is words already, as far as it was counted: "99+"."""
BARE = re.compile(r"\{\{ [a-z_.]*\.count \}\}")


def test_no_count_is_written_without_its_groups_of_digits() -> None:
    found = {
        path.name: said
        for path in TEMPLATES.rglob("*.html")
        if (said := BARE.findall(path.read_text())) and path.name not in WORDS
    }

    assert found == {}, "write a count by `grouped`: 5015 and 5,017 are not seen to be nearly the same"
