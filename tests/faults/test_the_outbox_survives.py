"""Without a mail server for an hour, nothing is given up, and nobody is flooded when it is back: the drill in small."""

from __future__ import annotations

import pytest

from tests.faults.held_drill import hold

pytestmark = pytest.mark.long


def test_an_hour_without_mail_ends_in_one_mail_a_queue() -> None:
    told = hold("--fault", "hour")

    assert "180 promises broken, 1 outage; on return 3 mails to 3 queues, 0 given up, 0 lost" in told
