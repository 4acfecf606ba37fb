"""A log is played through the HTTP API as if it happened now; what cannot work says so at once."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.live_server_helper import LiveServer

from helpdesk.database.instant import database_now
from helpdesk.models import Message, Ticket
from tests.helpdesk.intake.test_message_logs import LOG, log
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def key(make: Make) -> str:
    make.member(make.agent("mira"), queue=make.queue())
    return make.key(now=database_now())[1]


def play(path: Path, live_server: LiveServer, key: str, **more: object) -> tuple[str, str]:
    """Return what the command said, and what it complained of."""
    told = {"agent": "mira@example.com", "speed": 1e6, "url": live_server.url, "key": key, **more}
    said, complained = StringIO(), StringIO()
    call_command("replay", str(path), **told, stdout=said, stderr=complained)
    return said.getvalue(), complained.getvalue()


def test_a_log_happens_again_with_the_waits_of_then(
    live_server: LiveServer, tmp_path: Path, key: str
) -> None:
    said, _ = play(log(tmp_path, *LOG), live_server, key)

    assert "5 messages sent, 0 left out" in said
    assert Ticket.objects.count() == 2
    assert Message.objects.count() == 5
    first = Ticket.objects.order_by("pk")[0]
    waited = Message.objects.get(body="Here it is.").sent_at - first.occurred_at
    assert abs(waited - timedelta(minutes=6, seconds=12)) < timedelta(seconds=5)


def test_a_wrong_key_ends_it_at_once(live_server: LiveServer, tmp_path: Path, key: str) -> None:
    with pytest.raises(CommandError, match="Send a valid API key"):
        play(log(tmp_path, *LOG), live_server, key[:-1] + "_")


def test_an_agent_who_works_elsewhere_ends_it_at_once(
    live_server: LiveServer, tmp_path: Path, key: str
) -> None:
    with pytest.raises(CommandError, match="Nobody with this e-mail"):
        play(log(tmp_path, *LOG), live_server, key, agent="nobody@example.com")


def test_nobody_at_the_address_is_said(tmp_path: Path, live_server: LiveServer, key: str) -> None:
    with pytest.raises(CommandError, match=r"Nobody answers at http://127\.0\.0\.1:9/"):
        play(log(tmp_path, *LOG), live_server, key, url="http://127.0.0.1:9")


def test_what_is_said_on_a_refused_ticket_is_left_out_with_it(
    live_server: LiveServer, tmp_path: Path, key: str
) -> None:
    endless = f"3,0,m5,2022-01-05T05:40:00Z,eve,reporter,customer,1,{'x' * 5_300_000}"
    after = "3,1,m6,2022-01-05T05:41:00Z,eve,reporter,customer,1,And then?"

    said, complained = play(log(tmp_path, *LOG, endless, after), live_server, key)

    assert "5 messages sent, 2 left out" in said
    assert "line 8: 413" in complained
    assert Ticket.objects.count() == 2


def test_what_is_no_log_of_messages_is_said(live_server: LiveServer, tmp_path: Path, key: str) -> None:
    other = tmp_path / "other.csv"
    other.write_text("day,sales\n1,2\n")

    with pytest.raises(CommandError, match="it has no column ticket_id"):
        play(other, live_server, key)


@pytest.mark.parametrize("speed", ["fast", "0", "-3", "inf", "nan"])
def test_a_log_is_not_played_backwards_or_for_ever(tmp_path: Path, speed: str) -> None:
    with pytest.raises(CommandError, match="a number from 1 on"):
        call_command("replay", str(log(tmp_path, *LOG)), "--key", "att", f"--speed={speed}")
