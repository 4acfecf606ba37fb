"""Reading what came: one mail at a time, each in a transaction of its own, and none that holds up the others."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from helpdesk.access.redaction import redacted
from helpdesk.input.visible_text import storable
from helpdesk.mail.enclosed_files import keep_enclosed
from helpdesk.mail.filing.filed_mail import FiledMail
from helpdesk.mail.filing.mail_filing import file_letter
from helpdesk.mail.filing.mail_order import is_before_the_first
from helpdesk.mail.filing.sent.sent_filing import is_before_its_question
from helpdesk.mail.reading.letter import Letter, UnreadableMail, read
from helpdesk.models import MailOutcome, RawMail, RawMailBytes
from helpdesk.models.mail.raw_mail import MailReason

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
"""Longer than a task may run: a mail whose reader died is read by another after that."""

RESTS: Final = (timedelta(seconds=2), timedelta(seconds=10), timedelta(minutes=1))
"""How long a mail is left alone after each failure; after one more it is set aside."""

WAITS: Final = timedelta(seconds=15)
"""How long an answer is left alone whose question may still come."""


def take(*, now: datetime) -> bool:
    """Read and file the mail that has waited longest; False where none is ready.

    The attempt is counted before it is made: a mail that kills whoever reads it is set aside in the end, too.
    """
    mail = _claim(now=now)
    if mail is None:
        return False
    if mail.attempts > len(RESTS) + 1:
        _settle(mail, FiledMail(MailOutcome.SET_ASIDE, reason=MailReason.BROKEN_OFF), now=now)
        return True
    try:
        _read_and_file(mail, now=now)
    except Exception as failure:  # noqa: BLE001  # whatever it is, the other mails go on
        _give_way(mail, failure, now=now)
    return True


def waits(*, now: datetime) -> bool:
    """Tell whether new mail could be filed now."""
    return RawMail.objects.ready(now).filter(history=None).exists()


def _claim(*, now: datetime) -> RawMail | None:
    with transaction.atomic():
        whole = RawMail.objects.ready(now).select_related("store", "original").order_by("pk")
        free = whole.select_for_update(skip_locked=True, no_key=True, of=("self",))
        mail = free.filter(history=None).first() or free.filter(pk__in=_next_of_history()).first()
        if mail is not None:
            mail.attempts += 1
            mail.rests_until = now + LEASE
            mail.save(update_fields=["attempts", "rests_until"])
        return mail


def _next_of_history() -> QuerySet[RawMail, int]:
    """Return the one whose turn it is: conversations of the past are told in order, and never before what is new."""
    return RawMail.objects.unread().exclude(history=None).order_by("pk").values_list("pk", flat=True)[:1]


def _read_and_file(mail: RawMail, *, now: datetime) -> None:
    try:
        letter = read(bytes(mail.original.raw))
    except UnreadableMail as unreadable:
        aside = FiledMail(MailOutcome.SET_ASIDE, None, MailReason.UNREADABLE, str(unreadable))
        _settle(mail, aside, now=now)
        return
    if is_before_its_question(letter, mail=mail, now=now) or is_before_the_first(letter, mail=mail):
        _let_wait(mail, now=now)
    else:
        _file(mail, letter, now=now)


def _file(mail: RawMail, letter: Letter, *, now: datetime) -> None:
    files = keep_enclosed(letter, store=mail.store, now=now)
    with transaction.atomic():
        unread = RawMail.objects.unread().select_related("store")
        locked = unread.select_for_update(of=("self",), no_key=True).filter(pk=mail.pk).first()
        if locked is not None:
            _write_down(locked, file_letter(letter, mail=locked, now=now, files=files), now=now)


def _let_wait(mail: RawMail, *, now: datetime) -> None:
    """Leave it alone for a while; it has not failed."""
    waits = {"attempts": mail.attempts - 1, "rests_until": now + WAITS}
    RawMail.objects.unread().filter(pk=mail.pk).update(**waits)


def _settle(mail: RawMail, filed: FiledMail, *, now: datetime) -> None:
    with transaction.atomic():
        locked = RawMail.objects.unread().select_for_update(no_key=True).filter(pk=mail.pk).first()
        if locked is not None:
            _write_down(locked, filed, now=now)


def _write_down(mail: RawMail, filed: FiledMail, *, now: datetime) -> None:
    mail.read_at, mail.rests_until = now, None
    mail.outcome, mail.message = filed.outcome, filed.message
    mail.reason = filed.reason or ""
    mail.detail = filed.detail[:500]
    mail.save()
    if filed.outcome == MailOutcome.PASSED:  # it may be anybody's, and erasing a customer would not find it
        RawMailBytes.objects.filter(mail=mail).delete()


def _give_way(mail: RawMail, failure: Exception, *, now: datetime) -> None:
    """Note why it could not be filed, and leave it alone for a while; set it aside once that is no use."""
    why = storable(redacted(f"{type(failure).__name__}: {failure}"))[:500]
    logger.warning("mail %s could not be filed: %s", mail.pk, why)
    if mail.attempts > len(RESTS):
        _settle(mail, FiledMail(MailOutcome.SET_ASIDE, None, MailReason.UNREADABLE, why), now=now)
    else:
        rests_until = now + RESTS[mail.attempts - 1]
        RawMail.objects.unread().filter(pk=mail.pk).update(rests_until=rests_until, detail=why)
