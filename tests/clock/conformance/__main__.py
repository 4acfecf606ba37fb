"""`python -m tests.clock.conformance FILE…`: hold the clocks against vectors, ours and other projects'.

Of a folder, each `*.json` in it is read.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from tests.clock.conformance import business_time, lifecycle, mail_headers
from tests.clock.conformance.verdict import Verdict

JUDGES = (business_time, lifecycle, mail_headers)
OUR_OWN = sorted((Path(__file__).parents[1] / "vectors").glob("*.json"))


def judge(entry: dict[str, Any]) -> Verdict:
    """Let the judge that recognises the entry judge it; nobody, or an error, is a failure."""
    name = str(entry.get("id", "without an id"))
    for one in JUDGES:
        if one.recognises(entry):
            try:
                verdict: Verdict = one.judge(entry)
            except Exception as error:  # noqa: BLE001, whatever breaks a judge fails its case, and no other
                return Verdict(name, "fail", f"{type(error).__name__}: {error}")
            return verdict
    return Verdict(name, "fail", "not a format that is known here")


def verdicts(files: Iterable[Path]) -> Iterator[Verdict]:
    """Yield a verdict for every entry of the files, in order, and one for a file that has none."""
    for file in files:
        try:
            entries = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            yield Verdict(file.name, "fail", f"no vectors can be read: {error}")
        else:
            yield from map(judge, entries)


def vectors(path: Path) -> list[Path]:
    """Return the file of this name, or the files of this folder."""
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


def main(arguments: Sequence[str]) -> int:
    """Print what fails, is a convention, or agrees under an option, then the sum; return 1 where something fails."""
    asked = chain.from_iterable(vectors(Path(argument)) for argument in arguments)
    found = list(verdicts([*OUR_OWN, *asked]))
    for verdict in found:
        if verdict.verdict in ("convention", "fail") or verdict.detail.startswith("under"):
            print(f"{verdict.verdict:10} {verdict.id}: {verdict.detail}")
    counts = Counter(verdict.verdict for verdict in found)
    print(
        f"{counts['agree']} agree, {counts['convention']} convention, "
        f"{counts['outside']} outside, {counts['fail']} fail"
    )
    return 1 if counts["fail"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
