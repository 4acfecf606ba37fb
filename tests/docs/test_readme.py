"""README.md: what a stranger copies out of it works."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytest_django.live_server_helper import LiveServer

from config.addresses import ROOT
from config.runner.commands import COMMANDS
from helpdesk.demo import shop, welcome
from helpdesk.models import Ticket
from helpdesk.tickets.opening.new_ticket import NewTicket
from monitor.promises.defaults import ensure_defaults
from tests.docs import pages
from tests.make import Make

PAGE = pages.README.read_text()
ADDRESS = "http://127.0.0.1:8000"
KEY = "att_demo_…"
LARGEST_PICTURE = 150 * 1024
PRINTED = re.compile(r"^(T-[0-9A-Z]{7}) will be answered by \S+\n$")


def snippet(language: str) -> str:
    [block] = [block for block in pages.blocks(PAGE, language) if "/api/v1/tickets" in block.text]
    return block.text


@pytest.fixture
def here(live_server: LiveServer, transactional_db: None) -> Mapping[str, str]:
    """The address and key that stand for those in the README."""
    ensure_defaults()
    make = Make()
    make.agent()  # somebody works in the demo's queues
    _, key = make.key()
    return {ADDRESS: live_server.url, KEY: key}


def put_here(text: str, here: Mapping[str, str]) -> str:
    for written, real in here.items():
        assert written in text
        text = text.replace(written, real)
    return text


def installed() -> dict[str, str]:
    """Return the interpreter of each language; what is written in PHP is read below where there is none."""
    php = shutil.which("php")
    return {"python": sys.executable} | ({"php": php} if php else {})


INTERPRETERS = installed()


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.mark.parametrize("language", INTERPRETERS)
def test_the_snippet_sends_one_ticket_however_often_it_runs(
    language: str, here: Mapping[str, str], tmp_path: Path
) -> None:
    program = INTERPRETERS[language]
    script = tmp_path / "send"
    script.write_text(put_here(snippet(language), here))

    first, again = run(program, str(script), cwd=tmp_path), run(program, str(script), cwd=tmp_path)

    said = PRINTED.match(first)
    assert said, first
    assert again == first
    assert Ticket.objects.get().reference == said[1]


def test_the_curl_line_sends_a_ticket(here: Mapping[str, str], tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl: there is no curl on this machine")
    line = put_here(snippet("sh"), here).replace("curl ", "curl --silent --fail ", 1)

    ticket: Any = json.loads(run("sh", "-c", line, cwd=tmp_path))

    assert ticket["external_id"] == "shop-8841"
    assert ticket["warnings"] == []
    assert {"reference", "clocks", "promise"} <= set(ticket)


def test_what_the_snippets_send_is_what_the_api_takes() -> None:
    sent = re.search(r"-d '(\{.*\})'", snippet("sh"), re.DOTALL)
    assert sent
    msgspec.convert(json.loads(sent[1]), NewTicket)
    named = set(re.findall(r"^    '(\w+)' =>", snippet("php"), re.MULTILINE))

    assert named == {"external_id", "subject", "customer", "message"}
    assert named <= set(NewTicket.__struct_fields__)
    for text in (snippet("python"), snippet("php")):
        assert f"{ADDRESS}/api/v1/tickets" in text
        assert "Idempotency-Key" in text
        assert "408, 409, 429, 500, 502, 503, 504" in text


def test_what_dev_run_prints_is_shown(settings: Any) -> None:
    settings.ATTEND_DEMO = True
    told = welcome.welcome(ADDRESS).splitlines()

    for line in told[:5]:
        assert f"    {line}\n" in PAGE
    assert f"    {told[5].partition('att_demo_')[0]}att_demo_…\n" in PAGE
    assert f"Attend is ready at {ADDRESS} after " in PAGE
    assert all(login[0] in PAGE for login in shop.LOGINS)


def test_the_two_commands_are_there() -> None:
    spelled = {command.spelled.split()[0] for command in COMMANDS}

    assert {"run", "test"} <= spelled
    assert "    ./dev run\n" in PAGE
    assert "    ./dev test\n" in PAGE


def test_pictures_are_small_and_told_in_words() -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", PAGE)

    assert len(pictures) == 2
    for words, place in pictures:
        assert len(words) > 80
        assert (ROOT / place).stat().st_size <= LARGEST_PICTURE
