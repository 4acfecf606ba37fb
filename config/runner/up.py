"""./dev run: the servers, then everything that has to be so, then the web, then whoever watches; all kept alive."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from config import addresses, exposure
from config.runner import binaries, embedded, identity, programs
from config.runner.child import KeptAlive, Process
from config.runner.claim import DirectoryClaim, claim
from config.runner.console import Console
from config.runner.post_office import post_doors
from config.runner.post_office.post_doors import PostDoors
from config.runner.programs import Program
from config.runner.server import ServerFailed

READY_WITHIN = 60.0
"""Seconds that the web gets until its first answer."""

STOPS_WITHIN = 12.0
"""Seconds that the processes get to finish what they are doing."""


class CannotRun(Exception):
    """Something has to be changed before it can run; the message says what."""


class StopAsked(Exception):
    """Somebody wants us to stop while we are still starting."""


class Supervisor:
    """Starts everything in order, looks after it, and stops it in the opposite order."""

    def __init__(self, claimed: DirectoryClaim, console: Console) -> None:
        self.claimed = claimed  # released when it is forgotten
        self.console = console
        self.children = (claimed.children,)
        self.servers: list[KeptAlive] = []
        self.processes: list[KeptAlive] = []
        self.asked_to_stop = False
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(asked, self._stop)

    def _stop(self, *_: object) -> None:
        self.asked_to_stop = True

    def run(self) -> None:
        """Start, and look after everything until somebody asks us to stop."""
        refuse_taken_port()
        self.start_servers()
        demo = programs.demo(self.open_post_doors()) if exposure.demo_wanted() else []
        told = self.prepare()
        self.start(programs.web())
        self.await_answer()
        for program in (*programs.watchmen(), *demo):
            self.start(program)
        self.console.say(
            f"Attend is ready at {exposure.public_url()} after {self.console.seconds()}.\n{told}"
        )
        while not self.asked_to_stop:
            self.console.pump(0.2)
            self.look_after()

    def start_servers(self) -> None:
        for server in embedded.servers(addresses.var(), keep_open=self.children):
            kept = KeptAlive(server, self.console)
            self.servers.append(kept)
            kept.start()
            os.environ[server.variable] = server.url
            self._heed()

    def open_post_doors(self) -> PostDoors:
        """Hold the doors of the demo's mail server open, and tell everybody where they are."""
        self.post_doors = post_doors.opened()
        os.environ[post_doors.VARIABLE] = self.post_doors.ports
        return self.post_doors

    def prepare(self) -> str:
        """Run `manage.py prepare`, and return what it tells a newcomer; raise CannotRun with what it says."""
        done = subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            capture_output=True,
            text=True,
            start_new_session=True,
            pass_fds=self.children,
            preexec_fn=identity.dying_with_us(),  # the supervisor has one thread
        )
        self._heed()
        if done.returncode:
            raise CannotRun(done.stderr.strip())
        return done.stdout

    def start(self, program: Program) -> None:
        kept = KeptAlive(Process(program, self.children, self.console), self.console)
        self.processes.append(kept)
        kept.start()

    def await_answer(self) -> None:
        """Return once the web has answered that it serves; raise CannotRun if it does not."""
        deadline = time.monotonic() + READY_WITHIN
        while not answers(f"{exposure.local_address()}/healthz"):
            self.console.pump(0.05)
            self._heed()
            if self.processes[0].thing.ended or time.monotonic() > deadline:
                raise CannotRun("The web server did not come up; the lines above say why.")

    def look_after(self) -> None:
        for kept in (*self.servers, *self.processes):
            kept.look_after()

    def stop(self) -> None:
        """Stop the processes, which may finish what they do, and then the servers."""
        self.stop_processes()
        for kept in reversed(self.servers):
            if not isinstance(kept.thing, Process):
                kept.thing.stop()
        if self.servers or self.processes:
            self.console.say("Everything has stopped.")

    def stop_processes(self) -> None:
        processes = [kept.thing for kept in self.processes if isinstance(kept.thing, Process)]
        for process in reversed(processes):
            process.ask_to_stop()
        deadline = time.monotonic() + STOPS_WITHIN
        while time.monotonic() < deadline and not all(process.ended for process in processes):
            self.console.pump(0.05)
        for process in processes:
            process.kill()

    def _heed(self) -> None:
        if self.asked_to_stop:
            raise StopAsked


def refuse_taken_port() -> None:
    """Raise CannotRun while somebody else listens where we want to."""
    host, port = exposure.host().strip("[]"), exposure.port()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise CannotRun(
                f"Port {port} on {host}: {error.strerror}. Choose another: PORT=8001 ./dev run"
            ) from None


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own address
            return answer.status == 200  # type: ignore[no-any-return]  # urllib is untyped here
    except OSError:
        return False


def main() -> int:
    """Run until somebody asks to stop, and return how the command is to end; raise Taken."""
    console = Console()
    supervisor = Supervisor(claim(addresses.var()), console)
    try:
        supervisor.run()
    except (CannotRun, ServerFailed, binaries.NoBinaries) as reason:
        console.say(str(reason))
        return 1
    except StopAsked:
        pass
    finally:
        supervisor.stop()
    return 0
