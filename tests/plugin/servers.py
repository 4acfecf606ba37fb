"""Throw-away PostgreSQL and Valkey for the tests, unless DATABASE_URL and REDIS_URL name others."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack

import psycopg
import pytest

from config.runner import throwaway
from config.runner.cluster import roles
from config.runner.embedded import Postgres

UNTIL_THE_END = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Start the servers, then let Django read its settings. The workers of xdist inherit them."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["ATTEND_REDIS_PREFIX"] += f"{worker}:"
    else:
        started = UNTIL_THE_END.enter_context(throwaway.servers())
        if isinstance(postgres := started.get("postgres"), Postgres):
            _let_guards_be_passed(postgres)
    return (yield)


def _let_guards_be_passed(server: Postgres) -> None:
    """Allow our role what only a superuser may, on a server that is thrown away: emptying.py says what for."""
    keeper = f"host='{server.sockets}' user={roles.KEEPER} dbname=postgres"
    with psycopg.connect(keeper, autocommit=True) as line:
        line.execute("GRANT SET ON PARAMETER session_replication_role TO attend")


def pytest_unconfigure() -> None:
    """Stop what was started, and leave nothing behind."""
    UNTIL_THE_END.close()
