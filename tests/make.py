"""What tests start from: a shop, its queue, a fixed cast of agents, and tickets made by the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

import msgspec
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import transaction

from helpdesk.access import api_keys
from helpdesk.models import (
    Agent,
    ApiKey,
    Environment,
    Mailbox,
    MailboxMode,
    Membership,
    Queue,
    Role,
    Scope,
    Store,
    Ticket,
    WebhookKind,
    WebhookSubscription,
)
from helpdesk.tickets.opening import opening
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewTicket

NOW = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
"""A Monday on which nobody has a holiday; tests pass it, and instants after it, as `now`."""

PASSWORD = "correct horse battery staple"

CAST: dict[str, Role | None] = {
    "owner": Role.MEMBER,
    "colleague": Role.MEMBER,
    "overseer": Role.OVERSEER,
    "outsider": None,
    "admin": None,
}
"""Who plays: their role in the default queue. The outsider works in a queue of their own."""


class Make:
    """Makes what a test needs; asked again without another name, it returns what it made."""

    def __init__(self) -> None:
        self._count = count(1)

    def queue(self, name: str = "Support") -> Queue:
        return Queue.objects.get_or_create(name=name)[0]

    def store(
        self,
        name: str = "Shop",
        *,
        environment: str = Environment.LIVE,
        queue: Queue | None = None,
        **fields: Any,
    ) -> Store:
        store = Store.objects.filter(name=name, environment=environment).first()
        return store or Store.objects.create(
            name=name, environment=environment, default_queue=queue or self.queue(), **fields
        )

    def mailbox(
        self, address: str = "help@shop.example", *, store: Store | None = None, **fields: Any
    ) -> Mailbox:
        """Return the mailbox of this address; it reads and answers by servers that are not there."""
        store = store or self.store()
        usual = {
            "queue": store.default_queue,
            "public_name": store.name,
            "mode": MailboxMode.FULL,
            "imap_host": "imap.example",
            "smtp_host": "smtp.example",
        }
        own = {"environment": store.environment, "address": address}
        return Mailbox.objects.get_or_create(**own, defaults={"store": store} | usual | fields)[0]

    def webhook(self, url: str, *, store: Store | None = None, **fields: Any) -> WebhookSubscription:
        """Return a subscription to everything but notes, unless its kinds are named."""
        usual = {"kinds": [kind for kind in WebhookKind if kind != WebhookKind.MESSAGE_NOTED]}
        return WebhookSubscription.objects.create(store=store or self.store(), url=url, **usual | fields)

    def agent(self, name: str = "owner", *, queue: Queue | None = None, **fields: Any) -> Agent:
        """Return one of the cast, or a new member of the queue by any other name."""
        email = f"{name}@example.com"
        agent = Agent.objects.filter(email=email).first()
        return agent or self._hire(name, email, queue=queue, **fields)

    def _hire(self, name: str, email: str, *, queue: Queue | None, **fields: Any) -> Agent:
        agent = Agent.objects.create(email=email, password=_hashed(), name=name.title(), **fields)
        if name == "admin":
            Agent.objects.filter(pk=agent.pk).update(is_admin=True, is_superuser=True)
            agent.refresh_from_db()
        else:
            place = self.queue("Elsewhere") if name == "outsider" else queue or self.queue()
            self.member(agent, queue=place, role=CAST.get(name) or Role.MEMBER)
        return agent

    def member(self, agent: Agent, *, queue: Queue, role: str = Role.MEMBER) -> Membership:
        return Membership.objects.get_or_create(agent=agent, queue=queue, defaults={"role": role})[0]

    def shape(self, **fields: Any) -> NewTicket:
        """Return a valid shape; `body` and `email` are short for the message's and the customer's."""
        number = next(self._count)
        body = fields.pop("body", "Where is my order?")
        email = fields.pop("email", f"customer{number}@example.com")
        return msgspec.convert(
            {"subject": f"Question {number}", "message": {"body": body}, "customer": {"email": email}}
            | fields,
            NewTicket,
        )

    def ticket(
        self,
        *,
        now: datetime = NOW,
        store: Store | None = None,
        queue: Queue | None = None,
        by: Agent | None = None,
        outbound: bool = False,
        **fields: Any,
    ) -> Ticket:
        """Open one ticket; `fields` are those of the shape."""
        shape = self.shape(**fields)
        with transaction.atomic():
            [opened] = opening.open_tickets(
                [shape],
                store=store or self.store(),
                now=now,
                first_words=[FirstWord(by=by, outbound=outbound)],
                queue=queue,
            )
        if opened.ticket is None:
            raise opened.refusal or AssertionError("neither a ticket nor a refusal")
        return opened.ticket

    def key(
        self, *, store: Store | None = None, scopes: Iterable[str] = Scope.values, now: datetime = NOW
    ) -> tuple[ApiKey, str]:
        """Return a key and its raw text."""
        with transaction.atomic():
            return api_keys.issue(store or self.store(), scopes, now)


@cache
def _hashed() -> str:
    """Hash the password of all once, as where no test has chosen another way."""
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(PASSWORD, hasher.salt())


@pytest.fixture
def make(db: None) -> Make:
    return Make()
