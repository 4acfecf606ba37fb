"""Tickets of the last four weeks, written as history, for what is measured over a month; every tenth is live."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction

from helpdesk.conversation.answers import AfterReply
from helpdesk.database.instant import database_now
from helpdesk.history import past_facts
from helpdesk.history.conversation_writer import PastConversation, write_conversations
from helpdesk.models import Agent, Queue, Status, Store
from helpdesk.tickets.opening.new_ticket import NewMessage, NewTicket, Urgency
from monitor.models import Calendar, Policy
from monitor.promises import versions
from tests.bench import crowd, stage
from tests.monitor import recounted

DAYS: Final = 30
WRITTEN_TOGETHER: Final = 500
LIVE_SHARE: Final = 10
QUEUES: Final = 8
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
OFFICE: Final = {"timezone": "America/New_York", "weekly": {day: [["09:00", "17:00"]] for day in WEEKDAYS}}
PRIORITIES: Final[tuple[Urgency, ...]] = "low", "normal", "high", "urgent"
FIRST: Final = {"urgent": 1800, "high": 3600, "normal": 14_400, "low": 28_800}


class Desk(NamedTuple):
    """Where the tickets are, who answers them, and what they are promised."""

    store: Store
    queues: Sequence[Queue]
    by: Agent
    policy: Policy
    calendar: Calendar


def set_up(*, tickets: int) -> Desk:
    """Return a desk with so many tickets, tidied as an autovacuum would."""
    desk = _desk()
    _write(desk, tickets)
    crowd.tidy()
    return desk


def _desk() -> Desk:
    shop, now = stage.shop(), database_now() - timedelta(days=3 * DAYS)
    by = Agent.objects.create(email="bench@example.com", name="Bench", is_superuser=True)
    queues = [Queue.objects.create(name=f"Queue {number}") for number in range(QUEUES)]
    calendar, policy = Calendar.objects.create(name="Office"), Policy.objects.create(name="All")
    with transaction.atomic():
        versions.publish_calendar(calendar=calendar, spec=OFFICE, now=now)
        versions.publish_policy(policy=policy, rules=rules(FIRST), position=1, calendar=calendar, now=now)
    recounted.go_on_to_the_end(now=database_now())
    return Desk(Store.objects.get(pk=shop.store), queues, by, policy, calendar)


def rules(first: dict[str, int]) -> dict[str, object]:
    return {
        "targets": {
            "first_response": {"seconds": first},
            "next_response": {"seconds": 28_800},
            "resolution": {"seconds": 86_400},
        }
    }


def _write(desk: Desk, tickets: int) -> None:
    """Write conversations of the last four weeks as history, the same each time."""
    drawn, now = random.Random(4), database_now()  # noqa: S311  # the same each time
    for begun in range(0, tickets, WRITTEN_TOGETHER):
        several = [
            _conversation(drawn, desk.by, now=now, lives=number % LIVE_SHARE == 0)
            for number in range(begun, min(begun + WRITTEN_TOGETHER, tickets))
        ]
        queue = desk.queues[begun // WRITTEN_TOGETHER % QUEUES]
        with transaction.atomic():
            write_conversations(several, store=desk.store, now=now, queue=queue)


def _conversation(drawn: random.Random, by: Agent, *, now: datetime, lives: bool) -> PastConversation:
    asked = now - timedelta(days=DAYS * drawn.random())
    opening = NewTicket(
        subject="Where is my order?",
        message=NewMessage(body="Where is it?"),
        occurred_at=asked,
        priority=drawn.choice(PRIORITIES),
    )
    facts = [fact for fact in _facts(drawn, by, asked, lives=lives) if fact.at < now]
    return PastConversation(opening=opening, facts=tuple(facts))


def _facts(drawn: random.Random, by: Agent, asked: datetime, *, lives: bool) -> Iterator[past_facts.PastFact]:
    """Yield what was said: answers and questions by turns, sooner or later; then it ends, unless it lives."""
    at = asked
    for turn in range(drawn.randrange(0 if lives else 1, 4)):
        if turn:
            at += timedelta(hours=drawn.expovariate(1 / 10))
            yield past_facts.CustomerWrote(at=at, body="And today?")
        at += timedelta(hours=drawn.expovariate(1 / 6))
        then = drawn.choice([AfterReply.KEEP_OPEN, AfterReply.WAIT])
        yield past_facts.AgentReplied(at=at, by=by, body="Tomorrow.", then=then)
    if not lives:
        yield past_facts.StatusSet(
            at=at + timedelta(hours=drawn.expovariate(1 / 20)), by=by, status=Status.RESOLVED
        )
