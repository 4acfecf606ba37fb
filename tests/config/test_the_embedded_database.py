"""The embedded PostgreSQL: Attend owns its database there, and is nobody's superuser."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from config import addresses
from config.runner import identity
from config.runner.embedded import Postgres

WHO = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"


class OldPostgres(Postgres):
    """A cluster as it was made when Attend was its superuser."""

    def make_cluster(self) -> None:
        self.data.mkdir(mode=0o700)
        identity.own(self.data, self.identity)
        self.initdb("-D", self.data, "-U", addresses.DATABASE, "--auth=trust", *self.kind_of_cluster())

    def has_database(self) -> bool:
        try:
            with psycopg.connect(
                f"host='{self.sockets}' user=attend dbname=postgres", autocommit=True
            ) as server:
                server.execute("CREATE DATABASE attend")
        except psycopg.OperationalError:
            return False
        return True


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


def running(kind: type[Postgres], var: Path, *, durable: bool) -> Postgres:
    server = kind(var, durable=durable)
    server.start()
    return server


def ours(server: Postgres) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(f"host='{server.sockets}' user=attend dbname=attend", autocommit=True)


def test_attend_is_no_superuser(var: Path) -> None:
    server = running(Postgres, var, durable=True)
    try:
        with ours(server) as attend:
            assert attend.execute(WHO).fetchone() == (False, False, False)
            attend.execute("CREATE TABLE mine (id int)")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                attend.execute("COPY mine FROM PROGRAM 'id'")
    finally:
        server.stop()


def test_the_superuser_of_an_old_cluster_steps_down_and_keeps_what_it_has(var: Path) -> None:
    old = running(OldPostgres, var, durable=False)
    with ours(old) as attend:
        attend.execute("CREATE TABLE kept (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, told text)")
        attend.execute("CREATE SEQUENCE loose")
        attend.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        attend.execute("INSERT INTO kept (told) VALUES ('before')")
    old.stop()
    for _ in range(2):  # a second start finds nothing left to do
        server = running(Postgres, var, durable=False)
        try:
            with ours(server) as attend:
                assert attend.execute(WHO).fetchone() == (False, True, False)
                attend.execute("INSERT INTO kept (told) VALUES ('after')")
                attend.execute("ALTER TABLE kept ALTER told SET NOT NULL")
                attend.execute("CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
                attend.execute("ALTER SEQUENCE loose RESTART")
        finally:
            server.stop()


def test_its_log_has_no_values_of_a_statement_that_failed(var: Path) -> None:
    server = running(Postgres, var, durable=False)
    try:
        with ours(server) as attend, pytest.raises(psycopg.errors.InvalidTextRepresentation):
            attend.execute("SELECT 'x'::int, 'a secret of somebody'")
        assert "a secret of somebody" not in server.log.read_text()
    finally:
        server.stop()
