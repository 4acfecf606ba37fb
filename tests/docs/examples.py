"""The examples of docs/api.md: each a request and its answer, sent in their order to a real server.

What depends on the day (instants, ids, references, seconds that have passed) may differ; everything else
may not. `"…"` in an answer stands for more of the same, which is not shown.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.docs.pages import FENCE

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
REFERENCE = re.compile(r"T-[0-9A-Z]{7}")
NUMBER = re.compile(r"[1-9]\d*")
CURSOR = re.compile(r"[A-Za-z0-9_-]{20,}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
PASSING = {"ingest_lag", "business", "wall", "seconds", "more_than_seconds"}
"""Fields whose number hangs on when one looks."""
TOLD = {"text", "tickets", "board"}
"""Fields that say an instant in words, or days in an address."""


@dataclass(frozen=True, slots=True)
class Example:
    """A request as it is documented, and its answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int
    answer: Any


def examples(page: str) -> list[Example]:
    """Pair every `http` block with the `json` block after it, whose first line says the status."""
    found = []
    asked: tuple[str, str] | None = None
    for match in FENCE.finditer(page):
        language, note, text = match.groups()
        if language == "http":
            assert asked is None, f"{asked} has no answer"
            asked = (note, text)
        elif language == "json" and note.isdecimal():
            assert asked is not None, f"nobody asked for {text[:60]}"
            found.append(_example(asked[1], int(note), text))
            asked = None
    assert asked is None, f"{asked} has no answer"
    return found


def _example(asked: str, status: int, answer: str) -> Example:
    head, _, body = asked.partition("\n\n")
    first, *lines = head.splitlines()
    method, path = first.split(" ", 1)
    headers = dict(line.split(": ", 1) for line in lines)
    return Example(method, path, headers, body.strip(), status, json.loads(answer))


def _said(answer: Any) -> Any:
    """Return an answer's JSON, or the text of a file."""
    is_json = answer.headers.get_content_type() == "application/json"
    return json.load(answer) if is_json else answer.read().decode()


@dataclass
class Teller:
    """Sends documented requests, in today's time and with today's ids, and compares the answers."""

    url: str
    key: str
    report_key: str
    written_at: datetime
    now: datetime
    today: dict[str, str] = field(default_factory=dict)

    def send(self, example: Example) -> tuple[int, Any]:
        request = urllib.request.Request(  # noqa: S310  # the test's own server
            self.url + self._of_today(example.path),
            self._of_today(example.body).encode() or None,
            {"Authorization": f"Bearer {self._key_of(example)}", **example.headers},
            method=example.method,
        )
        if example.body and "Content-Type" not in example.headers:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  # as above
                return answer.status, _said(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    def _key_of(self, example: Example) -> str:
        return self.report_key if example.path.startswith("/api/v1/reports/") else self.key

    def _of_today(self, text: str) -> str:
        """Write today's references and ids for the documented ones, and move instants along."""
        text = INSTANT.sub(self._moved, text)
        return re.sub(
            r"T-[0-9A-Z]{7}|(?:(?<=flags/)|(?<=mail/)|(?<=blocks/)|(?<=attachments/))\d+|(?<=s\": \[\")\d+",
            lambda said: self.today.get(said[0], said[0]),
            text,
        )

    def _moved(self, said: re.Match[str]) -> str:
        at = datetime.fromisoformat(said[0]) - self.written_at + self.now
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def differences(self, written: Any, real: Any, at: str = "") -> Iterator[str]:
        """Yield where the real answer is not what is written."""
        match written, real:
            case dict(), dict():
                yield from self._of_objects(written, real, at)
            case list(), list():
                yield from self._of_lists(written, real, at)
            case str(), str() if self._alike(written, real, at):
                return
            case ((int() | float()), (int() | float())) if at.rpartition("/")[2] in PASSING:
                return
            case _ if written != real:
                yield f"{at}: {written!r} is written, {real!r} is true"

    def _of_objects(self, written: dict[str, Any], real: dict[str, Any], at: str) -> Iterator[str]:
        shown = written.keys() - {"…"}
        if gone := shown - real.keys():
            yield f"{at}: {sorted(gone)} are not there"
        if "…" not in written and (more := real.keys() - shown):
            yield f"{at}: {sorted(more)} are not written"
        for name in sorted(shown & real.keys()):
            yield from self.differences(written[name], real[name], f"{at}/{name}")

    def _of_lists(self, written: list[Any], real: list[Any], at: str) -> Iterator[str]:
        shown = [one for one in written if one != "…"]
        if len(shown) > len(real) or (len(shown) < len(real) and len(shown) == len(written)):
            yield f"{at}: {len(shown)} are written, {len(real)} are there"
        for place, pair in enumerate(zip(shown, real, strict=False)):
            yield from self.differences(*pair, f"{at}/{place}")

    def _alike(self, written: str, real: str, at: str) -> bool:
        name = at.rpartition("/")[2]
        if name in TOLD:
            return True
        for kind in (INSTANT, DAY, REFERENCE) + ((NUMBER,) if name == "id" else ()):
            if kind.fullmatch(written) and kind.fullmatch(real):
                self.today[written] = real
                return True
        cursors = CURSOR.fullmatch(written) and CURSOR.fullmatch(real)
        return written == real or (name == "next_cursor" and bool(cursors))


def written_at(found: list[Example]) -> datetime:
    """Return when the examples were written: just after the first ticket came in."""
    first = next(one.answer["received_at"] for one in found if "received_at" in one.answer)
    return datetime.fromisoformat(first) + timedelta(milliseconds=1)
