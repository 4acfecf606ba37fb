"""The demo shop at work: customers write through the HTTP API or by mail, scripted agents answer most of them.

Everything is a plan of timed requests, so that what will happen can be tested without waiting for it.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from helpdesk.demo.demo_step import DemoStep
from helpdesk.demo.english import ENGLISH
from helpdesk.demo.grammar import LIVE, numbers, scripts
from helpdesk.demo.hebrew import HEBREW
from helpdesk.demo.post import mail_story
from helpdesk.demo.post.mail_story import MailTurn
from helpdesk.demo.tamil import TAMIL
from helpdesk.demo.topic import Script

LIVELY, LIVELY_PACE = 12, timedelta(seconds=10)
"""So many tickets come at this pace, for whoever has just opened the page."""

CALMING = 1.5
"""By how much each gap is longer than the one before, until the usual pace is reached."""

USUAL_GAPS = (100, 200)
"""Seconds between tickets thereafter."""

ACKNOWLEDGE_WITHIN_IF_URGENT = timedelta(minutes=15)
ANSWER_WITHIN_ON_CHAT = timedelta(minutes=10)
LANGUAGES = ((ENGLISH, 5), (TAMIL, 2), (HEBREW, 2))
"""What customers write in, by how often."""

FIRST_ORDERS = {"en": 20_000, "ta": 60_000, "he": 80_000}
"""Where the numbers of a store's orders begin if it has none, by its language."""


@dataclass(frozen=True, slots=True)
class DemoWaits:
    """Least and most seconds until a ticket is taken, from then until it is answered, and until it is resolved."""

    taken: tuple[int, int]
    answered: tuple[int, int]
    resolved: tuple[int, int]

    def drawn(self, chance: Random) -> tuple[timedelta, ...]:
        spans = (self.taken, self.answered, self.resolved)
        return tuple(timedelta(seconds=chance.randint(*span)) for span in spans)


_SECONDS = DemoWaits(taken=(6, 12), answered=(18, 45), resolved=(20, 60))
_MINUTES = DemoWaits(taken=(40, 150), answered=(100, 420), resolved=(300, 2400))


def plan(start: datetime, last_orders: Mapping[str, int] = FIRST_ORDERS) -> Iterator[DemoStep]:
    """Yield the steps of the demo for ever, in order of time; `last_orders` has each language's last order.

    The first two tickets were asked earlier, so that an acknowledgement breaks 20 s after the start and a
    first response after 75 s, at any hour. The first dozen come every ten seconds and are answered in
    seconds; then the pace falls to one every two or three minutes, and answers take minutes. Every fifth
    is left alone for a while, and every eighth was asked long enough ago to break while one watches. Of the
    others, some write by mail.
    """
    turns = itertools.cycle(mail_story.TURNS)
    talk, chance = _talk(start, last_orders), Random(f"pace {start.isoformat()}")  # noqa: S311  # a story, and no secret
    waiting: list[DemoStep] = list(_opening(start, next(talk), next(talk)))
    heapq.heapify(waiting)
    for number, arrival in enumerate(_arrivals(start, chance), 2):
        while waiting and waiting[0].at <= arrival:
            yield heapq.heappop(waiting)
        for step in _ticket(number, arrival, next(talk), chance, turns):
            heapq.heappush(waiting, step)


def _arrivals(start: datetime, chance: Random) -> Iterator[datetime]:
    """Return when tickets come after the opening two, for ever: soon at first, then at the usual pace."""
    arrival, gap = start, LIVELY_PACE
    for number in itertools.count(2):
        if number >= LIVELY:
            usual = timedelta(seconds=chance.randint(*USUAL_GAPS))
            gap = min(gap * CALMING, usual) if gap < timedelta(seconds=USUAL_GAPS[0]) else usual
        arrival += gap
        yield arrival


def _talk(start: datetime, last_orders: Mapping[str, int]) -> Iterator[Script]:
    """Return what customers ask, for ever; each language's store counts its orders on from its last one."""
    rng = Random(start.isoformat())  # noqa: S311  # a story, and no secret
    talks = [
        scripts(language, half=LIVE, rng=rng, orders=numbers(last_orders[language.code] + 1, rng))
        for language, _weight in LANGUAGES
    ]
    weights = [weight for _language, weight in LANGUAGES]
    while True:
        yield next(rng.choices(talks, weights=weights)[0])


def _opening(start: datetime, unacknowledged: Script, unanswered: Script) -> Iterator[DemoStep]:
    """Two promises about to break: one to take a ticket in hand, one to answer it."""
    asked = start + timedelta(seconds=20) - ACKNOWLEDGE_WITHIN_IF_URGENT
    yield DemoStep(start, 0, "open", unacknowledged, asked, (("priority", "urgent"), ("channel", "email")))
    yield DemoStep(start + timedelta(seconds=150), 0, "answer", unacknowledged)
    asked = start + timedelta(seconds=75) - ANSWER_WITHIN_ON_CHAT
    yield DemoStep(start, 1, "open", unanswered, asked, (("priority", "low"), ("channel", "chat")))
    yield DemoStep(start + timedelta(seconds=4), 1, "acknowledge", unanswered)
    yield DemoStep(start + timedelta(seconds=240), 1, "answer", unanswered)


def _ticket(
    number: int, arrival: datetime, conversation: Script, chance: Random, turns: Iterator[MailTurn]
) -> Iterator[DemoStep]:
    if number % 8 == 0:
        return _about_to_break(number, arrival, conversation)
    if number % 5 == 0:
        return _left_alone(number, arrival, conversation)
    waits = (_SECONDS if number < LIVELY else _MINUTES).drawn(chance)
    if mail_story.comes_by_mail(number, conversation):
        return mail_story.mail_steps(number, arrival, conversation, waits, next(turns))
    return _answered(number, arrival, conversation, waits)


def _about_to_break(number: int, arrival: datetime, conversation: Script) -> Iterator[DemoStep]:
    asked = arrival + timedelta(seconds=40) - ACKNOWLEDGE_WITHIN_IF_URGENT
    urgent = (("priority", "urgent"), ("channel", "email"))
    yield DemoStep(arrival, number, "open", conversation, asked, urgent)
    yield DemoStep(arrival + timedelta(seconds=90), number, "answer", conversation)


def _left_alone(number: int, arrival: datetime, conversation: Script) -> Iterator[DemoStep]:
    yield DemoStep(arrival, number, "open", conversation)
    yield DemoStep(arrival + timedelta(minutes=12 + number % 17), number, "answer", conversation)


def _answered(
    number: int, arrival: datetime, conversation: Script, waits: Sequence[timedelta]
) -> Iterator[DemoStep]:
    """Taken in hand, answered, and two times of three resolved; each so long after the one before."""
    taken, answered, resolved = itertools.accumulate(waits)
    yield DemoStep(arrival, number, "open", conversation)
    yield DemoStep(arrival + taken, number, "claim" if number % 2 else "acknowledge", conversation)
    yield DemoStep(arrival + answered, number, "answer", conversation)
    if number % 3:
        yield DemoStep(arrival + resolved, number, "resolve", conversation)


def ticket_body(step: DemoStep, *, external_id: str) -> dict[str, Any]:
    """Return the JSON of `POST /tickets` for a step that opens one."""
    body = {"external_id": external_id, **_asked(step.conversation), **dict(step.overrides)}
    if step.occurred_at:
        body["occurred_at"] = step.occurred_at.isoformat()
    return body


def _asked(talk: Script) -> dict[str, Any]:
    return {
        "subject": talk.subject,
        "customer": _customer(talk),
        "message": {"body": talk.question},
        "priority": talk.priority,
        "channel": talk.channel,
        "tags": list(talk.tags),
        "order": {"id": talk.order},
    }


def _customer(talk: Script) -> dict[str, Any]:
    return {
        "external_id": f"demo-{talk.name}",
        "name": talk.name,
        "locale": talk.language,
        "tier": talk.tier or None,
    }
