"""The demo's mail server as `./dev run` starts it: a process that is handed its doors."""

from __future__ import annotations

import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from imap_tools import MailBoxUnencrypted

from config.addresses import ROOT
from config.runner import programs
from config.runner.post_office import post_doors
from config.runner.post_office.post_doors import PostDoors
from helpdesk.demo.post.demo_addresses import HOST, PASSWORD
from tests.config.running import eventually


@dataclass
class RunningPost:
    """The process, and the doors that are held open for it."""

    doors: PostDoors
    process: subprocess.Popen[bytes] | None = None

    @property
    def ports(self) -> list[int]:
        return [int(port) for port in self.doors.ports.split(",")]

    def start(self) -> None:
        [post, _customers] = programs.demo(self.doors)
        self.process = subprocess.Popen(post.command, cwd=ROOT, pass_fds=post.keeps_open)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def send(self, raw: bytes, *, to: str, sender: str = "jon@customers.example") -> None:
        with smtplib.SMTP(HOST, self.ports[0], timeout=30) as line:
            line.sendmail(sender, [to], raw)

    def lies_in(self, login: str) -> list[bytes]:
        """Return the mails of a box as they lie there, the oldest first."""
        with MailBoxUnencrypted(HOST, self.ports[1], timeout=30).login(login, PASSWORD) as line:
            _, parts = line.client.fetch("1:*", "(BODY.PEEK[])")
            return [bytes(part[1]) for part in parts if isinstance(part, tuple)]

    def await_mail(self, login: str, *, count: int = 1) -> list[bytes]:
        return eventually(lambda: found if len(found := self.lies_in(login)) >= count else [])


@contextmanager
def running_post() -> Iterator[RunningPost]:
    post = RunningPost(post_doors.opened())
    post.start()
    try:
        yield post
    finally:
        post.kill()
        post.doors.smtp.close()
        post.doors.imap.close()
