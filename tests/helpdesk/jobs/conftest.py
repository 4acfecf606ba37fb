"""Kinds of jobs that only tests ask for, and a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.helpdesk.jobs import kinds
from tests.monitor.watched import elsewhere

__all__ = ["elsewhere"]


@pytest.fixture(autouse=True)
def counting(settings: Settings) -> Iterator[None]:
    settings.JOB_KINDS = kinds.KINDS
    yield
    kinds.mishaps.clear()
