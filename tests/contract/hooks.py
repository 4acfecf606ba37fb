"""For schemathesis: let valid requests speak of what is there, and count what was answered.

Runs in the schemathesis process; what is there comes in, and the count goes out, by files.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import schemathesis

THERE: dict[str, Any] = json.loads(Path(os.environ["ATTEND_CONTRACT_THERE"]).read_text())
ANSWERS = Path(os.environ["ATTEND_CONTRACT_ANSWERS"])
BOUNCE = "PUT /tickets/{ref}/bounce"
SPLIT = "POST /tickets/{ref}/split"
UNDO = "PUT /tickets/{ref}/undo"
drawn = 0


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Point a valid request at a ticket, a flag, an agent and a queue that exist.

    Each request gets the next ticket of the pool, so that one that closes its ticket leaves the others.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = "*"  # a made-up version is never that of the ticket
    for name in case.path_parameters or {}:
        case.path_parameters[name] = draw(THERE[name])
    if isinstance(case.body, dict):
        for name in ("agent", "assignee", "queue", "sender"):
            if isinstance(case.body.get(name), str):
                case.body[name] = THERE[name]
        speak_as_somebody(case.body.get("author"))
        name_no_files(case.body)
        if "topic" in case.body:
            case.body["topic"] = case.body["topic"] and THERE["topic"]
        if case.operation.label in FITTED:
            FITTED[case.operation.label](case)


def speak_as_somebody(author: Any) -> None:
    if isinstance(author, dict) and author.get("kind") == "agent":
        author["agent"] = THERE["agent"]


def name_a_reply(case: Any) -> None:
    """Let the one reply that there is have bounced, told by its id alone."""
    case.path_parameters["ref"], case.body["message"] = THERE["answered"]
    case.body.pop("external_id", None)


def name_what_can_go(case: Any) -> None:
    """Let one of the messages go that are about something else, each from a ticket of its own."""
    case.path_parameters["ref"], message = draw(THERE["splittable"])
    case.body["messages"] = [message]


def name_what_was_done(case: Any) -> None:
    """Let an agent take back what they did on a ticket on which nobody does anything else."""
    case.path_parameters["ref"] = draw(THERE["undoable"])


FITTED = {BOUNCE: name_a_reply, SPLIT: name_what_can_go, UNDO: name_what_was_done}


def name_no_files(body: dict[str, Any]) -> None:
    """Leave out files: each is on one message alone, and nobody has given any."""
    for holder in (body, body.get("message")):
        if isinstance(holder, dict) and "attachments" in holder:
            holder["attachments"] = []


def draw(pool: list[Any]) -> Any:
    global drawn  # noqa: PLW0603 - a hook has nowhere else to count
    drawn += 1
    return pool[drawn % len(pool)]


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Note the operation and the status of its answer."""
    with ANSWERS.open("a") as answers:
        answers.write(f"{case.operation.label}\t{response.status_code}\n")
