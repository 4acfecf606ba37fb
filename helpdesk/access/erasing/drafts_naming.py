"""Addresses typed into forms that nobody has sent: they go with those whose they are, and the rest stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from helpdesk.models import Draft, DraftKind
from helpdesk.models.desk.draft import DraftQuerySet
from helpdesk.tickets.opening.customer_match import email_key

_BETWEEN: Final = re.compile(r"[,;\n]")


def forget_address(key: str, *, drafts: DraftQuerySet) -> None:
    """Take an address out of all fields but the text; a conversation that was to begin with it goes whole."""
    naming = drafts.filter(fields__icontains=key)
    naming.filter(kind=DraftKind.NEW_TICKET, fields__email__icontains=key).delete()
    for draft in naming.select_for_update(of=("self",)):
        Draft.objects.filter(pk=draft.pk).update(fields=_without(key, draft.fields))


def _without(key: str, fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: [_others(key, value) for value in values] for name, values in fields.items()}


def _others(key: str, value: str) -> str:
    parts = _BETWEEN.split(value)
    kept = [part for part in parts if key not in email_key(part)]
    return value if len(kept) == len(parts) else ", ".join(part.strip() for part in kept)
