"""The shipped promises, and the client of the helpdesk's API tests."""

from __future__ import annotations

import pytest

from monitor.promises.defaults import ensure_defaults
from tests.helpdesk.api.conftest import caller, callers
from tests.make import Make, make

__all__ = ["caller", "callers", "make"]


@pytest.fixture(autouse=True)
def promises(make: Make) -> None:
    ensure_defaults()
