"""The real daemon, where there is one: its protocol is the one that our own scanner of the other tests speaks."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from helpdesk.attachments.virus_scanner import ScannerSilent, found_in
from tests.config.running import end

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not shutil.which("clamd"), reason="clamd: there is no clamd on this machine"),
]

BAD = b"something that a test does not like"


@pytest.fixture(scope="module")
def clamd() -> Iterator[str]:
    """A daemon of our own, which knows one signature."""
    with TemporaryDirectory(prefix="attend-clamd-") as place:
        folder = Path(place)
        signature = f"{hashlib.md5(BAD).hexdigest()}:{len(BAD)}:Attend.Test\n"  # noqa: S324  # as the format has it
        (folder / "test.hdb").write_text(signature)
        lines = {
            "Foreground": "yes",
            "DatabaseDirectory": place,
            "LocalSocket": f"{place}/clamd.ctl",
            "StreamMaxLength": "1M",
        }
        (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        daemon = subprocess.Popen(
            ["clamd", "--config-file", folder / "clamd.conf"], stdout=subprocess.DEVNULL, env=os.environ
        )
        address = f"unix:{place}/clamd.ctl"
        try:
            _await(address, daemon)
            yield address
        finally:
            end(daemon)


def _await(address: str, daemon: subprocess.Popen[bytes]) -> None:
    while daemon.poll() is None:
        try:
            found_in(b"hello", address=address)
        except ScannerSilent:
            time.sleep(0.1)
        else:
            return
    pytest.fail("clamd ended by itself")


def test_it_finds_what_it_knows_and_nothing_else(clamd: str) -> None:
    assert found_in(BAD, address=clamd).startswith("Attend.Test")
    assert found_in(b"harmless " * 10_000, address=clamd) == ""


def test_what_is_longer_than_it_takes_has_no_verdict(clamd: str) -> None:
    with pytest.raises(ScannerSilent):
        found_in(bytes(3 * 1024 * 1024), address=clamd)
