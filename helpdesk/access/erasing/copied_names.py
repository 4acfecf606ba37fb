"""Copies of somebody's name and address by value, beside those that mail has: see `forgotten_mail`."""

from __future__ import annotations

from typing import Final, LiteralString

from django.db.models import F, Q, Value
from django.db.models.functions import Replace

from helpdesk.access.erasing import drafts_naming, lists_naming
from helpdesk.database.statement import run
from helpdesk.input.mentioned_names import rewritten
from helpdesk.models import (
    Agent,
    Author,
    Customer,
    Draft,
    HeldReply,
    JobError,
    Mention,
    Message,
    TeamNote,
    Ticket,
)
from helpdesk.models.desk.team_note import TeamNoteQuerySet
from helpdesk.models.mail.held_reply import HeldReplyQuerySet
from helpdesk.tickets.opening.customer_match import email_key


def forget_customer(customer: Customer) -> None:
    """Take them off the copies of replies that are held back, or being written, on the tickets of others.

    Notes that say who they were, and lists that ask for them, go whole.
    """
    _delete_notes_naming(customer)
    lists_naming.delete_for_customer(customer)
    if customer.email_key is not None:
        of_their_store = HeldReply.objects.filter(ticket__store=customer.store_id)
        _take_off(customer.email_key, held=of_their_store)
        theirs = Draft.objects.filter(Q(ticket=None) | Q(ticket__store=customer.store_id))
        drafts_naming.forget_address(customer.email_key, drafts=theirs)


def _delete_notes_naming(customer: Customer) -> None:
    """Delete the notes that were made of answers to them and still say their name, and all that say their address."""
    of_their_store = TeamNote.objects.filter(message__ticket__store=customer.store_id)
    theirs = of_their_store.filter(message__ticket__customer=customer)
    _delete_saying(customer.name, among=theirs)
    for address in (customer.email, customer.email_key):
        _delete_saying(address, among=of_their_store)


def _delete_saying(said: str | None, *, among: TeamNoteQuerySet) -> None:
    if said:
        among.filter(Q(title__icontains=said) | Q(body__icontains=said)).delete()


def forget_agent(agent: Agent, *, called: str) -> None:
    """Let an agent who is not emptied yet be called by a number where something was said under their name.

    So it was where it was found among what they had sent, where a shop's program answered for them, and where it is
    said why nothing was done to a ticket of theirs.
    """
    without_account = Q(agent=None, author=Author.AGENT, author_name__in={agent.name, agent.email} - {""})
    theirs = Message.objects.filter(Q(agent=agent) | without_account)
    theirs.exclude(author_name="").update(author_name=called)
    _forget_mentions(agent, called=called)
    lists_naming.delete_of_agent(agent)
    named = JobError.objects.filter(why__contains=str(agent))
    named.update(why=Replace("why", Value(str(agent)), Value(called)))
    _take_off(email_key(agent.email), held=HeldReply.objects.all())
    drafts_naming.forget_address(email_key(agent.email), drafts=Draft.objects.all())
    run(_FORGET_WHOM_DELIVERIES_MISSED, (f"{email_key(agent.email)}:",) * 2)


def _forget_mentions(agent: Agent, *, called: str) -> None:
    """Let notes that mention them mention a number, and whoever finds tickets by such words find them no more."""
    notes = Message.objects.filter(mentions__agent=agent)
    for note in notes.select_for_update(of=("self",)):
        body, rest = (
            rewritten(text, [agent.name, agent.email], by=lambda _said: f"@{called}")
            for text in (note.body, note.rest)
        )
        Message.objects.filter(pk=note.pk).update(body=body, rest=rest)
    Ticket.objects.filter(messages__in=notes).update(subject=F("subject"))  # written is stamped
    Mention.objects.filter(agent=agent).unread().delete()


def _take_off(key: str, *, held: HeldReplyQuerySet) -> None:
    for reply in held.exclude(cc=[]).select_for_update(of=("self",)):
        others = [pair for pair in reply.cc if email_key(pair[0]) != key]
        if others != reply.cc:
            HeldReply.objects.filter(pk=reply.pk).update(cc=others)


_FORGET_WHOM_DELIVERIES_MISSED: Final[LiteralString] = """
    WITH told AS (
        SELECT delivery.id, bool_or(starts_with(lower(each), %s::text)) AS is_named,
               array_agg(each ORDER BY place) FILTER (WHERE NOT starts_with(lower(each), %s::text)) AS others
          FROM helpdesk_delivery delivery
    CROSS JOIN LATERAL unnest(missed) WITH ORDINALITY AS one (each, place)
         WHERE missed <> '{}'
      GROUP BY delivery.id
    )
    UPDATE helpdesk_delivery AS delivery
       SET missed = coalesce(others, '{}')
      FROM told
     WHERE told.id = delivery.id AND is_named
 RETURNING delivery.id
"""
"""An alert that did not reach everybody says by address whom it is still for."""
