"""Blocking senders of a store, and lifting that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import isolated, one_line
from helpdesk.mail.addressing.colleagues import is_agent
from helpdesk.mail.addressing.mail_providers import is_mail_provider
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.models import Agent, RawMail, SenderBlock, Store, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.opening.customer_match import email_key
from helpdesk.tickets.opening.new_ticket import Email

A_WHILE: Final = timedelta(days=90)
_SHOWN: Final = 60


class OneOfUs(Refused):
    """Mail of our own mailboxes and people is not stopped."""

    code = "one-of-us"
    place = "/sender"
    sentence = _("%(sender)s is not blocked: it is ours.")


class NotTheirSender(Refused):
    """Only the ticket's own customer can be blocked, and no domain at which anybody may have an address."""

    code = "not-their-sender"
    sentence = _("%(sender)s cannot be blocked here.")


class NoSender(Refused):
    """Mail comes from an address, at a domain."""

    code = "no-sender"
    place = "/sender"
    sentence = _("%(sender)s is neither an e-mail address nor a domain such as @example.com.")


class AnybodysDomain(Refused):
    """Who blocks such a domain blocks thousands of customers."""

    code = "anybodys-domain"
    place = "/sender"
    sentence = _("Anybody may have an address at %(sender)s: block the address alone.")


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
    if sender not in senders_to_block(ticket):
        raise NotTheirSender(sender=sender)
    told = {"blocked_by": by, "ticket": ticket, "blocked_at": now, "until": _until(now, for_good=for_good)}
    return _block(ticket.store, sender, told)[0]


def block_sender(
    *, store: Store, sender: str, for_good: bool, by: Agent, now: datetime
) -> tuple[SenderBlock, bool]:
    """Stop mail of an address, or as `@example.com` of a whole domain, as `block` does; whether the block is new.

    No ticket lifts it. Raises `NoSender`, `AnybodysDomain` and `OneOfUs`.
    """
    key = _key_of(sender.strip())
    if key.startswith("@") and is_mail_provider(key.removeprefix("@")):
        raise AnybodysDomain(sender=isolated(key))
    told = {"blocked_by": by, "ticket": None, "blocked_at": now, "until": _until(now, for_good=for_good)}
    return _block(store, key, told)


def _key_of(sender: str) -> str:
    """Return a sender as blocks have it; raises `NoSender` for what is neither an address nor a domain."""
    whole = f"anybody{sender}" if sender.startswith("@") else sender
    try:
        msgspec.convert(whole, Email)
    except msgspec.ValidationError:
        raise NoSender(sender=isolated(one_line(sender)[:_SHOWN])) from None
    return email_key(sender)


def _until(now: datetime, *, for_good: bool) -> datetime | None:
    return None if for_good else now + A_WHILE


def _block(store: Store, sender: str, told: dict[str, Any]) -> tuple[SenderBlock, bool]:
    require_transaction()
    if _is_one_of_us(sender, store):
        raise OneOfUs(sender=sender)
    return SenderBlock.objects.update_or_create(store=store, sender=sender, lifted_at=None, defaults=told)


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


def put_back(ticket: Ticket, *, lifted_at: datetime, now: datetime) -> list[SenderBlock]:
    """Let blocks of a ticket that were lifted at one instant last as they would have; return them.

    One that has run out, or in whose place its sender was blocked anew, stays lifted.
    """
    anew = SenderBlock.objects.filter(store=ticket.store_id, lifted_at=None).values("sender")
    lifted = ticket.sender_blocks.filter(lifted_at=lifted_at).exclude(sender__in=anew)
    blocks = list(lifted.filter(Q(until=None) | Q(until__gt=now)))
    SenderBlock.objects.filter(pk__in=[each.pk for each in blocks]).update(lifted_at=None)
    return blocks


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
