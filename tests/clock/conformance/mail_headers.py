"""Vectors about the headers of mails: they stand beside those of clocks, and no clock reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.clock.conformance.verdict import Verdict


def recognises(entry: Mapping[str, Any]) -> bool:
    """Whether the entry asks if a machine wrote a mail."""
    return "headers" in entry and "is_auto" in entry


def judge(entry: Mapping[str, Any]) -> Verdict:
    """Say who judges it."""
    return Verdict(
        entry["id"], "outside", "of mails: tests/helpdesk/mail/reading/test_automatic.py judges it"
    )
