"""Gorgias' tickets as its API answers for each with all that was said, made for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from monitor.opinion.difference import Reason
from tests.monitor.opinion.exports import AGENT, CUSTOMER, MADE, ROBOT


def stamp(minutes: float) -> str:
    return (MADE + timedelta(minutes=minutes)).isoformat()


def said(by: int, minutes: float, **more: Any) -> dict[str, Any]:
    usual = {
        "id": 900 + minutes,
        "ticket_id": 30211,
        "public": True,
        "from_agent": by != CUSTOMER,
        "rule_id": None,
    }
    times = {"created_datetime": stamp(minutes), "sent_datetime": None, "failed_datetime": None}
    return usual | times | {"channel": "email", "sender": {"id": by, "name": "Ben"}} | more


def record(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    usual = {"id": 30211, "status": "closed", "channel": "email", "from_agent": False, "spam": False}
    people = {"customer": {"id": CUSTOMER, "name": "Ben"}, "assignee_user": {"id": AGENT}}
    times = {"created_datetime": stamp(0), "closed_datetime": stamp(600), "updated_datetime": stamp(700)}
    return usual | people | times | {"trashed_datetime": None, "messages": list(messages)} | more


ASKED: Final = said(CUSTOMER, 0)
CASES: Final = {
    "an answer by a person": (record(ASKED, said(AGENT, 60)), None),
    "a rule before it": (record(ASKED, said(AGENT, 1, rule_id=77), said(AGENT, 60)), None),
    "begun by an agent": (record(said(AGENT, 0), from_agent=True), None),
    "trashed, and nobody is owed an answer": (record(ASKED, trashed_datetime=stamp(90)), None),
    "a rule alone": (record(ASKED, said(AGENT, 1, rule_id=77)), Reason.CLOSED_SILENTLY),
    "snoozed": (record(ASKED, snooze_datetime=stamp(900)), Reason.CLOSED_SILENTLY),
    "still waiting": (record(ASKED, status="open"), Reason.STILL_WAITING),
    "a bot": (record(ASKED, said(ROBOT, 1), said(AGENT, 60)), Reason.BOT_COUNTED),
    "one that failed": (
        record(ASKED, said(AGENT, 20, failed_datetime=stamp(21)), said(AGENT, 60)),
        Reason.SENDING_FAILED,
    ),
    "the customer came later": (record(said(CUSTOMER, 30), said(AGENT, 60)), Reason.CUSTOMER_CAME_LATER),
    "a note first": (
        record(said(AGENT, 0, public=False), said(CUSTOMER, 30), said(AGENT, 60)),
        Reason.ON_BEHALF_NOTE,
    ),
    "a mailing": (
        record(said(ROBOT, 0), said(CUSTOMER, 30), said(AGENT, 60)),
        Reason.CAMPAIGN,
    ),
    "without a zone": (
        record(said(CUSTOMER, 120), said(AGENT, 180), created_datetime=MADE.strftime("%Y-%m-%d %H:%M:%S")),
        Reason.TIME_ZONE,
    ),
    "no messages": (record() | {"messages": None}, Reason.COMMENTS_LEFT_OUT),
}
