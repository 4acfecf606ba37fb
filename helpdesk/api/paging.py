"""Cursors: an opaque place in an ordered list, so that paging costs the same on every page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from django.utils.translation import gettext as _

from helpdesk.api.problems import RequestRefused
from helpdesk.database.instant import is_sayable

R = TypeVar("R")

Place = tuple[Annotated[datetime, msgspec.Meta(tz=True)], Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]]
"""Where a row stands in a list that is ordered by an instant, then by id."""


DECODER: msgspec.json.Decoder[Place] = msgspec.json.Decoder(Place)


def write(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()


def read(cursor: str) -> Place:
    """Read a cursor of ours; refuses (422) any other."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        place = DECODER.decode(raw)
    except (binascii.Error, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _foreign() from error
    if not is_sayable(place[0]):
        raise _foreign()
    return place


def _foreign() -> RequestRefused:
    return RequestRefused(422, "bad-cursor", _("This cursor is not one of ours."), parameter="cursor")


def cut(rows: Sequence[R], limit: int, place_of: Callable[[R], Place]) -> tuple[list[R], str | None]:
    """Cut a page out of `limit + 1` rows, with the cursor of the next one if there is more."""
    kept = list(rows[:limit])
    return kept, write(place_of(kept[-1])) if len(rows) > limit else None
