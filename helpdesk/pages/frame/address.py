"""What an address says, read carefully: people and machines write anything there."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from helpdesk.database.instant import is_sayable
from helpdesk.input.id_text import read_number

Row = TypeVar("Row", bound=Model)


def page_before(query: QueryDict, rows: QuerySet[Row], *, size: int) -> tuple[list[Row], int | None]:
    """Return the newest rows before the one that `before` names, and before which the next page begins, if one does."""
    before = read_number(query.get("before", ""))
    found = list((rows if before is None else rows.filter(pk__lt=before)).order_by("-pk")[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def read_instant(text: str) -> datetime | None:
    """Read an instant with its offset; None where it is none, or stands at an end of time."""
    try:
        instant = parse_datetime(text)
    except ValueError:
        return None
    return instant if instant and instant.tzinfo and is_sayable(instant) else None
