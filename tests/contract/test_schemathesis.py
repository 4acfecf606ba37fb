"""The real server held against its contract by schemathesis, with all of its checks.

`ATTEND_CONTRACT_EXAMPLES` asks for more examples of each operation than the few of an ordinary run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from helpdesk.access import report_keys
from helpdesk.conversation.replies import receive_customer_message, reply_in_public
from helpdesk.database.instant import database_now
from helpdesk.mail import inbox
from helpdesk.mail.spam import sender_blocks
from helpdesk.models import Scope, Store, StoreTopic
from helpdesk.tickets import ticket_attributes
from monitor.models import Flag
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.helpdesk.attachments.given_files import on_the_first_message
from tests.make import Make

EXAMPLES = os.environ.get("ATTEND_CONTRACT_EXAMPLES", "5")
POOL = 60
FEW = 10

# Where a rule that no schema can state refused a valid request (a time in the future, an unknown zone, a
# ticket that has ended), 422 is right. A batch answers 207 and refuses item by item.
CONFIG = """
hooks = "hooks.py"
headers = {{ Authorization = "Bearer {key}" }}

[[operations]]
include-path-regex = "^/reports/"
headers = {{ Authorization = "Bearer {report_key}" }}

[checks.positive_data_acceptance]
expected-statuses = ["2xx", 401, 403, 404, 409, 412, 422, 429]

[[operations]]
include-name = "POST /tickets/batch"

[operations.checks.negative_data_rejection]
expected-statuses = [207, 400, 401, 403, 404, 405, 406, 409, 411, 412, 413, 415, 422, 429]
"""


@pytest.fixture
def there(transactional_db: None, settings: Any) -> dict[str, Any]:
    """What valid requests can speak of: tickets with flags, an agent, a queue, and a key."""
    settings.UNDO_WITHIN = timedelta(hours=1)
    ensure_defaults()
    make = Make()
    now = database_now()
    tickets = [make.ticket(now=now, occurred_at=now - timedelta(hours=5)) for _ in range(POOL)]
    agent = make.agent().email
    with transaction.atomic():
        of = make.agent("overseer")
        _, report_key = report_keys.issue(of, environment="live", name="A screen", now=now)
    figures.begin()
    _, key = make.key(store=Store.objects.get(), scopes=Scope.values, now=now)
    return {
        "ref": [ticket.reference for ticket in tickets],
        "flag": [str(flag) for flag in Flag.objects.values_list("pk", flat=True)],
        "agent": agent,
        "assignee": agent,
        "queue": "Support",
        "sender": "eve@spam.example",
        "block": [str(blocked(make, now=now))],
        "mail": [str(kept_mail(now))],
        "answered": answered(make, now=now),
        "splittable": [splittable(make, now=now) for _ in range(FEW)],
        "undoable": [undoable(make, now=now) for _ in range(FEW)],
        "topic": StoreTopic.objects.create(store=Store.objects.get(), name="Returns").name,
        "attachment": [str(on_the_first_message(tickets[0], by=make.agent()).pk)],
        "report_key": report_key,
        "key": key,
    }


def answered(make: Make, *, now: datetime) -> list[str]:
    """Return a ticket by its reference, and the number of a reply on it, which may have bounced."""
    with transaction.atomic():
        ticket = make.ticket(now=now, occurred_at=now - timedelta(hours=5))
        reply = reply_in_public(ticket=ticket, author=make.agent(), body="On its way.", now=now)
    return [ticket.reference, str(reply.pk)]


def splittable(make: Make, *, now: datetime) -> list[str]:
    """Return a ticket by its reference, and the number of a message on it that could be another ticket."""
    with transaction.atomic():
        ticket = make.ticket(now=now, occurred_at=now - timedelta(hours=5))
        message = receive_customer_message(ticket=ticket, body="And my lamp flickers.", now=now)
    return [ticket.reference, str(message.pk)]


def undoable(make: Make, *, now: datetime) -> str:
    """Return a ticket by its reference, on which the agent has just done something."""
    with transaction.atomic():
        ticket = make.ticket(now=now - timedelta(minutes=1))
        ticket_attributes.change_priority(ticket=ticket, priority="high", by=make.agent(), now=now)
    return ticket.reference


def blocked(make: Make, *, now: datetime) -> int:
    with transaction.atomic():
        block, _ = sender_blocks.block_sender(
            store=make.store(), sender="@spam.example", for_good=True, by=make.agent(), now=now
        )
    return block.pk


def kept_mail(now: datetime) -> int:
    with transaction.atomic():
        mail, _ = inbox.keep(b"From: jon@example.com\r\n\r\nHello?", store=Store.objects.get(), now=now)
    return mail.pk


@pytest.mark.long
def test_the_server_keeps_to_its_contract(there: dict[str, Any], live_server: Any, tmp_path: Path) -> None:
    statuses = held_to_its_contract(live_server, there, tmp_path)

    assert sum(sum(seen.values()) for seen in statuses.values()) >= 1000
    assert [name for name, seen in statuses.items() if not any(status < 300 for status in seen)] == []


def test_a_key_that_has_used_up_its_quota_is_told_so_as_the_contract_says(
    there: dict[str, Any], live_server: Any, quota: Any, tmp_path: Path
) -> None:
    quota.API_RATE_QUOTA = 2

    statuses = held_to_its_contract(live_server, there, tmp_path, phases="fuzzing", examples="3")

    assert len(statuses) == 41
    assert [name for name, seen in statuses.items() if 429 not in seen] == []


def held_to_its_contract(
    live_server: Any,
    there: dict[str, Any],
    tmp_path: Path,
    *,
    phases: str = "coverage,fuzzing",
    examples: str = EXAMPLES,
) -> dict[str, Counter[int]]:
    """Return how often each operation gave which answer, once all of them have passed every check."""
    answers = tmp_path / "answers.tsv"
    asked = ("--phases", phases, "-n", examples)
    done = run_schemathesis(f"{live_server.url}/api/v1/schema", there, answers, *asked)
    statuses = by_operation(answers)
    report = "\n".join(f"{name}: {dict(sorted(seen.items()))}" for name, seen in sorted(statuses.items()))
    print(report)
    assert done.returncode == 0, f"{done.stdout[-15000:]}\n{report}"
    assert not any(status >= 500 for seen in statuses.values() for status in seen)
    return statuses


def run_schemathesis(
    url: str, there: dict[str, Any], answers: Path, *asked: str
) -> subprocess.CompletedProcess[str]:
    """Run it as a process of its own, as anybody would."""
    (answers.parent / "there.json").write_text(json.dumps(there))
    (answers.parent / "schemathesis.toml").write_text(
        CONFIG.format(key=there["key"], report_key=there["report_key"])
    )
    (answers.parent / "hooks.py").write_text((Path(__file__).parent / "hooks.py").read_text())
    environment = os.environ | {
        "ATTEND_CONTRACT_THERE": str(answers.parent / "there.json"),
        "ATTEND_CONTRACT_ANSWERS": str(answers),
    }
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", url, "--checks", "all", *asked]
    options = ["--continue-on-failure", "--no-color", "--request-timeout", "60"]
    return subprocess.run(
        [*command, *options],
        cwd=answers.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=570,
    )


def by_operation(answers: Path) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for line in answers.read_text().splitlines():
        name, status = line.split("\t")
        found[name][int(status)] += 1
    return found
