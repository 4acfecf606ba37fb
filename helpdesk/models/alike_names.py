"""When two names are the same to people, and when they would take one for the other."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any, Final, Protocol, TypeVar

from django.db.models import F, Func, Model, QuerySet, TextField, UniqueConstraint, Value

from helpdesk.database.statement import run

logger = logging.getLogger(__name__)

LONGEST: Final = 200
"""Characters of a name, as the columns have it."""

ALIKE: Final = 0.85
"""From this share of letters in common on: a letter left out, turned or doubled in a name of usual length."""


class Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)
M = TypeVar("M", bound=Model)


class FoldedName(Func):
    """What `folded` returns, as near as the database can say it: for capitals it knows lower case alone."""

    template = r"lower(regexp_replace(normalize(%(expressions)s, NFKC), '\s+', ' ', 'g'))"
    output_field = TextField()


def one_of_a_name(*within: str) -> UniqueConstraint:
    """Return the constraint that no two rows, alike in these columns, have names that are the same to people."""
    return UniqueConstraint(*map(F, within), FoldedName("name"), name="%(class)s_one_of_a_name")


def namesake(others: QuerySet[M], name: str) -> M | None:
    """Return the first of the others who has this name, however it is spelled.

    It waits for whoever else is about to write such a name, and until the end of the transaction nobody else takes
    this one: of two who write it at once the second is told of the first.
    """
    run("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"names of {others.model._meta.db_table}"])  # noqa: SLF001  # documented
    all_named: QuerySet[Any] = others
    return first_named(all_named, name)


def first_named(some: Iterable[N], name: str) -> N | None:
    """Return the first whose name is this one, however it is spelled; None where there is none."""
    return next((each for each in some if folded(each.name) == folded(name)), None)


def folded(name: str) -> str:
    """Return what two names have in common that are the same but for capitals, blanks and ways to encode.

    Signs that show nothing tell none apart, nor does the dot of `İ`, which the database drops with the capital.
    """
    plain = unicodedata.normalize("NFKC", name).casefold().replace("i\u0307", "i")
    return " ".join("".join(sign for sign in plain if unicodedata.category(sign) != "Cf").split())


def resembles(one: str, other: str) -> bool:
    """Tell whether two different names are easily mistaken for one another."""
    letters, others = (_letters(name) for name in (one, other))
    return letters == others or SequenceMatcher(None, letters, others).ratio() >= ALIKE


def _letters(name: str) -> str:
    return "".join(sign for sign in folded(name) if sign.isalnum())


def tell_apart(things: QuerySet[Any], *within: str) -> None:
    """Give those a number behind their name that have the same as an older one, and say so in the log."""
    named = things.annotate(folded=FoldedName("name"))
    known: set[tuple[Any, ...]] = set()
    for thing in named.order_by("pk"):
        place = tuple(getattr(thing, column) for column in within)
        if (*place, thing.folded) in known:
            beside = named.filter(**{column: getattr(thing, column) for column in within})
            before, thing.name = thing.name, _free_name(beside, thing.name)
            thing.save(update_fields=["name"])
            logger.warning("Two were called %s: the newer one is called %s from now on.", before, thing.name)
        known.add((*place, thing.folded))


def _free_name(named: QuerySet[Any], name: str) -> str:
    numbers = (f" ({number})" for number in range(2, named.count() + 2))
    names = (name[: LONGEST - len(number)] + number for number in numbers)
    return next(each for each in names if not named.filter(folded=FoldedName(Value(each))).exists())
