"""Cursors: an opaque place in an ordered list, so that paging costs the same on every page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from helpdesk.api.problems import RequestRefused
from helpdesk.database.instant import is_sayable
from helpdesk.database.settled import settled_until

R = TypeVar("R")
Rows = TypeVar("Rows", bound=QuerySet[Any])

Place = tuple[Annotated[datetime, msgspec.Meta(tz=True)], Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]]
"""Where a row stands in a list that is ordered by an instant, then by id."""


FoundPlace = tuple[
    bool, Annotated[datetime, msgspec.Meta(tz=True)], Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
]
"""Where a ticket stands among those that were found: first come those found by their heads."""

P = TypeVar("P", Place, FoundPlace)

DECODER: msgspec.json.Decoder[Place] = msgspec.json.Decoder(Place)
FOUND_DECODER: msgspec.json.Decoder[FoundPlace] = msgspec.json.Decoder(FoundPlace)


def write(place: Place | FoundPlace) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()


def read(cursor: str) -> Place:
    """Read a cursor of ours; refuses (422) any other."""
    return _read(cursor, DECODER)


def read_found(cursor: str) -> FoundPlace:
    """Read the cursor of a page of what was found; refuses (422) any other."""
    return _read(cursor, FOUND_DECODER)


def _read(cursor: str, decoder: msgspec.json.Decoder[P]) -> P:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = decoder.decode(raw)
    except (binascii.Error, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _foreign() from error
    if not is_sayable(place[-2]):
        raise _foreign()
    return place


def _foreign() -> RequestRefused:
    return RequestRefused(422, "bad-cursor", _("This cursor is not one of ours."), parameter="cursor")


def changed_since(rows: Rows, since: datetime, cursor: str | None) -> Rows:
    """Keep what changed at or after an instant, in that order, as far as nothing can come in between any more."""
    rows = rows.filter(updated_at__gte=since, updated_at__lt=settled_until())
    if cursor is not None:
        at, pk = read(cursor)
        rows = rows.filter(Q(updated_at__gt=at) | Q(pk__gt=pk), updated_at__gte=at)
    return rows.order_by("updated_at", "id")


def latest_first(rows: Rows, by: str, cursor: str | None) -> Rows:
    """Order by an instant, the latest first, and begin after the cursor."""
    if cursor is not None:
        at, pk = read(cursor)
        rows = rows.filter(Q(**{f"{by}__lt": at}) | Q(pk__lt=pk), **{f"{by}__lte": at})
    return rows.order_by(f"-{by}", "-id")


def cut(rows: Sequence[R], limit: int, place_of: Callable[[R], P]) -> tuple[list[R], str | None]:
    """Cut a page out of `limit + 1` rows, with the cursor of the next one if there is more."""
    kept = list(rows[:limit])
    return kept, write(place_of(kept[-1])) if len(rows) > limit else None
