"""The webhook of a conversation: one fact a message, with the words as they stand when it leaves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from helpdesk.models import Author, Mailbox, Message, Ticket, WebhookFact, WebhookKind, WebhookSubscription
from helpdesk.outbox import public_http, standard_webhook
from helpdesk.outbox.channel import Channel, Needless, Parcel, Sent, named_each
from helpdesk.webhooks.fact_delivery import FACT
from helpdesk.webhooks.told_conversation import LONGEST_TEXT, TOLD, ConversationTold, MessageTold, TicketTold

_WITH = ("subscription", "ticket__store", "ticket__customer", "message__agent", "message__mailed__mailbox")


def way_out(key: int) -> str | None:
    """Return the host of the subscription's address; None where there is no such subscription, or no web address."""
    url = WebhookSubscription.objects.filter(pk=key).values_list("url", flat=True).first()
    try:
        return public_http.host_of(url) if url else None
    except public_http.NotPublic:
        return None


def send(parcel: Parcel, *, now: datetime) -> Sent | Needless:
    """Post a fact to its subscription; raises `AttemptFailed`."""
    fact = WebhookFact.objects.filter(pk__in=parcel.numbers(FACT)).select_related(*_WITH).first()
    if fact is None:
        return Needless()
    subscription, body = fact.subscription, msgspec.json.encode(told(fact))
    standard_webhook.send(
        subscription.url, message_id=parcel.message_id, body=body, secret=subscription.secret, now=now
    )
    return Sent((f"webhook {subscription.pk}",))


def whom(keys: Collection[int]) -> dict[int, str]:
    known = WebhookSubscription.objects.select_related("store").in_bulk(keys)
    return named_each(_("Webhook %s"), known, keys)


CHANNEL = Channel(pace=timedelta(), way_out=way_out, send=send, whom=whom)


def told(fact: WebhookFact) -> ConversationTold:
    """Return what a fact says, in the words of the contract."""
    kind = WebhookKind(fact.kind)
    envelope, shape = TOLD[kind]
    data: dict[str, Any] = {"sequence": fact.sequence, "ticket": _ticket(fact)}
    if fact.message is not None:
        data |= {"message": _message(fact.message, fact)}
    elif kind == WebhookKind.TICKET_STATUS_CHANGED:
        data |= {"by": fact.by, "was": fact.was}
    else:
        data |= {"by": fact.by}
    at, environment = fact.recorded_at, fact.ticket.store.environment
    body: Any = envelope  # each has a `type` and `data` of its own
    told: ConversationTold = body(type=kind.value, timestamp=at, environment=environment, data=shape(**data))
    return told


def _ticket(fact: WebhookFact) -> TicketTold:
    ticket = fact.ticket
    return TicketTold(
        reference=ticket.reference,
        external_id=ticket.external_id,
        customer=ticket.customer.external_id,
        subject=ticket.subject,
        status=fact.status,
    )


def _message(message: Message, fact: WebhookFact) -> MessageTold:
    return MessageTold(
        id=str(message.pk),
        external_id=message.external_id,
        author=message.author,
        name=_name(message, fact),
        way=message.way or None,
        outside=message.is_with_outsiders,
        text=message.body[:LONGEST_TEXT],
        truncated=bool(message.rest) or len(message.body) > LONGEST_TEXT,
        sent_at=message.sent_at,
        bounced_at=message.bounced_at,
        bounce_reason=message.bounce_reason,
    )


def _name(message: Message, fact: WebhookFact) -> str:
    """Return under which name somebody of ours speaks; whoever else speaks is called nothing."""
    if message.author in (Author.CUSTOMER, Author.THIRD_PARTY):
        return ""
    real = str(message.agent.name if message.agent else message.author_name)
    mailed = getattr(message, "mailed", None)
    mailbox = mailed.mailbox if mailed else None
    return (fact.subscription.agent_names and real) or _public_name(fact.ticket, mailbox)


def _public_name(ticket: Ticket, mailbox: Mailbox | None) -> str:
    """Return the name by which the customer knows us: that of the mailbox a reply left by, else of the store.

    A store is called as its first mailbox for the ticket's queue, else as its first, else by its own name.
    """
    if mailbox is None:
        theirs = Mailbox.objects.filter(store=ticket.store_id).order_by("pk")
        mailbox = min(theirs, key=lambda box: box.queue_id != ticket.queue_id, default=None)
    return mailbox.public_name if mailbox else ticket.store.name
