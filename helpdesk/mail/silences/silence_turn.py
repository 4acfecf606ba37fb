"""What is done about silence: one reminder, and after it the end. Each ticket in a transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final

from django.db import transaction
from django.db.models import F

from helpdesk.conversation.answers import answer
from helpdesk.conversation.mailed_replies import mailbox_of, send_by_mail
from helpdesk.conversation.recipients import customer_as_recipient, recipients
from helpdesk.input.language_tag import language_of
from helpdesk.mail.receipts.receipt_language import receipt_locale
from helpdesk.mail.silences.reminder_text import reminder_text
from helpdesk.mail.silences.silent_tickets import SilenceRule, silent, to_remind, to_resolve
from helpdesk.models import Author, EventKind, Mailbox, MailedReply, Message, Queue, Ticket
from helpdesk.tickets.message import Utterance
from helpdesk.tickets.ticket_change import changing

REASON: Final = "silence"

LOOKED_AT_AGAIN_AFTER: Final = timedelta(days=1)
"""How long a ticket is left alone of which something went wrong, or whose reminder has not left yet."""

logger = logging.getLogger(__name__)

Act = Callable[[], None]


def take(*, now: datetime, limit: int) -> int:
    """Resolve and remind where it is due in queues that want it; return at how many tickets was looked."""
    acts = list(islice(_acts(now=now, limit=limit), limit))
    for number, act in acts:
        try:
            with transaction.atomic():
                act()
        except Exception:  # whatever it is, the others go on, and it is tried again
            logger.exception("the silence on a ticket could not be heeded; it is tried again")
            _put_off(number)
    return len(acts)


def _acts(*, now: datetime, limit: int) -> Iterator[tuple[int, Act]]:
    for queue in Queue.objects.filter(silence_reminds_after_days__isnull=False).order_by("pk"):
        rule = SilenceRule.of(queue)
        if rule is not None:
            for ticket in to_resolve(queue, rule, now=now, limit=limit):
                yield ticket.pk, partial(_resolve, ticket, now=now)
            for ticket in to_remind(queue, rule, now=now, limit=limit):
                yield ticket.pk, partial(_remind, ticket, rule, now=now)


def _locked(seen: Ticket) -> Ticket | None:
    """Lock a ticket as it was seen; null where somebody else has it, or it is silent no more, or anew."""
    same = silent().filter(pk=seen.pk, silent_since=seen.silent_since, reminded_at=seen.reminded_at)
    return same.select_for_update(no_key=True, skip_locked=True, of=("self",)).first()


def _resolve(seen: Ticket, *, now: datetime) -> None:
    ticket = _locked(seen)
    if ticket is None:
        return
    if MailedReply.objects.leaving().filter(message__ticket=ticket).exists():
        _put_off(ticket.pk)
        return
    with changing(ticket, now=now, author=Author.SYSTEM) as change:
        change.record(EventKind.RESOLVED, reason=REASON)


def _remind(seen: Ticket, rule: SilenceRule, *, now: datetime) -> None:
    """Remind a customer; one whom no mail reaches is left alone until something is said or done."""
    ticket = _locked(seen)
    if ticket is None:
        return
    mailbox = mailbox_of(ticket) if ticket.customer.email else None
    if mailbox is None:
        Ticket.objects.filter(pk=ticket.pk).update(silent_since=None)
    else:
        _say(ticket, _text(ticket, mailbox, rule), mailbox=mailbox, now=now)


def _say(ticket: Ticket, text: str, *, mailbox: Mailbox, now: datetime) -> None:
    said = Utterance(body=text, automatic=True)
    with changing(ticket, now=now, author=Author.SYSTEM) as change:
        message = answer(change, said)
        ticket.reminded_at = now
    send_by_mail(message, recipients(customer_as_recipient(ticket.customer)), mailbox=mailbox, now=now)


def _text(ticket: Ticket, mailbox: Mailbox, rule: SilenceRule) -> str:
    language = _language(ticket, mailbox)
    return reminder_text(
        reference=ticket.reference, language=language, resolves_after_days=rule.resolves_after
    )


def _language(ticket: Ticket, mailbox: Mailbox) -> str:
    theirs = Message.objects.filter(ticket=ticket, author=Author.CUSTOMER).in_order()
    words = theirs.values_list("body", flat=True).last() or ""
    profile, store = ticket.customer.locale, ticket.store.locale
    return language_of(receipt_locale(profile=profile, words=words, mailbox=mailbox.locale, store=store))


def _put_off(number: int) -> None:
    """Leave a ticket alone for a day."""
    later = {name: F(name) + LOOKED_AT_AGAIN_AFTER for name in ("silent_since", "reminded_at")}
    Ticket.objects.filter(pk=number).update(**later)
