"""What no schema can state about a new ticket."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

import msgspec
from django.utils.translation import gettext_lazy as _

from helpdesk.refusal import Refused
from helpdesk.tickets import told_time
from helpdesk.tickets.opening.new_ticket import NewTicket

SUBJECT_FROM_MESSAGE = 80
EMAIL_KEY_LENGTH = 640
_NOT_ZONES = frozenset({"Factory", "localtime", "posixrules"})
_ONE_LINE = str.maketrans(dict.fromkeys([*range(32), 127], " "))


class AutomaticNeverOpens(Refused):
    """An automatic mail (a receipt, an out-of-office) opens no ticket."""

    code = "automatic-never-opens"
    place = "/message/automatic"
    sentence = _("An automatic message never opens a ticket.")


class UnknownTimeZone(Refused):
    """The time zone is not in the IANA database."""

    code = "unknown-time-zone"
    place = "/customer/timezone"
    sentence = _("“%(value)s” is not a time zone of the IANA database.")


class EmailTooLong(Refused):
    """The e-mail is too long once its letters are folded."""

    code = "email-too-long"
    place = "/customer/email"
    sentence = _("This e-mail address is too long.")


class CheckedTicket(msgspec.Struct, frozen=True):
    """A checked shape: `asked_at` is when the customer asked, and when the clocks start, however late we hear."""

    shape: NewTicket
    subject: str
    tags: list[str]
    asked_at: datetime


def check(shape: NewTicket, *, now: datetime) -> CheckedTicket:
    """Return the shape as a draft; raises a `Refused`."""
    _refuse_impossible(shape)
    asked_at = now if shape.occurred_at is None else told_time.told(shape.occurred_at, now=now)
    return CheckedTicket(
        shape=shape,
        subject=one_line(shape.subject or "") or _beginning(shape.message.body),
        tags=list(dict.fromkeys(shape.tags)),
        asked_at=asked_at,
    )


def _refuse_impossible(shape: NewTicket) -> None:
    if shape.message.automatic:
        raise AutomaticNeverOpens
    customer = shape.customer
    if customer.timezone is not None and customer.timezone not in time_zones():
        raise UnknownTimeZone(value=customer.timezone)
    if customer.email is not None and len(customer.email.casefold()) > EMAIL_KEY_LENGTH:
        raise EmailTooLong


@cache
def time_zones() -> frozenset[str]:
    """Return the names of the IANA database that is installed."""
    return frozenset(available_timezones()) - _NOT_ZONES


def one_line(text: str) -> str:
    """Put text that is shown on one line, or sent in a mail's header, on one line."""
    return text.translate(_ONE_LINE).strip()


def _beginning(body: str) -> str:
    return one_line(body[: 4 * SUBJECT_FROM_MESSAGE])[:SUBJECT_FROM_MESSAGE]
