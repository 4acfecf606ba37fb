"""What comes from outside: each variable is listed, and nonsense is refused."""

from __future__ import annotations

import os
import re
import runpy
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

from config import addresses, backends, exposure
from config.addresses import ROOT
from config.secret import key_ring, secret_key
from config.variables import VARIABLES
from tests.config.running import environment

READ = re.compile(r"""(?:env\.\w+\(|environ\.get\(|environ\[|getenv\()\s*f?["']([A-Z][A-Z_]+)["']""")
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER", "ATTEND_CALLED_FROM"}


def sources() -> list[Path]:
    ours = [
        path for room in ("config", "helpdesk", "monitor") for path in (addresses.ROOT / room).rglob("*.py")
    ]
    return [
        *ours,
        addresses.ROOT / "dev",
        addresses.ROOT / "manage.py",
        addresses.ROOT / "tests" / "conftest.py",
    ]


def test_every_variable_that_is_read_is_listed() -> None:
    read = {name for path in sources() for name in READ.findall(path.read_text())} - NOT_OURS

    assert read - set(VARIABLES) == set()


def test_every_variable_that_is_listed_is_read() -> None:
    text = "\n".join(path.read_text() for path in sources() if path.name != "variables.py")

    assert [name for name in VARIABLES if f'"{name}"' not in text] == []


def test_a_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    kept = tmp_path / "var" / "secret.key"
    made = secret_key("", keep_in=kept)

    assert secret_key("", keep_in=kept) == made
    assert len(made) >= 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secret.key"]


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="at least 32"):
        secret_key("changeme", keep_in=tmp_path / "secret.key")


def test_the_key_that_is_always_there_stays_on_the_ring() -> None:
    assert key_ring([], last="z" * 50) == ["z" * 50]
    assert key_ring(["b" * 32, "a" * 32], last="z" * 50) == ["b" * 32, "a" * 32, "z" * 50]


def test_a_short_key_is_refused_on_the_ring_too() -> None:
    with pytest.raises(ImproperlyConfigured, match="ATTEND_SECRET_KEYS"):
        key_ring(["b" * 32, "changeme"], last="z" * 50)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("console:", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
        ("file:", {"EMAIL_FILE_PATH": Path("/mail")}),
        ("file:/elsewhere", {"EMAIL_FILE_PATH": "/elsewhere"}),
        ("smtp://mail.example", {"EMAIL_HOST": "mail.example", "EMAIL_PORT": 25, "EMAIL_USE_TLS": False}),
        (
            "smtp://a%40b:p%2Fw@mail.example:587?tls=1",
            {"EMAIL_HOST_USER": "a@b", "EMAIL_HOST_PASSWORD": "p/w"},
        ),
        ("smtp://mail.example:587?tls=1", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
        ("smtps://mail.example", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True}),
    ],
)
def test_mail_is_said_as_one_url(url: str, expected: dict[str, Any]) -> None:
    settings = backends.mail(url, files=Path("/mail"))

    assert expected.items() <= settings.items()


@pytest.mark.parametrize("url", ["", "mail.example", "http://mail.example", "smtp://"])
def test_a_mail_url_that_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ATTEND_EMAIL_URL"):
        backends.mail(url, files=Path("/mail"))


@pytest.mark.parametrize(
    ("given", "loopback", "demo"),
    [
        ({}, True, True),
        ({"HOST": "::1"}, True, True),
        ({"HOST": "localhost"}, True, True),
        ({"HOST": "0.0.0.0"}, False, False),  # noqa: S104  # that is the point
        ({"HOST": "10.0.0.5"}, False, False),
        ({"HOST": "help.example.com"}, False, False),
        ({"ATTEND_DEMO": "0"}, True, False),
        ({"ATTEND_DEMO": "no"}, True, False),
        ({"ATTEND_URL": "https://help.example.com"}, False, False),
        ({"ATTEND_URL": "http://help.example.com"}, False, False),
        ({"ATTEND_URL": "http://[::1]:8000"}, True, True),
        ({"ATTEND_URL": "https://localhost"}, True, False),
    ],
)
def test_the_demo_runs_where_nobody_else_can_reach_it(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], loopback: bool, demo: bool
) -> None:
    for name in list(os.environ):
        if name in {"HOST", "PORT", "ATTEND_URL", "ATTEND_DEMO"}:
            monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert (exposure.on_loopback(), exposure.demo_wanted()) == (loopback, demo)


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://help.example.com/", "https://help.example.com"),
        ("http://10.0.0.7:8080", "http://10.0.0.7:8080"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_an_address_is_a_host(monkeypatch: pytest.MonkeyPatch, url: str, right: str) -> None:
    monkeypatch.setenv("ATTEND_URL", url)

    assert exposure.public_url() == right


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/helpdesk",
        "https://x.example/helpdesk/",
        "https://x.example?shop=1",
        "https://x.example/#start",
        "https://user:secret@x.example",
        "help.example.com",
        "ftp://help.example.com",
        "https://",
        "http://x.example:port",
        "http://[::1",
    ],
)
def test_what_is_more_or_less_than_a_host_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ATTEND_URL", url)
    with pytest.raises(exposure.UnusableAddress, match="ATTEND_URL="):
        exposure.public_url()


@pytest.mark.parametrize(
    "command", [["manage.py", "check"], ["-m", "config.web"], ["-m", "celery", "-A", "config", "beat"]]
)
def test_every_process_refuses_it_in_one_sentence(command: list[str], tmp_path: Path) -> None:
    given = environment(ATTEND_URL="https://x.example/helpdesk", ATTEND_VAR=tmp_path)
    done = subprocess.run(
        [sys.executable, *command], cwd=addresses.ROOT, env=given, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 1
    [sentence] = done.stderr.strip().splitlines()
    assert sentence.startswith("ATTEND_URL=https://x.example/helpdesk cannot be used")


def test_sockets_move_when_the_path_is_too_long_for_them() -> None:
    short, long = Path("/srv/attend"), Path("/srv") / ("attend" * 20)

    assert addresses.sockets(short) == short / "run"
    for var in (short, long):
        assert (
            len(os.fsencode(addresses.sockets(var) / addresses.POSTGRES_SOCKET))
            <= addresses.SOCKET_PATH_LIMIT
        )
    assert addresses.sockets(long) != addresses.sockets(long / "other")


def test_no_server_of_the_tests_reaches_a_process_that_is_to_bring_its_own() -> None:
    assert not {"DATABASE_URL", "REDIS_URL"} & set(environment())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ATTEND_HEARTBEAT_BATCH", "0"),
        ("ATTEND_WEB_THREADS", "0"),
        ("ATTEND_MAX_BODY", "-1"),
        ("ATTEND_RATE_WINDOW", "0"),
        ("ATTEND_RATE_QUOTA", "-5"),
        ("ATTEND_UNDO_SECONDS", "1e300"),
        ("ATTEND_UNDO_SECONDS", "nan"),
        ("ATTEND_KEEP_TRIALS", "1e9"),
        ("ATTEND_KEEP_JOBS", "1e9"),
        ("ATTEND_KEEP_DELIVERIES", "-1"),
        ("ATTEND_MAX_ACT_BACKDATE", "inf"),
        ("ATTEND_BODY_SECONDS", "-0.1"),
        ("ATTEND_LOG_LEVEL", "LOUD"),
        ("ATTEND_PING_URL", "file:///etc/passwd"),
        ("ATTEND_MICROSOFT_TENANT", "common/../../elsewhere"),
        ("ATTEND_CLAMD", "/run/clamav/clamd.ctl"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(EnvError, match=name):
        runpy.run_path(str(ROOT / "config" / "settings.py"))


@pytest.mark.parametrize(("name", "value"), [("ATTEND_RATE_QUOTA", "0"), ("ATTEND_UNDO_SECONDS", "86400")])
def test_what_can_be_meant_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    runpy.run_path(str(ROOT / "config" / "settings.py"))


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/tickets/T-QAAAQVX/messages/", 5_242_880 + 26_214_400),
        ("/tickets/T-QAAAQVX/answers/", 5_242_880 + 26_214_400),
        ("/tickets/T-QAAAQVX/inquiries/preview/", 5_242_880 + 26_214_400),
        ("/tickets/T-QAAAQVX/messages/17/answer/", 5_242_880 + 26_214_400),
        ("/tickets/new/", 5_242_880 + 26_214_400),
        ("/tickets/T-QAAAQVX/messages/newer/", 5_242_880),
        ("/tickets/T-QAAAQVX/", 5_242_880),
        ("/api/v1/mail", 40_000_000),
        ("/api/v1/mail/1", 5_242_880),
        ("/api/v1/tickets", 5_242_880),
    ],
)
def test_only_where_files_come_a_body_is_large_and_may_take_its_time(path: str, most: int) -> None:
    from config.asgi import bounds_of

    assert bounds_of(path) == (most, 120.0 if most > 5_242_880 else 10.0)


@pytest.mark.parametrize("half", ["ATTEND_GOOGLE_CLIENT_ID", "ATTEND_MICROSOFT_CLIENT_SECRET"])
def test_half_of_a_registration_is_refused(monkeypatch: pytest.MonkeyPatch, half: str) -> None:
    monkeypatch.setenv(half, "attend")

    with pytest.raises(ImproperlyConfigured, match="belong together"):
        runpy.run_path(str(ROOT / "config" / "settings.py"))
