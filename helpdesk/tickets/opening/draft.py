"""A new ticket as it will be written: what is only pleasant to have put right, what is impossible refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.input import zone_name
from helpdesk.input.visible_text import Scissors, calm, one_line
from helpdesk.refusal import Refused
from helpdesk.tickets import told_time
from helpdesk.tickets.opening.new_ticket import NewCustomer, NewMessage, NewTicket, OrderSnapshot

SUBJECT_FROM_MESSAGE = 80
LONGEST_SUBJECT, LONGEST_BODY, LONGEST_NAME, LONGEST_TIER = 500, 100_000, 200, 50
LONGEST_TAG, LONGEST_KEY, LONGEST_VALUE = 100, 100, 1000
MOST_TAGS, MOST_METADATA = 50, 50

_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
LONGEST_LOCALE = 35


class AutomaticNeverOpens(Refused):
    """An automatic mail (a receipt, an out-of-office) opens no ticket."""

    code = "automatic-never-opens"
    place = "/message/automatic"
    sentence = gettext_lazy("An automatic message never opens a ticket.")


class CheckedTicket(msgspec.Struct, frozen=True):
    """A checked shape, its customer, message, order and metadata as they will be kept.

    `given` is the shape as it came: what it leaves out differs from nothing. `asked_at` is when the customer asked, and
    when the clocks start, however late we hear. `rest` is what was cut off.
    """

    shape: NewTicket
    given: NewTicket
    subject: str
    tags: list[str]
    asked_at: datetime
    warnings: list[str] = []
    rest: str = ""


def check(shape: NewTicket, *, now: datetime) -> CheckedTicket:
    """Return the shape as a draft; raises a `Refused`, which names all that is impossible."""
    asked_at, scissors = _asked_at(shape, now=now), Scissors()
    return CheckedTicket(
        shape=_kept(shape, scissors),
        given=shape,
        subject=_subject(shape, scissors),
        tags=_tags(shape.tags, scissors),
        asked_at=asked_at,
        warnings=[*_warnings(shape, now=now), *scissors.warnings()],
        rest=scissors.rest(),
    )


def _asked_at(shape: NewTicket, *, now: datetime) -> datetime:
    _refuse_impossible(shape, now=now)
    return now if shape.occurred_at is None else told_time.told(shape.occurred_at, now=now)


def _refuse_impossible(shape: NewTicket, *, now: datetime) -> None:
    refusals = list(_refusals(shape, now=now))
    if refusals:
        first, *others = refusals
        raise first.with_others(others)


def _refusals(shape: NewTicket, *, now: datetime) -> Iterator[Refused]:
    if shape.message.automatic:
        yield AutomaticNeverOpens()
    if shape.occurred_at is not None:
        try:
            told_time.told(shape.occurred_at, now=now)
        except Refused as refusal:
            yield refusal


def _kept(shape: NewTicket, scissors: Scissors) -> NewTicket:
    """Return the shape with what is too long or cannot be known left out, and what was left out filled in."""
    kept = {
        "message": _message(shape.message, scissors),
        "customer": _customer(shape.customer, scissors),
        "metadata": _metadata(shape.metadata, scissors),
        "order": fitting_order(shape.order, scissors),
        "priority": shape.priority or "normal",
        "channel": shape.channel or "api",
    }
    return msgspec.structs.replace(shape, **kept)


def _message(message: NewMessage, scissors: Scissors) -> NewMessage:
    body = fitting_body(message.body, scissors, pointer="/message/body")
    return message if body == message.body else msgspec.structs.replace(message, body=body)


def fitting_body(body: str, scissors: Scissors, *, pointer: str) -> str:
    """Return what a message says as it is kept, whichever door it came by."""
    return scissors.cut(calm(body), LONGEST_BODY, pointer=pointer)


def _customer(customer: NewCustomer, scissors: Scissors) -> NewCustomer:
    kept = {
        "name": scissors.cut(one_line(customer.name or ""), LONGEST_NAME, pointer="/customer/name"),
        "tier": scissors.cut(one_line(customer.tier or ""), LONGEST_TIER, pointer="/customer/tier"),
        "locale": customer.locale if is_locale(customer.locale) else None,
        "timezone": customer.timezone if customer.timezone in zone_name.known() else None,
    }
    news = {name: value for name, value in kept.items() if value != (getattr(customer, name) or "")}
    return msgspec.structs.replace(customer, **news) if news else customer


def _metadata(metadata: dict[str, str], scissors: Scissors) -> dict[str, str]:
    if not _is_long(metadata):
        return metadata
    for key in list(metadata)[MOST_METADATA:]:
        scissors.offcuts[f"/metadata/{key}"] = metadata[key]
    return {
        scissors.cut(key, LONGEST_KEY, pointer=f"/metadata/{key[:LONGEST_KEY]}"): scissors.cut(
            value, LONGEST_VALUE, pointer=f"/metadata/{key[:LONGEST_KEY]}"
        )
        for key, value in list(metadata.items())[:MOST_METADATA]
    }


def _is_long(metadata: dict[str, str]) -> bool:
    return len(metadata) > MOST_METADATA or any(
        len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE for key, value in metadata.items()
    )


def fitting_order(order: OrderSnapshot | None, scissors: Scissors) -> OrderSnapshot | None:
    """Return what is said of an order as it is kept."""
    if order is None or order.status is None or len(order.status) <= LONGEST_NAME:
        return order
    return msgspec.structs.replace(
        order, status=scissors.cut(order.status, LONGEST_NAME, pointer="/order/status")
    )


def _subject(shape: NewTicket, scissors: Scissors) -> str:
    subject = scissors.cut(one_line(shape.subject or ""), LONGEST_SUBJECT, pointer="/subject")
    return subject or beginning(shape.message.body)


def _tags(tags: list[str], scissors: Scissors) -> list[str]:
    lines = [
        scissors.cut(one_line(tag), LONGEST_TAG, pointer=f"/tags/{place}") for place, tag in enumerate(tags)
    ]
    distinct = list(dict.fromkeys(filter(None, lines)))
    if len(distinct) > MOST_TAGS:
        scissors.offcuts["/tags"] = ", ".join(distinct[MOST_TAGS:])
    return distinct[:MOST_TAGS]


def _warnings(shape: NewTicket, *, now: datetime) -> Iterator[str]:
    """Say what was left out or taken otherwise than it was said."""
    customer = shape.customer
    yield from told_time.warnings(shape.occurred_at, now=now)
    if customer.timezone and customer.timezone not in zone_name.known():
        said = _("“%(value)s” is not a time zone of the IANA database: the store's is used.")
        yield said % {"value": customer.timezone[:100]}
    if customer.locale and not is_locale(customer.locale):
        said = _("“%(value)s” is not a language tag, such as en-GB: the store's is used.")
        yield said % {"value": customer.locale[:100]}


def is_locale(value: str | None) -> bool:
    return bool(value and len(value) <= LONGEST_LOCALE and _LOCALE.fullmatch(value))


def beginning(body: str) -> str:
    """Return a message's beginning as a subject; empty where there is nothing to see in it."""
    return one_line(body[: 4 * SUBJECT_FROM_MESSAGE])[:SUBJECT_FROM_MESSAGE]
