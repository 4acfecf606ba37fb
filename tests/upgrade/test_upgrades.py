"""A database of an older version is migrated, recounted as was asked for, and is then what a replay says."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from helpdesk.database.instant import database_now
from helpdesk.models import Delivery, Job, Ticket, TicketEvent
from monitor.models import Clock, Flag
from monitor.relay import relay
from monitor.watch import sweep
from tests.faults.doomed import kill_held_up
from tests.monitor import recounted

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

DUMPS = sorted(Path(__file__).parent.glob("*.sql.gz"))
"""Plain SQL, of invented data in every state: open, answered, late, merged, ended, imported, waiting, set aside."""


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.name.partition(".")[0])
def older(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[str]:
    """A database of its own with what the dump holds; yield its name."""
    usual = connection.settings_dict["NAME"]
    own = f"{usual}_upgraded"
    _run(f"DROP DATABASE IF EXISTS {own}", f"CREATE DATABASE {own}")
    _turn_to(own)
    try:
        _run(gzip.decompress(request.param.read_bytes()).decode(), "SET search_path = public")
        connection.close()
        yield own
    finally:
        _turn_to(usual)
        _run(f"DROP DATABASE {own} WITH (FORCE)")


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _let_everything_be_done(now: datetime) -> None:
    """Take up what waits, and do what the migrations and versions have asked for."""
    relay.retry(TicketEvent.objects.set_aside())
    sweep.heartbeat(now=now, limit=1000)
    recounted.go_on_to_the_end(now=now)


def test_each_migration_is_a_transaction() -> None:
    """Of one that is not, half may be there when it is killed, and it can never be made again."""
    every = MigrationLoader(None).disk_migrations
    assert [at for at, each in every.items() if at[0] in {"helpdesk", "monitor"} and not each.atomic] == []


@pytest.mark.long
def test_nothing_is_lost_on_the_way_though_it_is_killed_there_and_it_is_what_a_replay_says(
    older: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each migration is a transaction: of the one under way nothing is there, and those before it are noted."""
    before = _applied()

    kill_held_up(["migrate"], by="LOCK TABLE monitor_policy IN SHARE ROW EXCLUSIVE MODE")
    reached = _applied()
    call_command("migrate", verbosity=0)

    assert before < reached < _applied()
    assert Ticket.objects.count() > 30
    assert TicketEvent.objects.filter(relayed_at=None).exists()
    assert Clock.objects.exists()
    assert Flag.objects.exists()
    assert Delivery.objects.waiting().exists()

    _let_everything_be_done(database_now())

    assert not Job.objects.unfinished().exists()
    call_command("recount", "--check", "--all")
    assert "0 differences" in capsys.readouterr().out


def _applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())
