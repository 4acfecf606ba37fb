"""Log lines: whoever writes them, they hold no key, no token, no query and nobody's address."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import structlog
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.log import log_response

from config.logs import logging_settings
from helpdesk.access.redaction import redacted
from tests.make import Make

Heard = Callable[[], str]

KEY = "att_live_0123456789ab_" + "f" * 64
REPORT_KEY = "atr_live_0123456789ab_" + "e" * 64
TOKEN = "Zx9_kq-31abcDEFghiJKLmnopQRStuvWXYz012345678"
SECRETS = [
    f"GET /api/v1/tickets?key={KEY}",
    f"/api/v1/tickets/{KEY}",
    f"Copied: {REPORT_KEY}",
    f"Authorization: Bearer {TOKEN}",
    f"{{'HTTP_AUTHORIZATION': 'Basic {TOKEN}'}}",
    f"Not Found: /invitations/{TOKEN}/",
    "Not Found: /invitations/short/",
    f"/password/reset/key/{TOKEN}/",
    f"/somewhere/new/{TOKEN}/",
    f"Cookie: sessionid={TOKEN}; theme=dark",
    f"sessionid={TOKEN}",
    "postgresql://attend:hunter2@db.example.com/attend",
    "smtp://robot:hunter2@mail.example.com",
    f"whsec_{TOKEN}",
    "{'password': 'hunter2', 'csrfmiddlewaretoken': 'hunter2'}",
    "https://hooks.example.com/a/b?signature=hunter2",
    "recipient jon.doe+shop@example.com refused",
    "DETAIL:  Key (store_id, email)=(7, jon.doe@example.com) already exists.",
    "DETAIL:  Key (store_id, lower(name::text))=(7, Jon Doe) already exists.",
    "jon.doe@example.com+jon.doe@example.org",
    "DETAIL:  Failing row contains (7, Jon Doe, hunter2).",
]
TELLTALE = (KEY, REPORT_KEY, TOKEN, "hunter2", "jon.doe", "Jon Doe", "short")


@pytest.fixture(params=[True, False], ids=["json", "console"])
def heard(request: pytest.FixtureRequest) -> Iterator[Heard]:
    """Listen to what the handler of every process writes, in both of its forms."""
    output = StringIO()
    formatter = logging.config.DictConfigurator(
        logging_settings(as_json=request.param, level="INFO")
    ).configure_formatter(logging_settings(as_json=request.param, level="INFO")["formatters"]["line"])
    handler = logging.StreamHandler(output)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.addHandler(handler)
    yield output.getvalue
    root.removeHandler(handler)


@pytest.mark.parametrize("text", SECRETS)
def test_nothing_that_lets_somebody_in_or_names_them_is_told(text: str) -> None:
    assert not any(secret in redacted(text) for secret in TELLTALE)
    assert redacted(redacted(text)) == redacted(text)


@pytest.mark.parametrize("word", ["x", "/", "://", "a.", "?/", "x://", "Key (", "token", "-x"])
def test_a_word_is_read_once_however_long_it_is(word: str) -> None:
    """Read again from each of its letters, this would take days."""
    assert redacted(word * 200_000)
    assert redacted(f"{'jon.doe' * 100_000}@example.com") == "…@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "POST /tickets/T-0ABCDEF/messages/ failed",
        "the events of ticket 4711 cannot be applied",
        "https://hooks.example.com:443",
        'File "/opt/attend/helpdesk/tickets/opening/customer_match.py", line 12, in <module>',
        "HTTP 503",
    ],
)
def test_what_helps_is_left(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("name", ["django.request", "uvicorn.error", "celery.worker", "helpdesk.tasks"])
def test_whoever_writes_the_line(heard: Heard, name: str) -> None:
    for text in SECRETS:
        logging.getLogger(name).error("%s failed", text, extra={"told": text, "more": [text, {"a": text}]})

    assert "failed" in heard()
    assert [secret for secret in TELLTALE if secret in heard()] == []


def test_so_are_structured_lines_and_tracebacks(heard: Heard) -> None:
    for text in SECRETS:
        try:
            raise IntegrityError(text)
        except IntegrityError:
            structlog.get_logger("monitor").exception("it_failed", error=text, by=RuntimeError(text))

    assert "Traceback" in heard()
    assert [secret for secret in TELLTALE if secret in heard()] == []


def test_what_django_says_of_a_request_has_neither_query_nor_token(heard: Heard) -> None:
    for path in (f"/invitations/{TOKEN}/?a={TOKEN}", f"/api/v1/x?key={KEY}"):
        request = RequestFactory().get(path, headers={"Authorization": f"Bearer {KEY}"})
        log_response("%s: %s", "Not Found", path, response=HttpResponse(status=404), request=request)

    assert "Not Found" in heard()
    assert [secret for secret in TELLTALE if secret in heard()] == []


@pytest.mark.django_db
def test_what_is_asked_leaves_no_secret_in_the_log(heard: Heard, client: Client, make: Make) -> None:
    client.get(f"/invitations/{TOKEN}/")
    client.get(f"/nowhere/{TOKEN}", {"key": KEY})
    client.get(f"/api/v1/tickets/{KEY}", {"key": KEY}, headers={"Authorization": f"Bearer {KEY}"})

    assert "/invitations/" in heard()
    assert [secret for secret in TELLTALE if secret in heard()] == []


def test_one_line_stays_one_line(heard: Heard) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", "/a\nWARNING forged \x1b[2J\u2028\u202e")

    assert heard().count("\n") == 1
    assert "\x1b" not in heard()


def test_json_stays_json(heard: Heard) -> None:
    logging.getLogger("helpdesk").error("failed", extra={"tickets": 3, "at": object()})

    if heard().startswith("{"):
        assert json.loads(heard())["tickets"] == 3
