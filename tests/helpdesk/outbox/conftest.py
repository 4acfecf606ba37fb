"""A carrier for every test of the outbox that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpdesk.outbox.carrier import Carrier, at_work


@pytest.fixture
def carrier(db: None) -> Iterator[Carrier]:
    with at_work() as carrier:
        yield carrier
