"""A shop that is written to."""

from __future__ import annotations

import pytest

from helpdesk.models import Store
from tests.make import Make


@pytest.fixture
def shop(make: Make) -> Store:
    make.agent()
    return make.store()
