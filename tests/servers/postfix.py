"""Postfix as Debian has it, in a folder of its own on loopback; it wants root, and gives it up where it can."""

from __future__ import annotations

import shutil
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.config.running import end, eventually
from tests.helpdesk.outbox.receiver import closed_port
from tests.servers.dovecot import HERE, Dovecot
from tests.servers.open_folder import open_folder

DOMAINS = ("shop.example", "home.example")
QUEUES = (
    "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "private",
    "public", "saved", "trace",
)  # fmt: skip
MASTER = "/usr/lib/postfix/sbin/master"

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = {here}
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = mx.shop.example
mydestination =
alias_maps =
local_recipient_maps =
recipient_delimiter = +
virtual_mailbox_domains = {domains}
virtual_transport = lmtp:unix:{lmtp}
default_transport = error:nothing leaves this machine
biff = no
smtputf8_enable = no
smtpd_peername_lookup = no
minimal_backoff_time = 1s
queue_run_delay = 1s
smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth}
smtpd_tls_security_level = may
smtpd_tls_chain_files = {folder}/etc/own.pem
smtpd_recipient_restrictions = check_policy_service inet:{here}:{policy}
smtpd_end_of_data_restrictions = check_policy_service inet:{here}:{policy}
"""
SERVICES = """
{here}:{mx}         inet  n  -  n  -  -  smtpd
{here}:{submission} inet  n  -  n  -  -  smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
{here}:{misnamed}   inet  n  -  n  -  -  smtpd
  -o smtpd_tls_chain_files={folder}/etc/other.pem
cleanup   unix  n  -  n  -      0  cleanup
qmgr      unix  n  -  n  300    1  qmgr
tlsmgr    unix  -  -  n  1000?  1  tlsmgr
rewrite   unix  -  -  n  -      -  trivial-rewrite
bounce    unix  -  -  n  -      0  bounce
defer     unix  -  -  n  -      0  bounce
trace     unix  -  -  n  -      0  bounce
flush     unix  n  -  n  1000?  0  flush
proxymap  unix  -  -  n  -      -  proxymap
smtp      unix  -  -  n  -      -  smtp
lmtp      unix  -  -  n  -      -  lmtp
error     unix  -  -  n  -      -  error
retry     unix  -  -  n  -      -  error
anvil     unix  -  -  n  -      1  anvil
scache    unix  -  -  n  -      1  scache
showq     unix  n  -  n  -      -  showq
postlog   unix-dgram n -  n  -  1  postlogd
"""


@dataclass
class Postfix:
    """Where it is: `mx` takes mail from everybody for its domains, `submission` from whoever logs in.

    `misnamed` does as `mx` does, under a certificate for another name.
    """

    folder: Path
    mx: int = field(default_factory=closed_port)
    submission: int = field(default_factory=closed_port)
    misnamed: int = field(default_factory=closed_port)

    def start(self) -> None:
        """Begin to take mail; what was taken before goes on."""
        command = [MASTER, "-d", "-c", str(self.folder / "etc")]
        self._process = subprocess.Popen(command, start_new_session=True)
        eventually(lambda: _answers(self.mx) and _answers(self.submission))

    def stop(self) -> None:
        """Take no more mail; what was taken lies in the queue."""
        end(self._process)
        eventually(lambda: not _answers(self.mx))

    def has_delivered(self) -> bool:
        """Whether nothing waits in its queues any more; what was put off goes back to be tried while one looks."""
        queue = self.folder / "queue"
        return not any(
            path.is_file()
            for name in ("deferred", "maildrop", "incoming", "active", "deferred")
            for path in (queue / name).rglob("*")
        )

    def log(self) -> str:
        return (self.folder / "log").read_text()


@contextmanager
def running_postfix(
    dovecot: Dovecot, *, certificate: Path, other_name: Path, policy: int
) -> Iterator[Postfix]:
    """Run one that delivers to Dovecot until the end; `policy` is the port where it asks whom it may take mail for."""
    with open_folder("postfix") as folder:
        postfix = Postfix(folder)
        _make_folders(folder)
        (folder / "etc" / "own.pem").write_bytes(certificate.read_bytes())
        (folder / "etc" / "other.pem").write_bytes(other_name.read_bytes())
        _set_up(postfix, dovecot, policy=policy)
        postfix.start()
        try:
            yield postfix
        finally:
            postfix.stop()


def _make_folders(folder: Path) -> None:
    for name in ("etc", "queue", "data", "queue/pid"):
        (folder / name).mkdir()
        (folder / name).chmod(0o755)  # whatever our umask is
    for name in ("data", *(f"queue/{queue}" for queue in QUEUES)):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
        shutil.chown(folder / name, "postfix", "postfix")
    for name in ("queue/public", "queue/maildrop"):
        (folder / name).chmod(0o730)
        shutil.chown(folder / name, group="postdrop")


def _set_up(postfix: Postfix, dovecot: Dovecot, *, policy: int) -> None:
    folder, etc = postfix.folder, postfix.folder / "etc"
    main = {"domains": ", ".join(DOMAINS), "policy": policy, "lmtp": dovecot.lmtp, "auth": dovecot.auth}
    (etc / "main.cf").write_text(MAIN.format(folder=folder, here=HERE, **main))
    ports = {"mx": postfix.mx, "submission": postfix.submission, "misnamed": postfix.misnamed}
    (etc / "master.cf").write_text(SERVICES.format(folder=folder, here=HERE, **ports))


def _answers(port: int) -> bool:
    with suppress(OSError), smtplib.SMTP(HERE, port, "test.example", 5):
        return True
    return False
