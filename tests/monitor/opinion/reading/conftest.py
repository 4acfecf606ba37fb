"""A Zendesk of our own, trusted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.monitor.opinion.reading.begun import trust
from tests.monitor.opinion.reading.stand_in import StandIn, standing_in


@pytest.fixture
def zendesk(settings: Settings) -> Iterator[StandIn]:
    with standing_in() as there:
        trust(settings, there)
        yield there
