"""A provider in threads: a token server over HTTPS, and mail servers that let in by its tokens alone (XOAUTH2)."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from socketserver import BaseRequestHandler, StreamRequestHandler, TCPServer, ThreadingTCPServer
from threading import Event, Lock
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from helpdesk.mail.consent.mail_providers import MailProvider, MailServerAddress
from helpdesk.models import LineSecurity, SignIn
from tests.helpdesk.mail.servers.certificates import Authority
from tests.serving import served

HERE = "127.0.0.1"
SCOPES = ("https://mail.test/imap", "https://mail.test/send")
PROVIDERS: dict[str, MailProvider] = {}
"""What `settings.MAIL_PROVIDERS` leads to in these tests; filled while a provider runs."""
CHALLENGE = {"status": "400", "schemes": "Bearer", "scope": SCOPES[0]}


@dataclass
class TokenProvider:
    """What it gives and remembers. `answers` are given instead, one after another; `let_go` holds each answer up.

    One that `forgives` takes a refresh token that it has replaced. `once_granted` is done before it says so.
    """

    token_port: int = 0
    imap_port: int = 0
    smtp_port: int = 0
    introspection_port: int = 0
    account: str = "help@shop.example"
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    refresh_token: str = ""
    access_token: str = ""
    rotates: bool = True
    forgives: bool = False
    once_granted: Callable[[], None] | None = None
    lives_for: Any = 3600
    scope: str = " ".join(SCOPES)
    tells_account: bool = True
    answers: deque[tuple[int, bytes]] = field(default_factory=deque)
    asked: list[dict[str, str]] = field(default_factory=list)
    logins: list[tuple[str, bool]] = field(default_factory=list)
    let_go: Event = field(default_factory=Event)
    was_asked: Event = field(default_factory=Event)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _lock: Lock = field(default_factory=Lock)

    def consent(self, code: str, *, challenge: str, redirect_uri: str) -> None:
        """Have somebody consent in a browser: the code is good for whoever knows what the challenge was made of."""
        self.codes[code] = (challenge, redirect_uri)

    def revoke(self) -> None:
        self.refresh_token = self.access_token = ""

    def answer(self, asked: dict[str, str]) -> tuple[int, bytes]:
        with self._lock:
            self.asked.append(asked)
        self.was_asked.set()
        assert self.let_go.wait(30)
        with self._lock:
            if self.answers:
                return self.answers.popleft()
            right = self._redeem(asked) if "code" in asked else self._knows(asked.get("refresh_token"))
            if not right:
                return 400, self._refusal()
            granted = self._grant("code" in asked)
            if self.once_granted:
                self.once_granted()
            return 200, granted

    def _redeem(self, asked: dict[str, str]) -> bool:
        challenge, redirect_uri = self.codes.pop(asked["code"], ("", ""))
        made = urlsafe_b64encode(sha256(asked["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        return bool(challenge) and (challenge, redirect_uri) == (made, asked["redirect_uri"])

    def _knows(self, token: str | None) -> bool:
        return bool(token) and (token == self.refresh_token or (self.forgives and bool(self.refresh_token)))

    def _grant(self, first: bool) -> bytes:
        number = next(self._numbers)
        self.access_token = f"access-{number}"
        told: dict[str, Any] = {
            "access_token": self.access_token, "token_type": "Bearer",
            "expires_in": self.lives_for, "scope": self.scope,
        }  # fmt: skip
        if first or self.rotates:
            told["refresh_token"] = self.refresh_token = f"refresh-{number}"
        if first and self.tells_account:
            claims = b64encode(json.dumps({"email": self.account}).encode(), b"-_").rstrip(b"=").decode()
            told["id_token"] = f"head.{claims}.signature"
        return json.dumps(told).encode()

    def _refusal(self) -> bytes:
        return b'{"error": "invalid_grant", "error_description": "Token has been expired\\nor revoked."}'

    def lets_in(self, words: bytes) -> bool:
        """Whether what a mail client says first lets it in."""
        user, _, bearer = words.removesuffix(b"\1\1").partition(b"\1")
        right = bool(self.access_token) and bearer == f"auth=Bearer {self.access_token}".encode()
        self.logins.append((user.decode().removeprefix("user="), right))
        return right


class _TokenServer(BaseHTTPRequestHandler):
    provider: ClassVar[TokenProvider]

    def do_GET(self) -> None:
        """Be the page at which somebody consents, who does so at once."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.provider.consent("code", challenge=asked["code_challenge"], redirect_uri=asked["redirect_uri"])
        back = urlencode({"code": "code", "state": asked["state"], "scope": asked["scope"]})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.end_headers()

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer(*self.provider.answer({name: values[0] for name, values in form.items()}))

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Be quiet."""


class _Introspection(_TokenServer):
    """Tells a mail server of somebody else's what a token is worth (RFC 7662)."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        token = form.get("token", [""])[0]
        active = bool(token) and token == self.provider.access_token
        self.answer(200, json.dumps({"active": active, "email": self.provider.account}).encode())


class _Imap(StreamRequestHandler):
    """As much of IMAP as it takes to come in and to look into an inbox that is empty."""

    provider: ClassVar[TokenProvider]
    SAID: ClassVar = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n",
        "EXAMINE": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] so\r\n* OK [UIDNEXT 1] so\r\n",
        "LOGOUT": b"* BYE\r\n",
    }

    def handle(self) -> None:
        self.wfile.write(b"* OK here\r\n")
        while line := self.rfile.readline().decode().split():
            tag, verb = line[0], line[1].upper()
            if verb == "AUTHENTICATE":
                self._authenticate(tag)
            else:
                self.wfile.write(self.SAID.get(verb, b"") + f"{tag} OK done\r\n".encode())

    def _authenticate(self, tag: str) -> None:
        self.wfile.write(b"+ \r\n")
        if self.provider.lets_in(b64decode(self.rfile.readline())):
            self.wfile.write(f"{tag} OK welcome\r\n".encode())
            return
        self.wfile.write(b"+ " + b64encode(json.dumps(CHALLENGE).encode()) + b"\r\n")
        assert self.rfile.readline() == b"\r\n", "a challenge is answered by an empty line"
        self.wfile.write(f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials\r\n".encode())


class _Smtp(StreamRequestHandler):
    """As much of SMTP as it takes to hand over a mail."""

    provider: ClassVar[TokenProvider]
    SAID: ClassVar = {"EHLO": b"250-here\r\n250-AUTH XOAUTH2\r\n250 so\r\n", "QUIT": b"221 bye\r\n"}

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "AUTH":
                self._authenticate(line.split()[2])
            elif verb == "DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in {b".\r\n", b""}:
                    pass
                self.wfile.write(b"250 taken\r\n")
            else:
                self.wfile.write(self.SAID.get(verb, b"250 so\r\n"))

    def _authenticate(self, words: str) -> None:
        if self.provider.lets_in(b64decode(words)):
            self.wfile.write(b"235 welcome\r\n")
            return
        self.wfile.write(b"334 " + b64encode(json.dumps(CHALLENGE).encode()) + b"\r\n")
        assert self.rfile.readline() == b"\r\n", "a challenge is answered by an empty line"
        self.wfile.write(b"535 5.7.8 Username and Password not accepted\r\n")


@contextmanager
def providing(authority: Authority) -> Iterator[TokenProvider]:
    """Run a provider that stands in the place of Google, and of whichever stood there before until the end."""
    state = TokenProvider()
    state.let_go.set()
    servers = [ThreadingHTTPServer((HERE, 0), _of(state, _TokenServer))]
    servers[0].socket = authority.server().wrap_socket(servers[0].socket, server_side=True)
    servers.append(ThreadingHTTPServer((HERE, 0), _of(state, _Introspection)))
    mail_servers = [_mail_server(_of(state, kind)) for kind in (_Imap, _Smtp)]
    state.token_port, state.introspection_port = (each.server_address[1] for each in servers)
    state.imap_port, state.smtp_port = (each.server_address[1] for each in mail_servers)
    before = PROVIDERS.get(SignIn.GOOGLE)
    PROVIDERS[SignIn.GOOGLE] = _provider(state)
    try:
        with _serving([*servers, *mail_servers]):
            yield state
    finally:
        del PROVIDERS[SignIn.GOOGLE]
        PROVIDERS.update({SignIn.GOOGLE: before} if before else {})


def _of(state: TokenProvider, kind: type[BaseRequestHandler]) -> type[BaseRequestHandler]:
    """Return a server's part that knows this provider, and no other that may run."""
    return type(kind.__name__, (kind,), {"provider": state})


@contextmanager
def _serving(servers: Sequence[TCPServer]) -> Iterator[None]:
    with ExitStack() as stack:
        for server in servers:
            stack.enter_context(served(server))
        yield


def _mail_server(kind: type[BaseRequestHandler]) -> ThreadingTCPServer:
    server = ThreadingTCPServer((HERE, 0), kind)
    server.daemon_threads = True
    return server


def _provider(state: TokenProvider) -> MailProvider:
    root = f"https://{HERE}:{state.token_port}"
    return MailProvider(
        sign_in=SignIn.GOOGLE,
        name="Google",
        button="Sign in with Google",
        authorise_url=f"{root}/authorise",
        token_url=f"{root}/token",
        mail_scopes=SCOPES,
        others=("openid", "email"),
        imap=MailServerAddress(HERE, state.imap_port, LineSecurity.NONE),
        smtp=MailServerAddress(HERE, state.smtp_port, LineSecurity.NONE),
        asked={"access_type": "offline"},
    )
