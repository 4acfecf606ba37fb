"""What a tester from outside tries, against the web server as it runs behind a proxy: each is refused.

The address is public and the demo is off, on data that a demo has left behind.
"""

from __future__ import annotations

import json
import os
import re
import socket
import stat
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import transaction

from helpdesk.access.people import invitations
from helpdesk.database.instant import database_now
from helpdesk.demo import shop
from helpdesk.models import Agent, Environment, SecurityEvent, Store, Ticket
from helpdesk.outbox import public_http
from tests.config.running import Running, database_url, eventually, free_port, running
from tests.make import PASSWORD, Make

pytestmark = pytest.mark.django_db(transaction=True)

HOST = "help.example.com"
API = "/api/v1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[tuple[int, Running]]:
    port, output = free_port(), tmp_path_factory.mktemp("web") / "console"
    given = {
        "DATABASE_URL": database_url(),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "ATTEND_URL": f"https://{HOST}",
        "ATTEND_DEMO": "0",
        "ATTEND_WEB_PROCESSES": "1",
        "ATTEND_BODY_SECONDS": "1.5",
        "DEBUG": "1",  # static files as they lie
    }
    (tmp_path_factory.getbasetemp() / "static").mkdir(exist_ok=True)
    with running("-m", "config.web", output=output, env={**os.environ, **given}) as process:
        eventually(lambda: is_there(port), within=60)
        yield port, process


def is_there(port: int) -> bool:
    try:
        return bool(Visitor(port).get("/healthz").status == 200)
    except OSError:
        return False


class Visitor:
    """Somebody at the web server, with cookies."""

    def __init__(self, port: int, **headers: str) -> None:
        self.port, self.cookies = port, SimpleCookie()
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> HTTPResponse:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        always = {"Host": HOST, "Origin": f"https://{HOST}", "Cookie": cookies}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as line:
            line.request(method, path, body, {**always, **self.headers, **named})
            answer = line.getresponse()
            answer.text = answer.read().decode(errors="replace")  # type: ignore[attr-defined]  # kept with it
        for kept in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(kept)
        return answer

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, **fields: str) -> Any:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get("/login/").text)
        sent = urlencode({**fields, "csrfmiddlewaretoken": token[1] if token else self.token()})
        return self.ask("POST", path, sent, Content_Type="application/x-www-form-urlencoded")

    def token(self) -> str:
        page = self.get("/preferences/").text
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        return found[1] if found else ""

    def log_in(self, email: str, password: str) -> int:
        status: int = self.post("/login/", username=email, password=password).status
        return status

    @property
    def is_in(self) -> bool:
        return bool(self.get("/preferences/").status == 200)


@pytest.fixture
def visitor(server: tuple[int, Running]) -> Visitor:
    return Visitor(server[0])


def caller(server: tuple[int, Running], key: str) -> Visitor:
    return Visitor(server[0], Authorization=f"Bearer {key}", Content_Type="application/json")


def test_the_demos_logins_and_keys_open_nothing_in_public(
    server: tuple[int, Running], visitor: Visitor, settings: Any
) -> None:
    settings.ATTEND_DEMO = settings.DEMO_IS_OPEN = True
    shop.seed()

    for email in (shop.ADMIN, shop.SUPERVISOR, shop.AGENT):
        assert visitor.log_in(email, shop.PASSWORD) == 200
        assert not visitor.is_in
    assert caller(server, shop.api_key()).get(f"{API}/tickets").status == 401


def test_guessing_at_a_password_is_stopped(visitor: Visitor, make: Make) -> None:
    agent = make.agent()
    said = []
    for number in range(12):
        visitor.headers["X-Forwarded-For"] = f"198.51.100.{number}"
        said.append(visitor.log_in(agent.email, "guess"))

    assert said[-1] == 429
    assert visitor.log_in(agent.email, PASSWORD) == 429
    assert not visitor.is_in


def test_guessing_at_keys_and_invitations_is_stopped(server: tuple[int, Running], visitor: Visitor) -> None:
    keys = [
        caller(server, f"att_live_{number:012x}_{'0' * 64}").get(f"{API}/tickets") for number in range(62)
    ]
    links = [visitor.get(f"/invitations/guess{number}/").status for number in range(22)]

    assert (keys[0].status, keys[-1].status) == (401, 429)
    assert (links[0], links[-1]) == (404, 429)


def test_a_password_is_changed_by_its_owner_alone(visitor: Visitor, make: Make) -> None:
    assert visitor.get("/password/change/").status == 302
    assert visitor.get("/password/reset/").status == 200
    assert "not good any more" in visitor.get("/password/reset/key/1-c8x-made-up/").text


def test_what_is_done_at_the_doors_leaves_a_trace(visitor: Visitor, make: Make) -> None:
    agent = make.agent("admin")
    visitor.log_in(agent.email, "guess")
    visitor.log_in(agent.email, PASSWORD)

    assert list(SecurityEvent.objects.order_by("id").values_list("kind", flat=True)) == [
        "login_failed",
        "logged_in",
    ]
    assert SecurityEvent.objects.filter(address="127.0.0.1").count() == 2
    assert visitor.get("/security/").status == 200


def test_no_secret_stands_in_the_log(server: tuple[int, Running], visitor: Visitor, make: Make) -> None:
    _, key = make.key()
    token = "Zx9kq31abcDEFghiJKLmnopQRStuvWXYz012345678"
    visitor.get(f"{API}/tickets?key={key}")
    visitor.get(f"/invitations/{token}/?next={token}")
    caller(server, key).get(f"{API}/tickets/{key}?token={token}")

    said = server[1].said()
    assert "/invitations/" in said
    assert not any(secret in said for secret in (key, key[-64:], token))


def test_a_key_stays_in_the_queues_of_its_store(server: tuple[int, Running], make: Make) -> None:
    boss, member = make.agent("admin"), make.agent("owner")
    store = make.store("Trial", environment=Environment.TEST, queue=make.queue("Trials"))
    ticket = make.ticket(store=store)
    key = caller(server, make.key(store=store)[1])
    path = f"{API}/tickets/{ticket.reference}"

    assert key.ask("PUT", f"{path}/queue", json.dumps({"queue": make.queue().name})).status == 422
    for email in (boss.email, member.email):
        said = {"body": "Hello", "author": {"kind": "agent", "agent": email}}
        assert key.ask("POST", f"{path}/messages", json.dumps(said)).status == 422
    assert Ticket.objects.get().queue.name == "Trials"


def test_a_link_dies_with_the_admin_who_made_it(visitor: Visitor, make: Make) -> None:
    boss = make.agent("admin")
    with transaction.atomic():
        _, token = invitations.invite(
            email="new@example.com", queue=make.queue(), role="member", by=boss, now=database_now()
        )
    assert visitor.get(f"/invitations/{token}/").status == 200

    Agent.objects.filter(pk=boss.pk).update(is_active=False)
    assert visitor.get(f"/invitations/{token}/").status == 404


def test_nothing_private_is_kept_by_a_browser(
    server: tuple[int, Running], visitor: Visitor, make: Make
) -> None:
    agent = make.agent()
    visitor.log_in(agent.email, PASSWORD)

    assert "no-store" in visitor.get("/").headers["Cache-Control"]
    assert caller(server, make.key()[1]).get(f"{API}/tickets").headers["Cache-Control"] == "no-store"
    left = visitor.ask(
        "POST",
        "/logout/",
        urlencode({"csrfmiddlewaretoken": visitor.token()}),
        Content_Type="application/x-www-form-urlencoded",
    )
    assert left.headers["Clear-Site-Data"]
    assert not visitor.is_in


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"GET / HTTP/1.1\r\nHost: help", b"408"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: " + b"a" * 60_000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 150 + b"\r\n", b"431"),
    ],
    ids=["half a head", "a large head", "many headers"],
)
def test_the_front_takes_no_endless_head(server: tuple[int, Running], sent: bytes, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server[0]), timeout=20) as client:
        client.sendall(sent)
        assert client.recv(65536)[9:12] == said


@pytest.mark.parametrize(
    "address", ["[64:ff9b::10.0.0.1]", "[2002:a00:1::]", "[::127.0.0.1]", "[fec0::1]", "[::ffff:10.0.0.1]"]
)
def test_a_webhook_reaches_no_private_network(address: str) -> None:
    with pytest.raises(public_http.NotPublic):
        public_http.post(f"http://{address}/", body=b"{}", headers={}, seconds=1.0)


def test_neither_nul_nor_the_end_of_time_breaks_anything(
    server: tuple[int, Running], visitor: Visitor, make: Make
) -> None:
    agent, ticket = make.agent(), make.ticket()
    visitor.log_in(agent.email, PASSWORD)
    for path in ("/tickets/%00/", "/?after=%00", "/tickets/?tag=%00&before=9999-12-31T23:59:59-12:00,1"):
        assert visitor.get(path).status < 500, path
    for name, value in (("tags", "a\0b"), ("merged-into", "T-\0")):
        field = {"tags": "tags", "merged-into": "into"}[name]
        sent = urlencode({field: value, "csrfmiddlewaretoken": visitor.token()})
        kind = {"Content_Type": "application/x-www-form-urlencoded"}
        assert visitor.ask("POST", f"/tickets/{ticket.reference}/{name}/", sent, **kind).status < 500
    cursor = "WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTEyOjAwIiwxXQ"
    assert caller(server, make.key()[1]).get(f"{API}/tickets?cursor={cursor}").status == 422


def test_filters_tell_no_foreign_names(visitor: Visitor, make: Make) -> None:
    store = Store.objects.create(
        name="Secret Shop", environment="live", default_queue=make.queue("Secret Team")
    )
    stranger = make.agent("secretive", queue=make.queue("Secret Team"))
    visitor.log_in(make.agent().email, PASSWORD)

    for asked in (f"store={store.pk}", f"queue={store.default_queue_id}", f"assignee={stranger.pk}"):
        page = visitor.get(f"/tickets/?{asked}").text
        assert not any(word in page for word in ("Secret Shop", "Secret Team", "Secretive")), asked
    assert "Secret Shop" not in visitor.get("/?filter=1").text


def test_files_and_the_database_are_closed(make: Make) -> None:
    with psycopg.connect(database_url()) as database:
        found = database.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()

    assert found == (False,)
    umask = os.umask(0o077)
    os.umask(umask)
    assert umask == 0o077
    var = Path(os.environ["ATTEND_VAR"])
    assert not any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (var / "log").glob("*.log"))
