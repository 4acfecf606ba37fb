"""Drafts as a page would have saved them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from helpdesk.models import Agent, Draft, DraftKind, Ticket
from tests.make import NOW


def begun(
    ticket: Ticket | None, by: Agent, *, kind: str = DraftKind.COMPOSER, body: str = "Dear", **fields: Any
) -> Draft:
    """Return what somebody has begun to write."""
    usual = {"token": uuid4(), "page": uuid4(), "nth": 1, "begun_at": NOW, "saved_at": NOW}
    return Draft.objects.create(ticket=ticket, author=by, kind=kind, body=body, **usual | fields)
