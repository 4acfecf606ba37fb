"""Whoever lets replies out is killed amid a conversation by mail: the drill in small."""

from __future__ import annotations

import pytest

from tests.faults.held_drill import hold

pytestmark = pytest.mark.long

FEW = ("--due", "8", "--within", "4", "--outage", "1")


def test_a_killed_sender_loses_no_mail_no_answer_and_no_flag() -> None:
    told = hold("--fault", "mail-leaving", *FEW)

    assert "8 tickets with 8 questions; 4 answers: 4 customers got them" in told
