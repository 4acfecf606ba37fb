"""Cases that a second implementation of docs/clocks.md found, and those of its rules that were decided since."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clock import cases


@pytest.mark.shared_data
@pytest.mark.parametrize("file", ["core.json", "core_rules.json"])
def test_every_case_has_the_clocks_that_are_right(shared_data: Path, file: str) -> None:
    found = cases.read(shared_data / "cases" / file)

    assert found
    assert [fault for case in found for fault in faults(case)] == []


def faults(case: cases.Case) -> list[str]:
    """Name whatever a case says otherwise than our clocks."""
    clocks = case.clocks()
    right = {(one["metric"], one.get("start_seq", 1)): one for one in case.expected}
    if clocks.keys() != right.keys():
        return [f"{case.name}: {sorted(right)}, not {sorted(clocks)}"]
    return [
        f"{case.name} {identity}: {key} {cases.said(clocks[identity], key, case.now)}, not {value}"
        for identity, said in right.items()
        for key, value in said.items()
        if key != "note" and cases.said(clocks[identity], key, case.now) != cases.wanted(value, key)
    ]
