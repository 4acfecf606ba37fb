"""Tickets and messages in the words of the API; what time says about a ticket is added by an extension."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from helpdesk.api import message_shapes, shapes
from helpdesk.database.statement import of, run
from helpdesk.models import Attachment, Leaving, Message, MessageParty, Store, Ticket
from helpdesk.models.agent import address_of

_COMPANIONS: Final = """
    SELECT ticket.id, customer.external_id, customer.email, customer.name, customer.locale,
           customer.timezone, customer.tier, queue.name, assignee.email, target.reference, origin.reference,
           topic.name, attended.by_somebody, ticket.updated_at
      FROM (SELECT * FROM helpdesk_ticket WHERE id = ANY(%s::bigint[])) AS ticket
      JOIN helpdesk_customer AS customer ON customer.id = ticket.customer_id
      JOIN helpdesk_queue AS queue ON queue.id = ticket.queue_id
      LEFT JOIN helpdesk_agent AS assignee ON assignee.id = ticket.assignee_id
      LEFT JOIN helpdesk_ticket AS target ON target.id = ticket.merged_into_id
      LEFT JOIN helpdesk_storetopic AS topic ON topic.id = ticket.topic_id
      LEFT JOIN helpdesk_ticket AS origin ON origin.id = ticket.split_from_id
     CROSS JOIN LATERAL (
           SELECT EXISTS (
               SELECT FROM helpdesk_membership AS place JOIN helpdesk_agent AS agent ON agent.id = place.agent_id
                WHERE place.queue_id = queue.id AND agent.is_active AND (%s OR NOT agent.is_demo))
           ) AS attended (by_somebody)
"""
"""Who can log in is asked as `MembershipQuerySet.present` asks it: of the demo's people, while the demo is open."""

_OF_CUSTOMER: Final = ("external_id", "email", "name", "locale", "timezone", "tier")
"""The customer's columns in that statement, in its order."""

_OF_TICKET: Final = (
    "reference", "external_id", "subject", "status", "priority", "channel", "tags", "metadata", "order",
    "occurred_at", "received_at",
)  # fmt: skip
_OF_MESSAGE: Final = (
    "external_id", "public", "automatic", "holding", "body", "rest", "sent_at", "received_at", "bounced_at",
    "bounce_reason",
)  # fmt: skip
_OF_DELIVERY: Final = ("state", "leaving_since", "left_at", "refused_at", "said")
"""What is said of a ticket, of a message, and of its way out, as it stands in its own row."""


class Extension(Protocol):
    """What another app adds to a ticket: a shape that extends `shapes.TicketShape`, and its making."""

    shape: type[shapes.TicketShape]

    def extend(
        self, plain: Sequence[shapes.TicketShape], tickets: Sequence[Ticket], *, now: datetime
    ) -> Sequence[shapes.TicketShape]:
        """Return each plain shape extended; the tickets come with their store."""
        ...


@cache
def extension() -> Extension | None:
    """Give the extension that the settings name."""
    path = settings.API_TICKET_EXTENSION
    return import_string(path) if path else None


def represent(
    tickets: Sequence[Ticket], *, store: Store, now: datetime, warnings: Sequence[list[str]] = ()
) -> Sequence[shapes.TicketShape]:
    """Say each ticket as it stands at `now`, in a constant number of statements."""
    found = companions([ticket.pk for ticket in tickets])
    said = warnings or [[] for _ in tickets]
    lonely = cache(_nobody_works_in)
    plain = [
        plain_ticket(ticket, store, found[ticket.pk], heard, lonely)
        for ticket, heard in zip(tickets, said, strict=True)
    ]
    more = extension()
    return more.extend(plain, tickets, now=now) if more else plain


def companions(ticket_ids: Sequence[int]) -> dict[int, Sequence[Any]]:
    """Read what is said of each ticket beside its own row: its customer, queue, assignee and target.

    And, last, whether anybody works in the queue, and the stamp that the database has given its latest change.
    """
    rows = run(*of(ticket_ids, _COMPANIONS, [settings.DEMO_IS_OPEN])) if ticket_ids else []
    return {ticket_id: row for ticket_id, *row in rows}


def plain_ticket(
    ticket: Ticket, store: Store, beside: Sequence[Any], warnings: list[str], lonely: Callable[[str], str]
) -> shapes.TicketShape:
    *customer, queue, assignee, merged_into, split_from, topic, is_attended, updated_at = beside
    alone = [] if is_attended or not ticket.is_live else [lonely(queue)]
    ticket.store = store
    return shapes.TicketShape(
        environment=store.environment,
        queue=queue,
        assignee=address_of(assignee),
        customer=shapes.CustomerShape(**dict(zip(_OF_CUSTOMER, customer, strict=True))),
        merged_into=merged_into,
        topic=topic,
        split_from=split_from,
        updated_at=updated_at,
        warnings=[*warnings, *map(str, ticket.noticed), *alone],
        **{name: getattr(ticket, name) for name in _OF_TICKET},
    )


def _nobody_works_in(queue: str) -> str:
    return _("Nobody works in the queue “%s”: admins alone see this ticket.") % queue


def represent_message(message: Message) -> message_shapes.MessageShape:
    """Say a message; its agent, its files, and how and to whom it leaves by mail, have been loaded with it."""
    said = {name: getattr(message, name) for name in _OF_MESSAGE}
    said |= {"author": _author(message), "way": message.way or None, "delivery": _delivery(message)}
    said |= {"outside": message.is_with_outsiders}
    files = sorted(message.attachments.all(), key=lambda file: file.pk)
    return message_shapes.MessageShape(
        id=str(message.pk), attachments=[represent_attachment(file) for file in files], **said
    )


def represent_attachment(file: Attachment) -> message_shapes.AttachmentShape:
    return message_shapes.AttachmentShape(
        id=str(file.pk),
        name=file.name,
        type=file.content_type,
        size=file.size,
        sha256=bytes(file.digest).hex(),
        left_out=file.left_out or None,
        infection=file.infection or None,
    )


def _delivery(message: Message) -> message_shapes.DeliveryShape | None:
    mailed = getattr(message, "mailed", None)
    if mailed is None:
        return None
    came_back = message.bounced_at if mailed.state == Leaving.BOUNCED else None
    parties = sorted(message.parties.all(), key=lambda party: party.pk)
    return message_shapes.DeliveryShape(
        bounced_at=came_back,
        recipients=[_recipient(party) for party in parties],
        **{name: getattr(mailed, name) for name in _OF_DELIVERY},
    )


def _recipient(party: MessageParty) -> message_shapes.RecipientShape:
    return message_shapes.RecipientShape(
        line=party.role,
        email=party.address,
        name=party.name,
        newcomer=party.is_new,
        taken_at=party.taken_at,
        failed_at=party.failed_at,
    )


def _author(message: Message) -> message_shapes.AuthorShape:
    agent = message.agent
    if agent is None:
        return message_shapes.AuthorShape(kind=message.author, agent=None, name=message.author_name)
    return message_shapes.AuthorShape(kind=message.author, agent=agent.address, name=agent.name)
