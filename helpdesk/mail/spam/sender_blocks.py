"""Blocking senders of a store, and lifting that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.mail.addressing.colleagues import is_agent
from helpdesk.mail.addressing.mail_providers import is_mail_provider
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.models import Agent, RawMail, SenderBlock, Store, Ticket
from helpdesk.refusal import Refused

A_WHILE: Final = timedelta(days=90)


class OneOfUs(Refused):
    """Mail of our own mailboxes and people is not stopped."""

    code = "one-of-us"
    sentence = _("%(sender)s is not blocked: it is ours.")


class NotTheirSender(Refused):
    """Only the ticket's own customer can be blocked, and no domain at which anybody may have an address."""

    code = "not-their-sender"
    sentence = _("%(sender)s cannot be blocked here.")


def senders_to_block(ticket: Ticket) -> list[str]:
    """Return whom a ticket lets one block: the address of its customer, and their domain if they may own it."""
    key = ticket.customer.email_key or ""
    domain = key.rpartition("@")[2]
    if not key:
        return []
    return [key] if is_mail_provider(domain) else [key, f"@{domain}"]


def block(*, ticket: Ticket, sender: str, for_good: bool, by: Agent, now: datetime) -> SenderBlock:
    """Stop mail of a ticket's sender to its store, for 90 days or for good, from now on.

    Who is blocked already is blocked from now on as is asked. Raises `NotTheirSender`, `OneOfUs`.
    """
    require_transaction()
    if sender not in senders_to_block(ticket):
        raise NotTheirSender(sender=sender)
    if _is_one_of_us(sender, ticket.store):
        raise OneOfUs(sender=sender)
    told = {
        "blocked_at": now,
        "blocked_by": by,
        "ticket": ticket,
        "until": None if for_good else now + A_WHILE,
    }
    blocked, _new = SenderBlock.objects.update_or_create(
        store=ticket.store, sender=sender, lifted_at=None, defaults=told
    )
    return blocked


def _is_one_of_us(sender: str, store: Store) -> bool:
    ours = OurAddresses(store.environment)
    if not sender.startswith("@"):
        return sender in ours or is_agent(sender)
    at_home = sender.removeprefix("@") in ours.domains
    return at_home or Agent.objects.filter(email__endswith=sender).exists()


def lift(blocks: list[SenderBlock], *, now: datetime) -> int:
    """Let mail of these senders in again from now on; return how many were blocked until now."""
    numbers = [each.pk for each in blocks]
    return SenderBlock.objects.filter(pk__in=numbers, lifted_at=None).update(lifted_at=now)


def stop(mail: RawMail, address_key: str, *, now: datetime) -> bool:
    """Note on a mail that its sender is blocked, and count it; false where they are not."""
    if not address_key or mail.asked_again_at is not None:
        return False
    found = SenderBlock.objects.in_force(now).stopping(address_key).filter(store=mail.store_id).first()
    if found is None:
        return False
    SenderBlock.objects.filter(pk=found.pk).update(stopped=F("stopped") + 1)
    mail.block = found
    return True


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete blocks that were over longer ago; return how many."""
    gone, _of_each = SenderBlock.objects.over(now - kept_for).delete()
    return gone
