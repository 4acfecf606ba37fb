"""Customers: found by external id, else by e-mail in whatever case, never guessed; else made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import LiteralString, Self

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from helpdesk.database.statement import TEXTS, Row, Statement, given, ids, rows, run, run_together, texts
from helpdesk.models import Customer
from helpdesk.models.ticket import LIVE_STATUSES
from helpdesk.refusal import Conflict
from helpdesk.tickets.opening.new_ticket import NewCustomer

_ROUNDS = 5
_REFRESHED = ("name", "locale", "timezone", "tier")


def email_key(email: str) -> str:
    """Return what two spellings of one mailbox have in common: the case of letters, and nothing else.

    Of the letters that Unicode folds, `ß` into `ss` or a Kelvin sign into `k`, each is a mailbox of its own.
    """
    return email.lower() if email.isascii() else "".join(map(_lower, email))


def _lower(letter: str) -> str:
    lower = letter.lower()
    return lower if lower.upper() == letter else letter


class CannotRecognise(Conflict):
    """Others kept writing the same customers under our hands; it may be tried again."""

    code = "cannot-recognise"
    sentence = _("The same customers are being written by others. Try again.")


class CustomerRow(msgspec.Struct, eq=False):
    """A customer's row as it is, or as it will be once `changed` is written; its id is 0 until it is made."""

    id: int
    external_id: str | None
    email: str
    email_key: str | None
    name: str
    locale: str
    timezone: str
    tier: str
    changed: bool = False
    adopted: bool = False

    @classmethod
    def unknown(cls) -> Self:
        return cls(0, None, "", None, "", "", "", "")

    @classmethod
    def of(cls, customer: Customer) -> Self:
        """Return the row of a customer who is known already."""
        return cls(*(getattr(customer, name) for name in cls.__struct_fields__[:-2]))

    def learn(self, given: NewCustomer, *, refresh: bool) -> None:
        """Take over what is given: the latest wins, or fills gaps only where it is history."""
        news = {field: getattr(given, field) or "" for field in _REFRESHED}
        news["locale"] = news["locale"].replace("_", "-")
        if self.external_id is None and given.external_id is not None:
            news["external_id"] = given.external_id
            self.adopted = bool(self.id)
        if given.email and (refresh or not self.email):
            news |= {"email": given.email, "email_key": email_key(given.email)}
        self._take_over(news, refresh=refresh)

    def _take_over(self, news: Mapping[str, str], *, refresh: bool) -> None:
        for field, value in news.items():
            old = getattr(self, field)
            if value and value != old and (refresh or not old):
                setattr(self, field, value)
                self.changed = True


class KnownCustomers:
    """The customers of a store that a batch may be speaking of."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_external_id: dict[str, CustomerRow] = {}
        self._by_email: dict[str, list[CustomerRow]] = {}
        for row in rows:
            self.add(CustomerRow(*row))

    def add(self, person: CustomerRow) -> None:
        if person.external_id is not None:
            self._by_external_id[person.external_id] = person
        if person.email_key is not None:
            namesakes = self._by_email.setdefault(person.email_key, [])
            if person not in namesakes:
                namesakes.append(person)

    def find(self, given: NewCustomer) -> CustomerRow | None:
        """Return the one customer who is meant, or null.

        By e-mail alone several can be meant: then it is the one who is known by nothing but that
        e-mail, if there is one. A new external id never takes over a customer who has another.
        """
        if given.external_id is not None and given.external_id in self._by_external_id:
            return self._by_external_id[given.external_id]
        namesakes = self._by_email.get(email_key(given.email), []) if given.email else []
        nameless = [person for person in namesakes if person.external_id is None]
        if nameless:
            return nameless[0]
        return namesakes[0] if len(namesakes) == 1 and given.external_id is None else None


def recognise(
    given: Sequence[tuple[NewCustomer, bool]], *, known: KnownCustomers, store_id: int
) -> list[CustomerRow]:
    """Return each one's customer, found or made and refreshed, in a constant number of statements.

    The flag with each says whether it is the latest word (else it only fills gaps). `known` is what
    `reading_acquaintances` has read of them. Where a twin makes the same customer at the same time, both end
    with the same row. Raises `CannotRecognise`.
    """
    anonymous = [_anonymous(one) if _is_anonymous(one) else None for one, _ in given]
    for _round in range(_ROUNDS):
        people = [
            person or _meet(known, one, latest)
            for person, (one, latest) in zip(anonymous, given, strict=True)
        ]
        if _write(people, store_id=store_id):
            return people
        known = KnownCustomers(run(*reading_acquaintances((one for one, _ in given), store_id=store_id)))
    raise CannotRecognise


def _is_anonymous(given: NewCustomer) -> bool:
    return given.external_id is None and not given.email


def _anonymous(given: NewCustomer) -> CustomerRow:
    person = CustomerRow.unknown()
    person.learn(given, refresh=True)
    return person


def _meet(known: KnownCustomers, given: NewCustomer, latest: bool) -> CustomerRow:
    person = known.find(given) or CustomerRow.unknown()
    person.learn(given, refresh=latest)
    known.add(person)
    return person


def reading_acquaintances(given: Iterable[NewCustomer], *, store_id: int) -> Statement:
    """Return what reads the rows of all whom these customers may be."""
    named = list(given)
    external_ids = {one.external_id for one in named if one.external_id is not None}
    emails = {email_key(one.email) for one in named if one.email}
    return _READ, [store_id, texts(sorted(external_ids)), store_id, texts(sorted(emails))]


_READ = f"""
    SELECT id, external_id, email, email_key, name, locale, timezone, tier FROM helpdesk_customer
     WHERE store_id = %s AND external_id = ANY({TEXTS})
     UNION
    SELECT id, external_id, email, email_key, name, locale, timezone, tier FROM helpdesk_customer
     WHERE store_id = %s AND email_key = ANY({TEXTS})
     ORDER BY id
"""  # noqa: S608  # a constant


def _write(people: Sequence[CustomerRow], *, store_id: int) -> bool:
    """Write what is new or changed; false where somebody was faster and all must be read again."""
    distinct = list({id(person): person for person in people}.values())
    old = sorted((p for p in distinct if p.id and p.changed), key=lambda p: p.id)
    new = sorted((p for p in distinct if not p.id), key=lambda p: (p.external_id or "", p.email_key or ""))
    return _refresh(old) and _make(new, store_id=store_id)


def _refresh(people: Sequence[CustomerRow]) -> bool:
    if not people:
        return True
    try:
        with transaction.atomic(savepoint=any(person.adopted for person in people)):
            written, _moved = run_together(
                (_REFRESH, [rows((person.id, *_written(person)) for person in people)]),
                (_MOVE, [ids(person.id for person in people), list(LIVE_STATUSES)]),
            )
    except IntegrityError:  # a twin has made somebody of the external id that we were giving to an e-mail
        return False
    return len(written) == len(people)


def _make(people: Sequence[CustomerRow], *, store_id: int) -> bool:
    if not people:
        return True
    told = rows((place, *_written(person)) for place, person in enumerate(people))
    for place, made in run(_MAKE, [told, store_id]):
        people[place].id = made
        people[place].changed = False
    return all(person.id for person in people)


def _written(person: CustomerRow) -> tuple[str | None, ...]:
    return (
        person.external_id, person.email, person.email_key,
        person.name, person.locale, person.timezone, person.tier,
    )  # fmt: skip


_WRITTEN: tuple[LiteralString, ...] = (
    "external_id varchar", "email varchar", "email_key varchar",
    "name varchar", "locale varchar", "timezone varchar", "tier varchar",
)  # fmt: skip

# Locked by ascending id, customers before tickets. A row that has meanwhile got another external id is left alone: we
# look again.
_REFRESH = f"""
    WITH given AS MATERIALIZED (SELECT * FROM {given("id bigint", *_WRITTEN)}), locked AS (
        SELECT id, external_id, store_id FROM helpdesk_customer
         WHERE id IN (SELECT id FROM given) ORDER BY id FOR NO KEY UPDATE
    ), changed AS (
        UPDATE helpdesk_customer AS customer
           SET external_id = given.external_id, email = given.email, email_key = given.email_key,
               name = given.name, locale = given.locale, timezone = given.timezone, tier = given.tier
          FROM given JOIN locked USING (id)
         WHERE customer.id = given.id
           AND (locked.external_id IS NULL OR locked.external_id = given.external_id)
     RETURNING customer.id
    )
    SELECT id FROM changed
"""  # noqa: S608  # the columns are those above

# To be written is to be stamped: whoever keeps a copy hears of it. A statement of its own, since tickets that somebody
# was just opening for these customers have come to be while their locks were waited for.
_MOVE = """
    WITH live AS (
        SELECT id FROM helpdesk_ticket
         WHERE customer_id = ANY(%s::bigint[]) AND status = ANY(%s) ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE helpdesk_ticket SET updated_at = updated_at WHERE id IN (SELECT id FROM live) RETURNING id
"""

_MAKE = f"""
    WITH given AS MATERIALIZED (
        SELECT nextval('helpdesk_customer_id_seq') AS id, given.* FROM {given("place integer", *_WRITTEN)}
    ), made AS (
        INSERT INTO helpdesk_customer
                    (id, store_id, external_id, email, email_key, name, locale, timezone, tier)
        SELECT id, %s, external_id, email, email_key, name, locale, timezone, tier FROM given
         ORDER BY place
            ON CONFLICT DO NOTHING
     RETURNING id
    )
    SELECT given.place, given.id FROM given JOIN made USING (id)
"""  # noqa: S608  # the columns are those above
