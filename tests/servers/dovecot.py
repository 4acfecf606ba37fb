"""Dovecot as Debian has it, in a folder of its own on loopback: everybody's mailbox, by one password or by a token."""

from __future__ import annotations

import grp
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from imap_tools.mailbox import MailBoxUnencrypted

from tests.config.running import eventually
from tests.helpdesk.outbox.receiver import closed_port
from tests.servers.open_folder import open_folder

HERE, PASSWORD = "127.0.0.1", "correct-horse"
NOWHERE = f"http://{HERE}:9/"
OWNER = "nobody"
"""Whose the mail is, for the operating system."""

SETTINGS = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap lmtp
listen = {here}
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_verbose = yes
auth_failure_delay = 0
mail_location = maildir:~/mail
mail_uid = {owner}
first_valid_uid = 1
first_valid_gid = 1
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = static
  args = password={password}
  mechanisms = plain login
}}
passdb {{
  driver = oauth2
  args = {folder}/oauth2.conf
  mechanisms = xoauth2
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  unix_listener {folder}/lmtp {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
"""
OF_TOKENS = """
introspection_mode = post
introspection_url = {introspection}
username_attribute = email
active_attribute = active
active_value = true
"""


@dataclass(frozen=True)
class Dovecot:
    """Where it is: its port for IMAP, its sockets for delivery and for logins of others."""

    folder: Path
    port: int

    @property
    def lmtp(self) -> Path:
        return self.folder / "lmtp"

    @property
    def auth(self) -> Path:
        return self.folder / "auth"

    @contextmanager
    def mailbox(self, address: str) -> Iterator[MailBoxUnencrypted]:
        """Look into somebody's mailbox."""
        with MailBoxUnencrypted(HERE, self.port).login(address, PASSWORD) as line:
            yield line

    def mails(self, address: str) -> list[bytes]:
        """Return what lies in somebody's inbox, the oldest first."""
        with self.mailbox(address) as line:
            return [bytes(mail.obj) for mail in line.fetch(mark_seen=False)]


def version() -> str:
    """Return which Dovecot there is: 2.4 spells its settings otherwise."""
    told = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=True)
    return told.stdout.partition(" ")[0]


@contextmanager
def running_dovecot(*, introspection: str = NOWHERE) -> Iterator[Dovecot]:
    """Run one until the end. `introspection` is where it asks what a token is worth (RFC 7662)."""
    with open_folder("dovecot") as folder:
        dovecot = Dovecot(folder, closed_port())
        _set_up(dovecot, introspection)
        program = str(shutil.which("dovecot"))
        with subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")]) as process:
            try:
                eventually(lambda: _answers(dovecot.port) and dovecot.lmtp.exists())
                yield dovecot
            finally:
                process.send_signal(signal.SIGTERM)


def _set_up(dovecot: Dovecot, introspection: str) -> None:
    folder = dovecot.folder
    mail = folder / "mail"
    mail.mkdir()
    mail.chmod(0o755)
    shutil.chown(mail, OWNER)
    names = {"here": HERE, "owner": OWNER, "group": _group(), "password": PASSWORD, "port": dovecot.port}
    (folder / "dovecot.conf").write_text(SETTINGS.format(folder=folder, **names))
    (folder / "oauth2.conf").write_text(OF_TOKENS.format(introspection=introspection))


def _group() -> str:
    return grp.getgrgid(pwd.getpwnam(OWNER).pw_gid).gr_name


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HERE, port), timeout=1) as line:
        return line.recv(4) == b"* OK"
    return False
