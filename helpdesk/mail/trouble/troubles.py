"""Troubles with mail are rows: written once whoever looks, told to each admin, told again, and over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from helpdesk.mail.trouble import mail_delays
from helpdesk.mail.trouble.trouble_mail import MAIL_TROUBLE, TROUBLE, admins_to_tell, may_be_told
from helpdesk.models import Mailbox, MailTrouble, TroubleKind
from helpdesk.outbox import items

TOLD_AGAIN_AFTER = timedelta(hours=4)


def look(*, now: datetime) -> int:
    """Note what is wrong now and what no longer is, and have admins told of what is due; return of how many."""
    with transaction.atomic():
        found = _found(now)
        _note(found, now=now)
        due = list(
            MailTrouble.objects.filter(tell_at__lte=now).select_for_update(skip_locked=True).order_by("pk")
        )
        _tell(due, now=now)
    return len(due)


def _found(now: datetime) -> dict[tuple[int, str], datetime]:
    """Return since when what is wrong, by mailbox and kind, where admins may be told of it."""
    unread = mail_delays.unread(now).values_list("pk", mail_delays.UNREAD_SINCE)
    leaving = mail_delays.leaving_for_long(now).filter(mailbox__isnull=False)
    oldest = leaving.values_list("mailbox").annotate(Min("leaving_since")).order_by()
    found = {(number, TroubleKind.UNREAD.value): since for number, since in unread}
    found |= {(number, TroubleKind.LEAVING.value): since for number, since in oldest}
    told = {
        box.pk for box in Mailbox.objects.filter(pk__in={number for number, _ in found}) if may_be_told(box)
    }
    return {which: since for which, since in found.items() if which[0] in told}


def _note(found: Mapping[tuple[int, str], datetime], *, now: datetime) -> None:
    """Write down what has begun, unless it is known, and what is over."""
    begun = [
        MailTrouble(mailbox_id=number, kind=kind, since=since, tell_at=now)
        for (number, kind), since in sorted(found.items())
    ]
    MailTrouble.objects.bulk_create(begun, ignore_conflicts=True)
    going_on = MailTrouble.objects.going_on().values_list("pk", "mailbox", "kind")
    over = [pk for pk, number, kind in going_on if (number, kind) not in found]
    MailTrouble.objects.going_on().filter(pk__in=over).update(over_at=now, tell_at=now)


def _tell(due: Sequence[MailTrouble], *, now: datetime) -> None:
    numbers = [trouble.pk for trouble in due]
    for admin in admins_to_tell() if numbers else ():
        items.put(channel_name=MAIL_TROUBLE, key=admin.pk, kind=TROUBLE, numbers=numbers, now=now)
    told = MailTrouble.objects.filter(pk__in=numbers)
    told.filter(over_at__isnull=False).update(tell_at=None)
    told.going_on().update(tell_at=now + TOLD_AGAIN_AFTER)


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete troubles that were over so long ago; return how many."""
    deleted, _by_kind = MailTrouble.objects.filter(over_at__lt=now - kept_for, tell_at=None).delete()
    return deleted
