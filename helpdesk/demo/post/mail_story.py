"""How a conversation by mail goes on: mostly as any other, and now and then as only mail does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate
from typing import Final

from helpdesk.demo.demo_step import DemoStep
from helpdesk.demo.english import ENGLISH
from helpdesk.demo.post.demo_addresses import (
    CUSTOMER_DOMAIN,
    REFUSING_DOMAIN,
    RETURNING_DOMAIN,
    SLOW_DOMAIN,
)
from helpdesk.demo.topic import Script

AWAY_AFTER: Final = timedelta(seconds=8)
"""How fast a machine answers."""
CHANNEL: Final = "email"
ANSWERS: Final = frozenset({"write_back", "away"})
"""What customers do with an answer."""
ONLY_BY_MAIL: Final = ANSWERS | {"answer_again"}
THANKS: Final = "Thank you, that settles it."


@dataclass(frozen=True, slots=True)
class MailTurn:
    """What becomes of the answer, and what its receiver does with it: nothing, usually."""

    domain: str = CUSTOMER_DOMAIN
    then: str = ""

    @property
    def arrives(self) -> bool:
        return self.domain not in {RETURNING_DOMAIN, REFUSING_DOMAIN}


TURNS: Final = (
    MailTurn(then="write_back"),
    MailTurn(then="away"),
    MailTurn(RETURNING_DOMAIN),
    MailTurn(),
    MailTurn(),
    MailTurn(SLOW_DOMAIN, then="write_back"),
    MailTurn(),
    MailTurn(REFUSING_DOMAIN),
)
"""One after the other, again and again."""


def comes_by_mail(number: int, script: Script) -> bool:
    """Tell whether a ticket comes by mail: to the shop that has a mailbox, as mail does, or every other."""
    return script.language == ENGLISH.code and (script.channel == CHANNEL or number % 2 == 1)


def mail_steps(
    number: int, arrival: datetime, script: Script, waits: Sequence[timedelta], turn: MailTurn
) -> Iterator[DemoStep]:
    """Yield a ticket that is taken in hand, answered and resolved, each so long after the one before."""
    step = partial(DemoStep, number=number, conversation=script, address=_address(script.name, turn.domain))
    taken, answered, resolved = accumulate(waits)
    yield step(arrival, verb="open")
    yield step(arrival + taken, verb="claim")
    yield step(arrival + answered, verb="answer")
    if turn.then == "away":
        yield step(arrival + answered + AWAY_AFTER, verb="away")
    if turn.then == "write_back":
        resolved += 2 * waits[1]
        yield step(arrival + answered + waits[1], verb="write_back")
        yield step(arrival + answered + 2 * waits[1], verb="answer_again")
    if turn.arrives:
        yield step(arrival + resolved, verb="resolve")


def _address(name: str, domain: str) -> str:
    return f"{re.sub(r'[^a-z]+', '.', name.lower()).strip('.')}@{domain}"


def said_back(script: Script) -> str:
    """Return what a customer says to an answer: that it did not help, where that fits, else thanks."""
    return next((remark.body for remark in ENGLISH.turns.not_solved if remark.fits(script)), THANKS)


def said_again(script: Script) -> str:
    """Return how that is answered."""
    answers = ENGLISH.turns.second_answer
    return answers[len(script.subject) % len(answers)].replace("{name}", script.called)


def said_when_away(script: Script) -> str:
    return f"I am out of the office and back on Monday. Your message was received.\n\n{script.name}"
