"""An overseer's program, and figures of an empty desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction

from helpdesk.access import report_keys
from helpdesk.api.request import report_key_authentication
from helpdesk.api.request.key_authentication import KeyUses
from helpdesk.database.instant import database_now
from tests import figures
from tests.helpdesk.api.conftest import Caller, quota
from tests.make import Make

__all__ = ["quota"]

Readers = Callable[..., Caller]


@pytest.fixture(autouse=True)
def _no_figures_of_before() -> None:
    figures.begin()


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture
def readers(make: Make, monkeypatch: pytest.MonkeyPatch) -> Readers:
    """Programs with a report key of one of the cast."""
    monkeypatch.setattr(report_key_authentication, "uses", KeyUses())

    def reader(name: str = "overseer", *, environment: str = "live") -> Caller:
        with transaction.atomic():
            _key, raw = report_keys.issue(
                make.agent(name), environment=environment, name="A screen", now=database_now()
            )
        return Caller(raw)

    return reader


@pytest.fixture
def reader(readers: Readers) -> Caller:
    """The overseer's own."""
    return readers()
