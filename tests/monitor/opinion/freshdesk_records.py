"""Freshdesk's tickets as its API answers for each with all that was said, made for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from monitor.opinion.difference import Reason
from tests.monitor.opinion.exports import AGENT, CUSTOMER, MADE, ROBOT


def stamp(minutes: float) -> str:
    return (MADE + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def said(by: int, minutes: float, *, private: bool = False, **more: Any) -> dict[str, Any]:
    usual = {"id": 77000 + minutes, "ticket_id": 5120, "user_id": by, "incoming": by == CUSTOMER}
    told = {"private": private, "source": 0, "created_at": stamp(minutes), "body_text": "It left us."}
    failing = {"email_failure_count": None, "outgoing_failures": None}
    return usual | told | failing | {"automation_id": None, "auto_response": False} | more


def record(*conversations: dict[str, Any], first: float | None, **more: Any) -> dict[str, Any]:
    stats = {
        "first_responded_at": None if first is None else stamp(first),
        "reopened_at": None,
        "resolved_at": stamp(600),
        "closed_at": None,
    }
    usual = {
        "id": 5120,
        "status": 4,
        "priority": 2,
        "source": 1,
        "requester_id": CUSTOMER,
        "responder_id": AGENT,
    }
    times = {"created_at": stamp(0), "updated_at": stamp(700)}
    return usual | times | {"stats": stats, "conversations": list(conversations), "spam": False} | more


CASES: Final = {
    "an answer by a person": (record(said(AGENT, 60), first=60), None),
    "by one who has left since": (record(said(666, 60), first=60), None),
    "a public note": (record(said(AGENT, 60, source=2), first=60), None),
    "begun by an agent": (record(source=10, first=None), None),
    "spam, to which nobody is owed an answer": (record(first=None, spam=True), None),
    "spam of which they have a figure": (record(first=60, spam=True), Reason.DELETED),
    "closed silently": (record(first=None), Reason.CLOSED_SILENTLY),
    "still waiting": (record(first=None, status=3), Reason.STILL_WAITING),
    "an automatic answer": (record(said(AGENT, 2, auto_response=True), first=2), Reason.RULE_COUNTED),
    "an automation's": (record(said(AGENT, 2, automation_id=9), first=2), Reason.RULE_COUNTED),
    "a bot by its number": (record(said(ROBOT, 2), said(AGENT, 60), first=2), Reason.BOT_COUNTED),
    "a private note": (
        record(said(AGENT, 2, private=True), said(AGENT, 60), first=2),
        Reason.PRIVATE_NOTE_COUNTED,
    ),
    "one that could not be sent": (
        record(said(AGENT, 20, email_failure_count=1), said(AGENT, 60), first=20),
        Reason.SENDING_FAILED,
    ),
    "an agent's mail, answered later": (
        record(said(CUSTOMER, 30), said(AGENT, 60), source=10, first=60),
        Reason.AGENT_STARTED,
    ),
    "a later answer": (record(said(AGENT, 60), said(AGENT, 90), first=90), Reason.LATER_REPLY_COUNTED),
    "one forwarded": (record(said(AGENT, 20, source=8), said(AGENT, 60), first=20), Reason.SIDE_CONVERSATION),
    "a survey": (record(said(AGENT, 20, source=6), said(AGENT, 60), first=20), Reason.SURVEY),
    "a note that was no note": (
        record(said(AGENT, 20, private=True, last_edited_at=stamp(50)), said(AGENT, 60), first=20),
        Reason.MADE_PRIVATE,
    ),
    "a call taken down": (record(said(AGENT, 60), source=3, first=60), Reason.ON_BEHALF_NOTE),
    "merged into another": (
        record(
            said(AGENT, 60, private=True, body_text="This ticket is closed and merged into ticket 7"),
            first=None,
        ),
        None,
    ),
    "merged into another, and answered": (
        record(
            said(AGENT, 60, private=True, body_text="This ticket is closed and merged into ticket 7"),
            first=60,
        ),
        Reason.MERGED,
    ),
    "a customer who speaks of merging": (
        record(said(CUSTOMER, 60, body_text="Was it merged into ticket 7?"), first=None),
        Reason.CLOSED_SILENTLY,
    ),
    "brought in": (
        record(said(AGENT, 60), first=None, fr_due_by=stamp(100 * 24 * 60)),
        Reason.IMPORTED_BACKDATED,
    ),
    "no conversations": (record(first=60) | {"conversations": None}, Reason.COMMENTS_LEFT_OUT),
    "no stats": (record(said(AGENT, 60), first=60) | {"stats": None}, Reason.FIGURE_NOT_TOLD),
    "odd": (record(said(AGENT, 60), first=7), Reason.UNEXPLAINED),
}
