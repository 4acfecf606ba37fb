"""What the supervisor says, and what its children say through it, line by line."""

from __future__ import annotations

import os
import selectors
import sys
import time
from pathlib import Path
from typing import IO

LONGEST_LINE = 64 * 1024


class Console:
    """Gathers the output of many processes without a thread: children must be forked from the only one."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.selector = selectors.DefaultSelector()
        self.unfinished: dict[int, bytes] = {}

    def say(self, text: str) -> None:
        for line in text.splitlines():
            self._print(line)

    def seconds(self) -> str:
        return f"{time.monotonic() - self.began:.1f} s"

    def follow(self, name: str, pipe: IO[bytes]) -> None:
        """Print from now on what comes through `pipe`, until it ends."""
        os.set_blocking(pipe.fileno(), False)
        self.unfinished[pipe.fileno()] = b""
        self.selector.register(pipe, selectors.EVENT_READ, name)

    def pump(self, seconds: float) -> None:
        """Print what comes within `seconds`, or wait that long."""
        if not self.selector.get_map():
            time.sleep(seconds)
            return
        for key, _events in self.selector.select(seconds):
            self._read(key)

    def _read(self, key: selectors.SelectorKey) -> None:
        chunk = os.read(key.fd, LONGEST_LINE)
        *lines, rest = (self.unfinished[key.fd] + chunk).split(b"\n")
        if rest and (not chunk or len(rest) > LONGEST_LINE):
            lines, rest = [*lines, rest], b""
        for line in lines:
            self._print(f"{key.data:>7} | {line.decode(errors='replace')}")
        self.unfinished[key.fd] = rest
        if not chunk:
            self._leave(key)

    def _leave(self, key: selectors.SelectorKey) -> None:
        del self.unfinished[key.fd]
        self.selector.unregister(key.fileobj)
        key.fileobj.close()  # type: ignore[union-attr]  # only pipes are followed

    def _print(self, line: str) -> None:
        """Print, and go on in silence when nobody listens any more: what runs has to run, and to be stopped."""
        try:
            print(line, flush=True)
        except OSError:
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  # it lives as long as we do
