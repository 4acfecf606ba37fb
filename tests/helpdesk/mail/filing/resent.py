"""A log of conversations sent once more, as the mails that they could have been: with their own ids and times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from django.db import transaction

from helpdesk.intake.message_log import LoggedConversation, LoggedMessage
from helpdesk.mail import inbox
from helpdesk.mail.filing import mail_turn
from helpdesk.mail.inbox import FoundIn
from helpdesk.models import Mailbox, RawMail
from monitor.clock.metrics import Metric
from monitor.models import Clock
from tests.helpdesk.mail.filing.post import mail

DOUBLED: Final = 0.1
"""The share of mails that come twice, by two ways."""


class ResentMail(NamedTuple):
    """A mail, and whether it lay in the folder of what was sent."""

    raw: bytes
    was_sent: bool


def message_id(line: LoggedMessage) -> str:
    return f"{line.ticket_id}.{line.message_id}@log.example"


def mails_of(talk: LoggedConversation, *, mailbox: Mailbox) -> Iterator[ResentMail]:
    """Yield a conversation's public messages: its customer's as they come, ours as they lie in the sent folder.

    Whoever speaks for the customer writes from the customer's address; each mail names those before it.
    """
    said = [talk.opening, *(line for line in talk.others if line.public)]
    customer = f"{talk.served}@customers.example".lower()
    for place, line in enumerate(said):
        ours = line is not talk.opening and line.role != "customer"
        head = {"To": customer if ours else mailbox.address}
        if line.role == "bot":
            head["Auto-Submitted"] = "auto-replied"
        raw = mail(
            line.body,
            by=f"{line.author} <{mailbox.address}>" if ours else f"{line.author} <{customer}>",
            mid=message_id(line),
            at=line.at,
            subject=f"Question {talk.ticket_id}",
            answers=[message_id(each) for each in said[:place]],
            Content_Type="text/plain; charset=utf-8",
            **head,
        )
        yield ResentMail(raw, ours)


def shuffled(mails: Iterable[ResentMail], *, seed: str) -> list[ResentMail]:
    """Return them in another order, a part of them twice."""
    rng = Random(seed)  # noqa: S311  # an order, and no secret
    once = list(mails)
    twice = [
        ResentMail(b"Received: by another way\r\n" + each.raw, each.was_sent)
        for each in once
        if rng.random() < DOUBLED
    ]
    both = [*once, *twice]
    rng.shuffle(both)
    return both


def send(mails: Iterable[ResentMail], *, mailbox: Mailbox, now: datetime) -> None:
    """Keep them as the postman does, and have them filed as the task does, until nothing is left."""
    with transaction.atomic():
        for each in mails:
            inbox.keep(each.raw, store=mailbox.store, now=now, found_in=FoundIn(mailbox, each.was_sent))
    Mailbox.objects.filter(pk=mailbox.pk).update(read_at=now)
    while RawMail.objects.unread().exists():
        while mail_turn.take(now=now):
            pass
        now += timedelta(seconds=20)


def first_responses(talks: Iterable[LoggedConversation]) -> dict[str, float | None]:
    """Return the seconds until a person answered, by ticket; None for whoever still waits."""
    found = {}
    for talk in talks:
        clock = Clock.objects.get(
            metric=Metric.FIRST_RESPONSE, ticket__mail_ids__value=message_id(talk.opening)
        )
        answered = clock.wall if clock.outcome in {"met", "late"} else None
        found[talk.ticket_id] = answered.total_seconds() if answered is not None else None
    return found
