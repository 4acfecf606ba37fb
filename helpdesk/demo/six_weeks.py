"""The demo's past: six weeks of three stores, the same for the same instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import datetime
from random import Random

from helpdesk.demo import past_life
from helpdesk.demo.english import ENGLISH
from helpdesk.demo.grammar import PAST, numbers, scripts
from helpdesk.demo.hebrew import HEBREW
from helpdesk.demo.rhythm import Rhythm
from helpdesk.demo.tamil import TAMIL
from helpdesk.demo.topic import Language, Script
from helpdesk.history.conversation_writer import PastConversation
from helpdesk.models import Agent
from helpdesk.tickets.opening.new_ticket import NewCustomer, NewMessage, NewOrder, NewTicket


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
    orders = numbers(trade.first_order)
    talks = [
        (language, scripts(language, half=PAST, rng=rng, orders=orders))
        for language, _weight in trade.languages
    ]
    weights = [weight for _language, weight in trade.languages]
    for number, asked_at in enumerate(rhythm.asked_at(trade.per_day, rng), 1):
        language, talk = rng.choices(talks, weights=weights)[0]
        script = _by_day(next(talk), rhythm, asked_at)
        scene = past_life.Scene(
            script=script,
            turns=language.turns,
            agent=rng.choice(staff),
            asked_at=asked_at,
            answered_at=rhythm.answered_at(asked_at, script, rng),
            rhythm=rhythm,
            rng=rng,
        )
        neglected = rng.random() < rhythm.trouble(asked_at).neglected
        opening = _opening(script, asked_at, external_id=f"{name}-{number:05}")
        yield PastConversation(opening=opening, facts=past_life.facts(scene, neglected=neglected))


def _by_day(script: Script, rhythm: Rhythm, asked_at: datetime) -> Script:
    """Nobody chats by night."""
    shut = script.channel == "chat" and not rhythm.is_open(asked_at)
    return with_changes(script, channel="contact_form") if shut else script


def _opening(script: Script, asked_at: datetime, *, external_id: str) -> NewTicket:
    return NewTicket(
        external_id=external_id,
        occurred_at=asked_at,
        subject=script.subject,
        customer=NewCustomer(
            external_id=f"demo-{script.name}",
            name=script.name,
            locale=script.language,
            tier=script.tier or None,
        ),
        message=NewMessage(body=script.question),
        priority=script.priority,
        channel=script.channel,
        tags=list(script.tags),
        order=NewOrder(id=script.order),
        imported=True,
    )


MAIN = PastTrade(per_day=36, hours_east=0, languages=((ENGLISH, 1),), first_order=20_011)
MADURAI = PastTrade(per_day=11, hours_east=5.5, languages=((TAMIL, 7), (ENGLISH, 3)), first_order=60_003)
HAIFA = PastTrade(per_day=9, hours_east=2, languages=((HEBREW, 7), (ENGLISH, 3)), first_order=80_009)
