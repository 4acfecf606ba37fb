"""Templates are read by people too: no line is longer than pyproject.toml allows."""

from __future__ import annotations

import tomllib

from config.addresses import ROOT

LONGEST = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["djlint"]["max_line_length"]


def test_no_line_of_a_template_is_longer_than_what_is_read_at_a_glance() -> None:
    templates = [path for path in ROOT.glob("*/templates/**/*") if path.is_file()]
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in templates
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST
    ]

    assert len(templates) > 30
    assert LONGEST == 120
    assert long == []
