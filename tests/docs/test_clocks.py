"""docs/clocks.md: event kinds, metrics, outcomes and kinds of breach are those of the code, in both directions."""

from __future__ import annotations

import re

import pytest

from config.addresses import ROOT
from helpdesk.models import EventKind
from monitor.clock.effects.effect_table import EFFECTS
from monitor.clock.metrics import Metric, Outcome
from tests.clock.conformance import conventions
from tests.docs import pages

PAGE = pages.text("clocks.md")
KIND = re.compile(r'''(?:stamp|settle_change)\([\w\s,.]*"(\w+)"|(?:return|else) "(\w+)"''')


def kinds_of_breach() -> set[str]:
    """Return the words with which meters and timers stamp a breach."""
    sources = ((ROOT / "monitor" / "clock" / name).read_text() for name in ("meter.py", "timer.py"))
    return {"".join(found) for source in sources for found in KIND.findall(source)}


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Event kinds", set(EventKind.values)),
        ("Metrics", set(Metric)),
        ("Outcomes", set(Outcome)),
        ("Breach and risk", kinds_of_breach()),
        ("Vendors' conventions", {one.rule for one in conventions.CONVENTIONS}),
    ],
)
def test_what_there_is_has_a_row_and_no_other(heading: str, names: set[str]) -> None:
    assert set(pages.rows(pages.section(PAGE, heading))) == names


def test_every_kind_of_event_has_its_effect() -> None:
    assert set(EFFECTS) == set(EventKind.values)
