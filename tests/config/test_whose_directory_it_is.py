"""One run at a time works on a directory, and none before the processes of the last one are gone."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from config.runner import claim as claims
from config.runner.claim import DirectoryTaken, claim, is_taken


def test_a_second_run_is_told_who_has_it(tmp_path: Path) -> None:
    var = tmp_path / "new" / "var"
    assert not is_taken(var)
    ours = claim(var)

    assert is_taken(var)
    with pytest.raises(DirectoryTaken, match=rf"already runs on {var} \(process {os.getpid()}\)"):
        claim(var)
    ours.ours.close()
    os.close(ours.children)
    assert not is_taken(var)


def test_nobody_begins_before_the_processes_of_a_killed_run_have_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEFTOVERS_END_WITHIN", 0.2)
    with (tmp_path / "children.lock").open("w") as left_over:
        fcntl.flock(left_over, fcntl.LOCK_EX)
        with pytest.raises(DirectoryTaken, match="earlier run"):
            claim(tmp_path)

    ours = claim(tmp_path)
    os.close(ours.children)
    ours.ours.close()
