"""Throw-away PostgreSQL and Valkey for the tests, unless DATABASE_URL and REDIS_URL name others."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from config.runner import throwaway

UNTIL_THE_END = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Start the servers, then let Django read its settings. The workers of xdist inherit them."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["ATTEND_REDIS_PREFIX"] += f"{worker}:"
    else:
        UNTIL_THE_END.enter_context(throwaway.servers())
    return (yield)


def pytest_unconfigure() -> None:
    """Stop what was started, and leave nothing behind."""
    UNTIL_THE_END.close()
