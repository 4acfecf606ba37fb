"""A ticket to act on, and nobody who listens."""

from __future__ import annotations

from tests.helpdesk.desk import nobody_listens, ticket

__all__ = ["nobody_listens", "ticket"]
