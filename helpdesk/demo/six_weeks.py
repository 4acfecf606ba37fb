"""The demo's past: six weeks of three stores, the same for the same instant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import datetime
from random import Random

from helpdesk.demo import past_life
from helpdesk.demo.english import ENGLISH
from helpdesk.demo.grammar import PAST, mixed, numbers
from helpdesk.demo.hebrew import HEBREW
from helpdesk.demo.past_life import Scene
from helpdesk.demo.rhythm import Rhythm
from helpdesk.demo.tamil import TAMIL
from helpdesk.demo.topic import Language, Script, Topic
from helpdesk.history.conversation_writer import PastConversation
from helpdesk.models import Agent
from helpdesk.tickets.opening.new_ticket import NewCustomer, NewMessage, NewTicket, OrderSnapshot


@dataclass(frozen=True, slots=True)
class PastTrade:
    """How a store traded: how much was asked on a usual day, and in which languages, by their weight."""

    per_day: float
    hours_east: float
    languages: tuple[tuple[Language, int], ...]
    first_order: int


def six_weeks(
    trade: PastTrade, *, until: datetime, name: str, staff: Sequence[Agent]
) -> Iterator[PastConversation]:
    """Yield a store's conversations in the order in which they were asked; external ids begin with `name`."""
    rng = Random(f"{trade.first_order} {until.isoformat()}")  # noqa: S311  # a story, and no secret
    rhythm = Rhythm(until=until, hours_east=trade.hours_east)
    for number, scene in enumerate(_scenes(trade, staff, rhythm, rng), 1):
        neglected = rng.random() < rhythm.trouble(scene.asked_at).neglected
        opening = _opening(scene.script, scene.asked_at, external_id=f"{name}-{number:05}")
        yield PastConversation(opening=opening, facts=past_life.facts(scene, neglected=neglected))


def _scenes(trade: PastTrade, staff: Sequence[Agent], rhythm: Rhythm, rng: Random) -> Iterator[Scene]:
    talk = mixed(trade.languages, half=PAST, rng=rng, orders=numbers(trade.first_order, rng))
    for asked_at in rhythm.asked_at(trade.per_day, rng):
        language, drawn = next(talk)
        script = _by_day(drawn, rhythm, asked_at)
        agent, answered_at = rng.choice(staff), rhythm.answered_at(asked_at, script, rng)
        yield Scene(script, language.turns, agent, asked_at, answered_at, rhythm, rng)


def _by_day(script: Script, rhythm: Rhythm, asked_at: datetime) -> Script:
    """Nobody chats by night."""
    shut = script.channel == "chat" and not rhythm.is_open(asked_at)
    return with_changes(script, channel="contact_form") if shut else script


def _opening(script: Script, asked_at: datetime, *, external_id: str) -> NewTicket:
    return NewTicket(
        external_id=external_id,
        occurred_at=asked_at,
        subject=script.subject,
        customer=_customer(script),
        message=NewMessage(body=script.question),
        priority=script.priority,
        channel=script.channel,
        tags=list(script.tags),
        order=OrderSnapshot(id=script.order),
    )


def _customer(script: Script) -> NewCustomer:
    return NewCustomer(
        external_id=f"demo-{script.name}",
        name=script.name,
        locale=script.language,
        tier=script.tier or None,
    )


_BY_PRODUCT = tuple(topic for topic in ENGLISH.topics if "{product}" in topic.subject)
_ABROAD = _BY_PRODUCT[-6:]
"""What is asked in English in Madurai and Haifa; stores that share no topic never ask the same at once."""


def _english(topics: Iterable[Topic]) -> Language:
    return with_changes(ENGLISH, topics=tuple(topics))


_AT_HOME = _english(topic for topic in ENGLISH.topics if topic not in _ABROAD)
MAIN = PastTrade(per_day=36, hours_east=0, languages=((_AT_HOME, 1),), first_order=20_011)
MADURAI = PastTrade(
    per_day=11, hours_east=5.5, languages=((TAMIL, 7), (_english(_ABROAD[:3]), 3)), first_order=60_003
)
HAIFA = PastTrade(
    per_day=9, hours_east=2, languages=((HEBREW, 7), (_english(_ABROAD[3:]), 3)), first_order=80_009
)
