"""Database and files as one archive: written while everything runs, and put back whole.

It is a plain tar: first `database`, in PostgreSQL's custom format, then the files on messages by their paths.
"""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, transaction
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from config.backup import kept_files, postgres_programs
from helpdesk.outbox.copied_database import LEAP

NOT_KNOWN_BEFORE_17 = b"SET transaction_timeout = 0;"
REMEMBER = "CREATE TEMPORARY TABLE numbers_before AS SELECT sequencename, last_value FROM pg_sequences"
LEAP_BEYOND_WHAT_WAS = """
    SELECT setval(
               (quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass,
               greatest(here.last_value, before.last_value + 100000))
      FROM pg_sequences here JOIN pg_temp.numbers_before before USING (sequencename)
     WHERE schemaname = 'public' AND before.last_value IS NOT NULL AND data_type = 'bigint'::regtype
"""
"""Where more was given than anybody could foresee, the sequences of the database that goes know it."""
DATABASE = "database"
DUMP_BEGINS = b"PGDMP"
HEAD = 4096
"""Bytes at the beginning of a script within which the settings stand."""


class ProgramFailed(Exception):
    """One of PostgreSQL's programs would not do it; the message says what it said."""


class NoBackup(Exception):
    """A file that is none of ours, or broken off; the message says so."""


def backup(file: Path) -> None:
    """Write database and files into one file, which appears only when it is complete.

    The files are those that the rows in it name. Raises NoPrograms and ProgramFailed.
    """
    place = postgres_programs.fit_for(_server_version())
    with (
        _all_or_nothing(file) as unfinished,
        tarfile.open(unfinished, "w") as archive,
        kept_files.none_swept(),
        _one_moment() as moment,
    ):
        _dump(place, moment, archive, beside=file)
        kept_files.pack(kept_files.named_in_database(), archive)


def _dump(place: Path, moment: str, archive: tarfile.TarFile, *, beside: Path) -> None:
    """Add the database as it was at that moment; until its size is known it lies beside the archive."""
    with TemporaryDirectory(dir=beside.parent) as scratch:
        dump = Path(scratch) / DATABASE
        custom = ("--format=custom", "--no-owner", f"--snapshot={moment}")
        _run(place / "pg_dump", *custom, f"--file={dump}", f"--dbname={_address()}")
        archive.add(dump, DATABASE)


@contextmanager
def _one_moment() -> Iterator[str]:
    """Yield by which name others see the database as it is seen within, whatever is written meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _server_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        [version] = cursor.fetchone()
    return int(version)


@contextmanager
def _all_or_nothing(file: Path) -> Iterator[Path]:
    """Yield where to write what becomes this file once it is complete; closed to others from the start."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.touch(mode=0o600)
    try:
        yield unfinished
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(file: Path) -> None:
    """Put the backup in the place of everything that is in the database, wholly or not at all, with its files.

    A mere dump, as backups were before there were files, leaves those that are there. Raises NoPrograms,
    ProgramFailed, and NoBackup.
    """
    with file.open("rb") as start:
        if start.read(len(DUMP_BEGINS)) == DUMP_BEGINS:
            _restore_database(file)
            return
    with _opened(file) as archive, TemporaryDirectory() as scratch:
        archive.extract(DATABASE, scratch, filter="data")
        _restore_with_files(Path(scratch) / DATABASE, archive)


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, "r:") as archive:
            archive.getmember(DATABASE)
            yield archive
    except (tarfile.TarError, KeyError) as fault:
        raise NoBackup(f"{file} is no backup, or not all of one: {fault}") from fault


def _restore_with_files(dump: Path, archive: tarfile.TarFile) -> None:
    """Put the files beside those that are there, then the database, then let go of those that only the old one had."""
    before = kept_files.named_in_database()
    put = kept_files.unpack(archive)
    try:
        _restore_database(dump)
    except BaseException:
        kept_files.remove(set(put) - set(before))
        raise
    kept_files.remove(set(before) - set(kept_files.named_in_database()))


def _restore_database(dump: Path) -> None:
    """Replace the database in one transaction.

    Numbers go on beyond those that were given before, of the backup or since, so that none is given twice.
    """
    connection.close()
    place = postgres_programs.newest()
    with TemporaryDirectory() as scratch:
        script = Path(scratch) / "restore.sql"
        _run(place / "pg_restore", "--no-owner", f"--file={script}", str(dump))
        _let_older_servers_read(script)
        at_once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        before = [
            f"--command={each}" for each in (REMEMBER, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        ]
        after = [f"--command={each}" for each in ("SET search_path = public", LEAP, LEAP_BEYOND_WHAT_WAS)]
        _run(place / "psql", *at_once, f"--dbname={_address()}", *before, f"--file={script}", *after)


def _let_older_servers_read(script: Path) -> None:
    """Make a remark of the one line that newer tools write and servers before 17 refuse."""
    with script.open("r+b") as sql:
        place = sql.read(HEAD).find(NOT_KNOWN_BEFORE_17)
        if place >= 0:
            sql.seek(place)
            sql.write(b"--")


def _address() -> str:
    """Return where the database is, for libpq, without the password: it would stand in the list of processes."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} - {"password"}
    parameters = connection.get_connection_params().items()
    return make_conninfo(**{name: value for name, value in parameters if name in known})


def _environment() -> dict[str, str]:
    password = connection.get_connection_params().get("password")
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _run(program: Path, *arguments: str) -> None:
    done = subprocess.run(
        [program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment()
    )
    if done.returncode:
        raise ProgramFailed(f"{program.name}: {done.stderr.decode(errors='replace').strip()}")
