"""The commands of ./dev: what each is for, and what it does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config import addresses
from config.backup.confirmation import NobodyToAsk, confirmed
from config.runner import binaries, checks, joining, reset, up
from config.runner.claim import DirectoryTaken
from config.runner.server import ServerFailed

Arguments = list[str]


def run(arguments: Arguments) -> int:
    return up.main()


def test(arguments: Arguments) -> int:
    """Run pytest, on every core unless told otherwise: some tests wait for others, while one more computes."""
    if "--pg" in arguments:
        arguments = on_other_postgres(arguments)
    alone = any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments)
    together = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal"]
    return instead_of_us("-m", "pytest", *([] if alone else together), *arguments)


def on_other_postgres(arguments: Arguments) -> Arguments:
    """Take `--pg debian` out of the arguments: the machine's own PostgreSQL, and the tests that use a database."""
    place = arguments.index("--pg")
    if arguments[place + 1 : place + 2] != ["debian"]:
        sys.exit("Say --pg debian: the newest PostgreSQL in /usr/lib/postgresql.")
    if not (found := binaries.debian()):
        sys.exit("There is no PostgreSQL in /usr/lib/postgresql: apt-get install postgresql")
    os.environ["ATTEND_PG_BINDIR"] = str(found[0])
    return ["-m", "database and not (browser or java or node)", *arguments[:place], *arguments[place + 2 :]]


def check(arguments: Arguments) -> int:
    return checks.run()


def bench(arguments: Arguments) -> int:
    return instead_of_us("-m", "tests.bench", *arguments)


def manage(arguments: Arguments) -> int:
    with joining.servers():
        return joining.run("manage.py", *arguments)


def start_over(arguments: Arguments) -> int:
    reset.refuse_foreign_server()
    question = f"This removes the database and all other data in {addresses.var()}."
    if confirmed(question, beforehand="--yes" in arguments):
        reset.reset()
    return 0


def lock(arguments: Arguments) -> int:
    """Resolve what pyproject.toml asks for, for every supported Python at once, to wheels with their hashes.

    All of it first; then what a server needs, and what `./dev run` needs, out of that, in the same versions.
    """
    _compile("--group", "dev", "pyproject.toml", "-o", "requirements.dev.lock", *arguments)
    out_of_all = ("-c", "requirements.dev.lock", "pyproject.toml", *arguments)
    _compile(*out_of_all, "-o", "requirements.lock")
    _compile(*out_of_all, "--group", "embedded", "-o", "requirements.run.lock")
    everything = Path("requirements.dev.lock").read_text().splitlines()
    [uv] = [line.split()[0] for line in everything if line.startswith("uv==")]
    _compile("-", "-o", "requirements.uv.lock", *arguments, given=uv)
    return 0


def _compile(*arguments: str, given: str = "") -> None:
    compiling = [
        str(Path(sys.executable).parent / "uv"), "pip", "compile", "--quiet", "--system-certs", "--universal",
        "--generate-hashes", "--python-version", "3.11", "--only-binary", ":all:",
        "--custom-compile-command", "./dev lock",
    ]  # fmt: skip
    subprocess.run([*compiling, *arguments], input=given, text=True, check=True)


def instead_of_us(*command: str) -> int:
    os.execv(sys.executable, [sys.executable, *command])  # no shell is wanted


@dataclass(frozen=True, slots=True)
class Command:
    """One of ./dev's commands."""

    does: Callable[[Arguments], int]
    spelled: str
    meaning: str


COMMANDS = (
    Command(
        run, "run", "start everything, and a demo shop; Ctrl-C stops it (PORT, ATTEND_VAR, ATTEND_DEMO=0)"
    ),
    Command(
        test,
        "test [pytest arguments]",
        "run the tests on throw-away servers; --pg debian: on Debian's PostgreSQL",
    ),
    Command(check, "check", "formatting, lint, types, import contracts, migrations, templates"),
    Command(bench, "bench [name] [--json]", "measure: ours, control, ratio"),
    Command(manage, "manage …", "one of Django's commands, on the servers of ./dev run or on its own"),
    Command(start_over, "reset", "remove all data of the embedded servers; asks first"),
    Command(lock, "lock", "resolve the dependencies anew; --upgrade: to their latest versions"),
)


def main(arguments: Arguments) -> int:
    chosen = [command for command in COMMANDS if command.spelled.split()[0] == "".join(arguments[:1])]
    if not chosen:
        print("Attend shows who is waiting, and whose promise is about to break.\n")
        print("\n".join(f"  ./dev {command.spelled:<25}{command.meaning}" for command in COMMANDS))
        return 2 if arguments else 0
    try:
        return chosen[0].does(arguments[1:])
    except (DirectoryTaken, ServerFailed, binaries.NoBinaries, NobodyToAsk, reset.NotOurServer) as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
