"""Who is who in the embedded PostgreSQL: one role keeps the cluster, the other owns our database and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import LiteralString

import psycopg

from config import addresses

KEEPER = "keeper"
"""The superuser; Attend never connects as it once its database is there."""

MAKE_KEEPER = "CREATE ROLE keeper SUPERUSER LOGIN"
STEP_DOWN: tuple[LiteralString, ...] = (
    "ALTER ROLE attend RENAME TO attend_before",
    "ALTER ROLE attend_before NOLOGIN",
    "CREATE ROLE attend LOGIN",
    "ALTER DATABASE attend OWNER TO attend",
)
HAND_OVER: LiteralString = """
DO $$
DECLARE thing record;
BEGIN
    FOR thing IN
        SELECT format('ALTER TABLE %s OWNER TO attend', oid::regclass) AS statement
          FROM pg_class
         WHERE relowner = 'attend_before'::regrole AND relkind IN ('r', 'p', 'v', 'm')
           AND relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT format('ALTER SEQUENCE %s OWNER TO attend', oid::regclass)
          FROM pg_class loose
         WHERE relowner = 'attend_before'::regrole AND relkind = 'S' AND relnamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = loose.oid AND deptype IN ('a', 'i'))
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO attend', oid::regprocedure)
          FROM pg_proc
         WHERE proowner = 'attend_before'::regrole AND pronamespace = 'public'::regnamespace
    LOOP
        EXECUTE thing.statement;
    END LOOP;
END $$
"""
DATABASE: LiteralString = "SELECT FROM pg_database WHERE datname = %s"
SCHEMA: LiteralString = "ALTER SCHEMA public OWNER TO pg_database_owner"


def ensure(sockets: Path, *, may_make_databases: bool) -> None:
    """Make our role and our database where they are missing; take from an old cluster's role what it needs not.

    Raises `psycopg.OperationalError` while the server does not take queries yet.
    """
    if _has_no_keeper(sockets):
        _let_the_old_one_step_down(sockets)
    with _connected(sockets, KEEPER, "postgres") as server:
        if not _there(server, "SELECT FROM pg_roles WHERE rolname = %s"):
            server.execute("CREATE ROLE attend LOGIN")
        if may_make_databases:
            server.execute("ALTER ROLE attend CREATEDB")
        if not _there(server, DATABASE):
            server.execute("CREATE DATABASE attend OWNER attend")


def _has_no_keeper(sockets: Path) -> bool:
    """Whether this is a cluster whose superuser we were ourselves; half a change is taken up where it was left."""
    try:
        with _connected(sockets, addresses.DATABASE, "postgres") as server:
            found = server.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
            return bool(found and found[0])
    except psycopg.OperationalError as error:
        if "does not exist" in str(error):  # a new cluster, or one in the middle of the change
            return False
        raise


def _let_the_old_one_step_down(sockets: Path) -> None:
    with _connected(sockets, addresses.DATABASE, "postgres") as server:
        if not server.execute("SELECT FROM pg_roles WHERE rolname = 'keeper'").fetchone():
            server.execute(MAKE_KEEPER)
        if not _there(server, DATABASE):
            server.execute("CREATE DATABASE attend")
    with _connected(sockets, KEEPER, addresses.DATABASE) as server, server.transaction():
        for statement in (*STEP_DOWN, HAND_OVER, SCHEMA):
            server.execute(statement)


def _there(server: psycopg.Connection[tuple[object, ...]], question: LiteralString) -> bool:
    return server.execute(question, [addresses.DATABASE]).fetchone() is not None


def _connected(sockets: Path, user: str, database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(f"host='{sockets}' user={user} dbname={database}", autocommit=True)
