"""Web addresses that strangers typed in: only public ones, no redirects, and never longer than the deadline."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from helpdesk.outbox import limits, public_http, standard_webhook
from helpdesk.outbox.channel import AddressGone, AttemptFailed, MessageRefused, WayOutDown
from helpdesk.outbox.deadline import Deadline, DeadlinePassed
from helpdesk.outbox.public_http import HttpAnswer, NoAnswer, NotPublic, NotReached
from tests.helpdesk.outbox.receiver import Receiver, answering, closed_port, silent
from tests.make import NOW

SECRET = "whsec_c2VjcmV0"


@pytest.fixture(autouse=True)
def trusting(settings: Any) -> None:
    settings.WEBHOOK_TRUSTED_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def receiver() -> Iterator[str]:
    with answering() as url:
        yield url


def post(url: str, *, seconds: float = 5.0) -> HttpAnswer:
    return public_http.post(url, body=b"{}", headers={}, seconds=seconds)


def send(url: str) -> None:
    standard_webhook.send(url, message_id="msg_1", body=b"{}", secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[64:ff9b:1::808:808]/",
        "http://[2002:a00:1::1]/",
        "http://[2002:c0a8:101::1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[2001:470:1f0b::5efe:10.0.0.1]/",
        "http://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/",
        "http://[fec0::1]/",
        "http://[fd00::1]/",
        "http://[ff02::1]/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://example.com:port/",
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_public(url: str, settings: Any) -> None:
    settings.WEBHOOK_TRUSTED_NETWORKS = []
    with pytest.raises(NotPublic):
        post(url)
    with pytest.raises(MessageRefused):
        send(url)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"]
)
def test_a_public_address_is_public_in_every_spelling(address: str, settings: Any) -> None:
    settings.WEBHOOK_TRUSTED_NETWORKS = []

    assert public_http.public_address(address, 443, deadline=Deadline(5.0)) == address


def test_a_trusted_network_is_trusted_in_ipv4s_other_spelling(settings: Any) -> None:
    settings.WEBHOOK_TRUSTED_NETWORKS = ["10.0.0.0/8"]

    assert public_http.public_address("::ffff:10.0.0.1", 443, deadline=Deadline(5.0))


def test_a_post_returns_what_the_server_says(receiver: str) -> None:
    Receiver.headers_too = {"Retry-After": "7"}

    assert post(receiver) == HttpAnswer(204, "7")
    [(headers, body)] = Receiver.got
    assert (headers["Host"], body) == (receiver.split("/")[2], b"{}")


@pytest.mark.parametrize(
    ("before", "pair"),
    [
        ("us:pw@", "us:pw"),
        ("us@", "us:"),
        (":pw@", ":pw"),
        ("sh%40p:p%3Aw%2F@", "sh@p:p:w/"),
        ("\u00fcs:p\u00e4ss@", "\u00fcs:p\u00e4ss"),
    ],
)
def test_a_name_and_a_password_in_the_address_are_sent_along(receiver: str, before: str, pair: str) -> None:
    send(receiver.replace("//", f"//{before}"))

    [(headers, _)] = Receiver.got
    assert headers["Authorization"] == "Basic " + base64.b64encode(pair.encode()).decode()
    assert headers["Host"] == receiver.split("/")[2]


def test_without_them_nothing_is(receiver: str) -> None:
    send(receiver)

    [(headers, _)] = Receiver.got
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    "url", ["ftp://us:secret@example.com/x", "http://us:secret@example.com:port/", "us:secret@x"]
)
def test_a_refusal_shows_no_password(url: str) -> None:
    with pytest.raises(NotPublic) as refusal:
        post(url)

    assert "secret" not in str(refusal.value)


def test_a_get_goes_wherever_whoever_runs_us_says(receiver: str, settings: Any) -> None:
    settings.WEBHOOK_TRUSTED_NETWORKS = []

    assert public_http.get(receiver, seconds=5).status == 204


def test_a_body_without_end_is_not_read() -> None:
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 65536
    with silent(drip=endless) as port:
        assert public_http.get(f"http://127.0.0.1:{port}/", seconds=3600).status == 200


def test_a_redirect_is_not_followed(receiver: str) -> None:
    Receiver.status = 302
    with pytest.raises(MessageRefused, match="HTTP 302"):
        send(receiver)

    assert len(Receiver.got) == 1


@pytest.mark.parametrize("drip", [b"", b"H"])
def test_whoever_says_nothing_or_drips_holds_us_no_longer_than_the_deadline(drip: bytes) -> None:
    with silent(drip=drip) as port, pytest.raises(NoAnswer):
        post(f"http://127.0.0.1:{port}/", seconds=0.5)


def test_a_status_that_was_said_counts_whatever_drips_after_it() -> None:
    with silent(drip=b"HTTP/1.1 200 OK\r\nX: y\r\n") as port:
        assert post(f"http://127.0.0.1:{port}/", seconds=0.5).status == 200


def test_a_handshake_that_never_ends_is_cut_too() -> None:
    with silent() as port, pytest.raises(NotReached):
        post(f"https://127.0.0.1:{port}/", seconds=0.5)


def test_so_is_a_name_that_is_not_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: over.wait())
    with pytest.raises(NotReached) as failure:
        post("http://slow.example/", seconds=0.3)
    over.set()

    assert isinstance(failure.value.__cause__, DeadlinePassed)


def test_a_server_that_is_not_there_was_not_reached() -> None:
    with pytest.raises(WayOutDown) as failure:
        send(f"http://127.0.0.1:{closed_port()}/")

    assert failure.value.unsent


def test_an_address_in_any_script_is_reached(receiver: str) -> None:
    send(receiver.replace("/attend?shop=1", "/பொருள்?é=%2F"))

    assert len(Receiver.got) == 1


def test_one_that_closes_without_an_answer_may_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DEADLINE", 0.3)
    with silent() as port, pytest.raises(WayOutDown) as failure:
        send(f"http://127.0.0.1:{port}/")

    assert not failure.value.unsent


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (302, MessageRefused),
        (400, MessageRefused),
        (404, MessageRefused),
        (410, AddressGone),
        (429, WayOutDown),
        (500, MessageRefused),
        (502, WayOutDown),
        (503, WayOutDown),
        (504, WayOutDown),
    ],
)
def test_what_an_answer_means(receiver: str, status: int, means: type[AttemptFailed]) -> None:
    Receiver.status, Receiver.headers_too = status, {"Retry-After": "3600"}
    with pytest.raises(AttemptFailed, match=f"HTTP {status}") as failure:
        send(receiver)

    assert type(failure.value) is means
    if means is not AddressGone:
        assert failure.value.not_before == NOW + timedelta(seconds=3600 + limits.DEADLINE)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        (None, None),
        ("0", NOW + timedelta(seconds=limits.DEADLINE)),
        ("Wed, 11 Mar 2026 09:00:00 GMT", datetime(2026, 3, 11, 9, tzinfo=UTC)),
        ("Wed, 11 Mar 2026 09:00:00 -0000", datetime(2026, 3, 11, 9, tzinfo=UTC)),
        ("9" * 5000, NOW + limits.LONGEST_WISH + timedelta(seconds=limits.DEADLINE)),
        ("9" * 400, NOW + limits.LONGEST_WISH + timedelta(seconds=limits.DEADLINE)),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str | None, until: datetime | None) -> None:
    assert standard_webhook.asked_for(said, now=NOW) == until


def test_a_way_out_is_named_by_scheme_host_and_port() -> None:
    assert public_http.host_of("https://user@Shop.example/hook?a=1") == "https://shop.example:443"
    assert public_http.host_of("http://shop.example:8080/") == "http://shop.example:8080"
