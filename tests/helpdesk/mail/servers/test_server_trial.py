"""A mailbox is tried both ways against real servers; what is wrong is said in words, and nothing is changed."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509

from helpdesk.mail.servers import server_trial
from helpdesk.mail.servers.imap_server import imap_server_of, reading
from helpdesk.mail.servers.server_trial import WayTrial
from helpdesk.models import LineSecurity, Mailbox
from helpdesk.outbox import limits
from helpdesk.secrets import key_ring
from tests.helpdesk.mail.servers.certificates import Authority
from tests.helpdesk.mail.servers.running_imap import LOGIN, PASSWORD, put, running_imap
from tests.helpdesk.outbox.receiver import closed_port, silent
from tests.helpdesk.outbox.smtp_server import serving
from tests.make import NOW, Make

TLS, STARTTLS, NONE = LineSecurity.TLS, LineSecurity.STARTTLS, LineSecurity.NONE
HERE = "127.0.0.1"
THIS = sys.modules[__name__]
MAIL = b"From: jon@customer.example\r\nSubject: Lamp\r\n\r\nWhere is it?\r\n"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Return one that this machine believes."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.own))
    return authority


@pytest.fixture
def started() -> Iterator[ExitStack]:
    with ExitStack() as running:
        yield running


@pytest.fixture
def mailbox(make: Make) -> Mailbox:
    sealed = key_ring.seal(PASSWORD)
    return make.mailbox(
        imap_host=HERE, imap_login=LOGIN, imap_password=sealed, imap_security=NONE,
        smtp_host=HERE, smtp_login=LOGIN, smtp_password=sealed, smtp_security=NONE,
    )  # fmt: skip


def admit(server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword) -> AuthResult:
    known = (given.login, given.password) == (LOGIN.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


def smtp(
    running: ExitStack, *, over: LineSecurity, shown: ssl.SSLContext | None = None, logins: bool = True
) -> int:
    """Run aiosmtpd until the end, and return its port."""
    controller = Controller(
        Sink(),
        hostname=HERE,
        port=closed_port(),
        ssl_context=shown if over == TLS else None,
        tls_context=shown if over == STARTTLS else None,
        authenticator=admit if logins else None,
        auth_require_tls=not logins,
    )
    controller.start()
    running.callback(controller.stop)
    return int(controller.port)


def imap(running: ExitStack, *, over: LineSecurity, shown: ssl.SSLContext | None = None) -> int:
    context = {"tls": shown} if over == TLS else {"starttls": shown} if over == STARTTLS else {}
    return running.enter_context(running_imap(**context)).port


@pytest.mark.parametrize("over", LineSecurity)
def test_what_works_says_so_both_ways(
    mailbox: Mailbox, authority: Authority, started: ExitStack, over: LineSecurity
) -> None:
    shown = authority.server()
    mailbox.imap_security = mailbox.smtp_security = over
    mailbox.imap_port = imap(started, over=over, shown=shown)
    mailbox.smtp_port = smtp(started, over=over, shown=shown)

    assert server_trial.try_reading(mailbox, now=NOW) == WayTrial(mails={"INBOX": 0})
    assert server_trial.try_sending(mailbox, now=NOW) == WayTrial()


def test_folders_are_counted_and_nothing_is_marked(mailbox: Mailbox, started: ExitStack) -> None:
    mailbox.imap_port = imap(started, over=NONE)
    mailbox.folders, mailbox.sent_folder = ["INBOX", "Anfragen/Übersee"], "Sent"
    with reading(imap_server_of(mailbox, now=NOW), seconds=10) as line:
        put(line, "INBOX", MAIL, MAIL)
        put(line, "Anfragen/Übersee", MAIL)
        put(line, "Sent")
        before = [line.folder.status(folder) for folder in mailbox.folders]

    trial = server_trial.try_reading(mailbox, now=NOW)

    assert trial == WayTrial(mails={"INBOX": 2, "Anfragen/Übersee": 1, "Sent": 0})
    with reading(imap_server_of(mailbox, now=NOW), seconds=10) as line:
        assert [line.folder.status(folder) for folder in mailbox.folders] == before
        assert [status["UNSEEN"] for status in before] == [2, 1]


def test_a_folder_that_is_not_there_is_named_with_those_that_are(
    mailbox: Mailbox, started: ExitStack
) -> None:
    mailbox.imap_port = imap(started, over=NONE)
    mailbox.sent_folder = "Gesendet"
    with reading(imap_server_of(mailbox, now=NOW), seconds=10) as line:
        put(line, "Entwürfe")

    trial = server_trial.try_reading(mailbox, now=NOW)

    assert trial is not None
    assert trial.wrong.startswith("There is no folder “Gesendet”. There are: ")
    assert "INBOX" in trial.wrong
    assert "Entwürfe" in trial.wrong


def both(mailbox: Mailbox) -> list[str]:
    """Return what is wrong with each way."""
    tried = [server_trial.try_reading(mailbox, now=NOW), server_trial.try_sending(mailbox, now=NOW)]
    return [trial.wrong if trial else "not tried" for trial in tried]


def test_a_refused_password_is_said_with_the_login_and_without_itself(
    mailbox: Mailbox, started: ExitStack
) -> None:
    mailbox.imap_port, mailbox.smtp_port = imap(started, over=NONE), smtp(started, over=NONE)
    mailbox.imap_password = mailbox.smtp_password = key_ring.seal("hunter2")

    for wrong in both(mailbox):
        assert wrong.startswith(f"{HERE} refuses the login “{LOGIN}” with this password. It says: ")
        assert not wrong.endswith(": ")
        assert "hunter2" not in wrong


def test_where_no_login_is_asked_for_none_is_to_be_given(mailbox: Mailbox, started: ExitStack) -> None:
    mailbox.smtp_port = smtp(started, over=NONE, logins=False)
    assert "asks for no login" in both(mailbox)[1]

    mailbox.smtp_login = ""
    assert server_trial.try_sending(mailbox, now=NOW) == WayTrial()


def test_a_name_that_leads_nowhere(mailbox: Mailbox) -> None:
    mailbox.imap_host = mailbox.smtp_host = "mail.invalid"

    assert both(mailbox) == ["No server is called mail.invalid: the name leads nowhere."] * 2


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "two words", ".", "[::1"])
def test_a_name_that_is_none_leads_nowhere_too(mailbox: Mailbox, host: str) -> None:
    mailbox.imap_host = mailbox.smtp_host = host

    assert all("leads nowhere" in wrong for wrong in both(mailbox))


def test_a_port_at_which_nobody_answers(mailbox: Mailbox) -> None:
    mailbox.imap_port = mailbox.smtp_port = closed_port()

    assert all(wrong.startswith(f"Nobody answers at {HERE}, port ") for wrong in both(mailbox))


@pytest.mark.parametrize("over", LineSecurity)
def test_one_that_says_nothing_is_given_up_with_a_hint_where_one_helps(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, over: LineSecurity
) -> None:
    monkeypatch.setattr(limits, "DEADLINE", 0.5)
    mailbox.imap_security = mailbox.smtp_security = over
    with silent() as port:
        mailbox.imap_port = mailbox.smtp_port = port
        found = both(mailbox)

    assert all("and then says nothing of use" in wrong for wrong in found)
    assert [wrong.endswith("choose TLS.") for wrong in found] == [over != TLS] * 2


def test_a_server_without_tls_is_no_tls_server(mailbox: Mailbox, started: ExitStack) -> None:
    mailbox.imap_port, mailbox.smtp_port = imap(started, over=NONE), smtp(started, over=NONE)
    mailbox.imap_security = mailbox.smtp_security = TLS
    assert all("does not begin with TLS" in wrong for wrong in both(mailbox))

    mailbox.imap_security = mailbox.smtp_security = STARTTLS
    assert all("offers no STARTTLS" in wrong for wrong in both(mailbox))


@pytest.mark.parametrize("over", [TLS, STARTTLS])
@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        ({"host": x509.DNSName("mail.example")}, "is for another name"),
        ({"lasting": timedelta(days=1)}, "has expired"),
        ({}, "signed by itself"),
    ],
)
def test_a_certificate_that_nobody_should_believe(
    mailbox: Mailbox,
    authority: Authority,
    started: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
    over: LineSecurity,
    certificate: dict[str, Any],
    said: str,
) -> None:
    shown = authority.server(**certificate)
    if not certificate:
        monkeypatch.delenv("SSL_CERT_FILE")
    mailbox.imap_security = mailbox.smtp_security = over
    mailbox.imap_port = imap(started, over=over, shown=shown)
    mailbox.smtp_port = smtp(started, over=over, shown=shown)

    assert [said in wrong for wrong in both(mailbox)] == [True, True], both(mailbox)


def test_a_password_that_no_key_opens_is_entered_again(mailbox: Mailbox) -> None:
    mailbox.imap_password = mailbox.smtp_password = "gAAAA-of-another-ring"

    assert all("Enter it again" in wrong for wrong in both(mailbox))


def test_a_password_in_any_script_is_said_both_ways(mailbox: Mailbox, started: ExitStack) -> None:
    mailbox.imap_port, mailbox.smtp_port = imap(started, over=NONE), smtp(started, over=NONE)
    mailbox.imap_password = mailbox.smtp_password = key_ring.seal("சொல்")

    assert all(wrong.startswith(f"{HERE} refuses the login") for wrong in both(mailbox))


def test_a_server_lets_in_whoever_says_the_right_one_in_any_script(
    mailbox: Mailbox, started: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.smtp_port = smtp(started, over=NONE)
    mailbox.smtp_login, mailbox.smtp_password = "தமிழ்@shop.example", key_ring.seal("சொல்")
    monkeypatch.setattr(THIS, "LOGIN", mailbox.smtp_login)
    monkeypatch.setattr(THIS, "PASSWORD", "சொல்")

    assert server_trial.try_sending(mailbox, now=NOW) == WayTrial()


def test_where_only_ascii_is_understood_that_is_said(mailbox: Mailbox) -> None:
    mailbox.smtp_login = "தமிழ்@shop.example"
    with serving() as server:
        server.offers = ("here", "AUTH LOGIN")
        mailbox.smtp_port = server.port

        assert "unaccented Latin letters" in both(mailbox)[1]


def test_what_is_not_there_is_not_tried(mailbox: Mailbox) -> None:
    mailbox.imap_host = mailbox.smtp_host = ""

    assert both(mailbox) == ["not tried", "not tried"]
