"""The names by which mails know each other, of one store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from helpdesk.database.statement import run
from helpdesk.mail.reading.letter import Letter
from helpdesk.models import MailId, Message, RawMail, Ticket
from helpdesk.tickets.opening.repeats import locking_said

MOST_NAMED: Final = 30
"""So many of the mails before it are looked for."""

_LONGEST: Final = 998


def own_id(letter: Letter, mail: RawMail) -> str:
    """Return by what a mail is known: its own id, or where it has none its bytes."""
    return _fitting(letter.message_id) if letter.message_id else id_by_bytes(mail)


def id_by_bytes(mail: RawMail) -> str:
    """Return a name that no mail can bear: a blank stands in none, and so nobody is sent it."""
    return f"sha256 {bytes(mail.digest).hex()}"


def named_ids(letter: Letter) -> list[str]:
    """Return the mails before it, the one that it answers first; of too many the newest, and the one that began it."""
    names = (letter.in_reply_to, *reversed(letter.references))
    named = list(dict.fromkeys(_fitting(each) for each in names if each))
    return named if len(named) <= MOST_NAMED else [*named[: MOST_NAMED - 1], named[-1]]


def names_only_strangers(letter: Letter, mail: RawMail) -> bool:
    """Tell whether it names mails before it, and nothing is known of any of them, nor of itself."""
    named = named_ids(letter)
    ids = [own_id(letter, mail), *named]
    return bool(named) and not MailId.objects.filter(store=mail.store_id, value__in=ids).exists()


def _fitting(value: str) -> str:
    if len(value) <= _LONGEST:
        return value
    return f"sha256 {hashlib.sha256(value.encode(errors='surrogatepass')).hexdigest()}"


def wait_for_twins(ids: Iterable[str], *, store_id: int) -> None:
    """Let no two mails be filed at once of which one names the other, or that are one."""
    run(*locking_said(ids, store_id=store_id))


def known_ids(ids: Sequence[str], *, store_id: int) -> dict[str, MailId]:
    """Return what is known of these ids."""
    rows = MailId.objects.filter(store_id=store_id, value__in=ids)
    return {row.value: row for row in rows.select_related("message", "ticket__customer")}


def note_id(value: str, *, message: Message) -> None:
    """Note which message a mail has become, in the place of where it was merely spoken of."""
    ticket = message.ticket
    MailId.objects.bulk_create(
        [MailId(store_id=ticket.store_id, value=value, ticket=ticket, message=message)],
        update_conflicts=True,
        unique_fields=["store", "value"],
        update_fields=["ticket", "message"],
    )


def note_named(ids: Iterable[str], *, ticket: Ticket) -> None:
    """Note that mails which may still come belong to this conversation."""
    spoken_of = [MailId(store_id=ticket.store_id, value=value, ticket=ticket) for value in sorted(set(ids))]
    MailId.objects.bulk_create(spoken_of, ignore_conflicts=True)
