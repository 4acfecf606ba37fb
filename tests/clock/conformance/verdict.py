"""What the judge of an entry says about it."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Verdict(NamedTuple):
    """One entry, judged. `detail` names the failure, the vendor's rule, or what is outside."""

    id: str
    verdict: Literal["agree", "convention", "outside", "fail"]
    detail: str
