"""Backup, restore, and starting over."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from config import addresses
from config.runner import binaries, joining
from config.runner.claim import claim

EMPTIED = ("postgres", "postgres.new", "run", "log", "mail", "static", "secret.key")
"""What ./dev reset removes from the directory of everything that is written."""

NOT_KNOWN_BEFORE_17 = b"SET transaction_timeout = 0;"
HEAD = 4096
"""Bytes at the beginning of a script within which the settings stand."""


class NotDone(Exception):
    """Nothing was changed; the message says why."""


def backup(file: Path) -> None:
    """Write the whole database into a file of PostgreSQL's custom format, which appears only when it is complete."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    with joining.servers():
        unfinished.touch(mode=0o600)
        _tool("pg_dump", "--format=custom", "--no-owner", f"--file={unfinished}", f"--dbname={_database()}")
    unfinished.rename(file)


def restore(file: Path) -> None:
    """Put the backup in the place of everything that is in the database, wholly or not at all."""
    if not file.is_file():
        raise NotDone(f"There is no file {file}.")
    with TemporaryDirectory() as scratch:
        script = Path(scratch) / "restore.sql"
        _tool("pg_restore", "--no-owner", f"--file={script}", str(file))
        _let_older_servers_read(script)
        with joining.servers():
            emptied = ("--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public")
            at_once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
            _tool("psql", *at_once, f"--dbname={_database()}", *emptied, f"--file={script}")


def _let_older_servers_read(script: Path) -> None:
    """Make a remark of the one line that newer tools write and servers before 17 refuse."""
    with script.open("r+b") as sql:
        place = sql.read(HEAD).find(NOT_KNOWN_BEFORE_17)
        if place >= 0:
            sql.seek(place)
            sql.write(b"--")


def reset() -> None:
    """Remove everything that the embedded servers and their processes have written."""
    var = addresses.var()
    with claim(var).ours:
        for name in EMPTIED:
            path = var / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        shutil.rmtree(addresses.sockets(var), ignore_errors=True)


def confirmed(question: str, arguments: list[str]) -> bool:
    """Ask on the terminal, unless `--yes` is among the arguments; anything but yes is no."""
    if "--yes" in arguments:
        return True
    if not sys.stdin.isatty():
        raise NotDone("This asks first: run it in a terminal, or with --yes.")
    return input(f"{question} Type yes to go on: ").strip().lower() == "yes"


def _database() -> str:
    """Return the database's address without its password, which would stand in the list of processes."""
    address = urlsplit(os.environ["DATABASE_URL"])
    if address.password is None:
        return address.geturl()
    account, _, place = address.netloc.rpartition("@")
    return address._replace(netloc=f"{account.partition(':')[0]}@{place}").geturl()


def _password() -> dict[str, str]:
    password = urlsplit(os.environ.get("DATABASE_URL", "")).password
    return {} if password is None else {"PGPASSWORD": unquote(password)}


def _tool(name: str, *arguments: str) -> None:
    done = subprocess.run(
        [binaries.postgres() / name, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **_password()},
    )
    if done.returncode:
        raise NotDone(f"{name}: {done.stderr.decode(errors='replace').strip()}")
