"""docs/samples: who receives as they do takes what is ours, and nothing else. They stand in docs/api.md as they are."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpdesk.database.instant import database_now
from helpdesk.models import Delivery
from helpdesk.models.store import new_webhook_secret
from helpdesk.outbox import outbox, standard_webhook
from helpdesk.webhooks import fact_delivery
from tests.docs import pages
from tests.helpdesk.outbox.receiver import closed_port
from tests.make import Make

SAMPLES = pages.DOCS / "samples"
PROGRAMS = {"py": sys.executable, "php": shutil.which("php")}
SECRET = new_webhook_secret()
BODY = '{"type":"message.sent","data":{"text":"Schöne Grüße — ☃"}}'.encode()


@pytest.fixture(params=PROGRAMS)
def sample(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run a sample by itself; yield its address."""
    program, port = PROGRAMS[request.param], closed_port()
    if program is None:
        pytest.skip(f"there is no {request.param} on this machine")
    path = str(SAMPLES / f"webhook_receiver.{request.param}")
    command = [program, path] if request.param == "py" else [program, "-S", f"127.0.0.1:{port}", path]
    environment = {**os.environ, "WEBHOOK_SECRET": SECRET, "PORT": str(port)}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **quiet) as running:  # our own samples
        try:
            _wait_for(port, running)
            yield f"http://127.0.0.1:{port}/"
        finally:
            running.terminate()


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    while running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"it ended with {running.returncode}")


def post(address: str, headers: Mapping[str, str], body: bytes = BODY) -> int:
    asked = urllib.request.Request(address, body, dict(headers))  # noqa: S310  # the sample's own server
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310  # as above
            status: int = answer.status
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
    return status


def signed(*, at: timedelta = timedelta(), secret: str = SECRET, body: bytes = BODY) -> dict[str, str]:
    return standard_webhook.signed("msg_7", datetime.now(UTC) + at, body, secret=secret)  # noqa: TID251  # theirs is the real time


@pytest.mark.django_db
def test_a_delivery_of_ours_is_taken(sample: str, make: Make, settings: Any) -> None:
    settings.WEBHOOK_TRUSTED_NETWORKS = ["127.0.0.0/8"]
    make.webhook(sample, secret=SECRET)
    make.webhook(sample)
    make.ticket(body="Schöne Grüße — ☃", now=database_now())
    fact_delivery.make_out(now=database_now(), limit=10)
    outbox.send_due(clock=database_now, seconds=10)

    became = [(one.sent_at is not None, one.last_error) for one in Delivery.objects.order_by("pk")]
    assert became == [(True, ""), (True, ""), (False, "HTTP 401"), (False, "HTTP 401")]


def test_what_is_changed_stale_or_of_another_key_is_not(sample: str) -> None:
    ours = signed()
    mac = ours["webhook-signature"].removeprefix("v1,")

    assert post(sample, ours) == 204
    refused = {
        "another body": post(sample, ours, BODY + b" "),
        "another id": post(sample, ours | {"webhook-id": "msg_8"}),
        "another time": post(sample, ours | {"webhook-timestamp": str(int(ours["webhook-timestamp"]) + 1)}),
        "stale": post(sample, signed(at=timedelta(seconds=-330))),
        "of the future": post(sample, signed(at=timedelta(seconds=330))),
        "no time": post(sample, ours | {"webhook-timestamp": "now"}),
        "another key": post(sample, signed(secret=new_webhook_secret())),
        "another version": post(sample, ours | {"webhook-signature": f"v2,{mac}"}),
        "no signature": post(sample, ours | {"webhook-signature": ""}),
        "nothing": post(sample, {}),
    }
    assert refused == dict.fromkeys(refused, 401)


def test_one_signature_of_several_is_enough(sample: str) -> None:
    """While a key is changed, a sender may sign with the old one and the new one."""
    ours, others = signed(), signed(secret=new_webhook_secret())["webhook-signature"]
    of_ours = ours["webhook-signature"]

    assert post(sample, ours | {"webhook-signature": f"{others} {of_ours}"}) == 204
    assert post(sample, ours | {"webhook-signature": f"{of_ours} {others} v1a,{others}"}) == 204
    assert post(sample, ours | {"webhook-signature": f"{others} {others}"}) == 401


@pytest.mark.parametrize(("kind", "language"), [("py", "python"), ("php", "php")])
def test_what_is_documented_is_what_was_tried(kind: str, language: str) -> None:
    shown = pages.blocks(pages.section(pages.text("api.md"), "Verifying"), language)

    assert [block.text for block in shown] == [(SAMPLES / f"webhook_receiver.{kind}").read_text()]


@pytest.mark.parametrize(
    ("kind", "compares", "reads"),
    [
        ("py", "hmac.compare_digest(expected", 'environ["wsgi.input"]'),
        ("php", "hash_equals($expected", "php://input"),
    ],
)
def test_signatures_are_compared_in_constant_time_over_the_bytes_that_came(
    kind: str, compares: str, reads: str
) -> None:
    text = (SAMPLES / f"webhook_receiver.{kind}").read_text()

    assert compares in text
    assert reads in text
    assert "== expected" not in text
    assert "expected ==" not in text
    assert "== $expected" not in text
