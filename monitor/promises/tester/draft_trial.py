"""A ticket held against drafts: what it would be promised if they were published now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from monitor.promises.draft import Draft, PolicyDraft
from monitor.promises.draft_book import book_with
from monitor.promises.tester.tried_promises import TriedPromises, TriedTicket, try_ticket
from monitor.relay import book, clock_state
from monitor.relay.clock_state import VersionNames


class DraftTrial(NamedTuple):
    """What a ticket is promised by a book, and what the versions in it are called; a draft has no number."""

    promises: TriedPromises
    called: VersionNames


def try_in_force(tried: TriedTicket) -> DraftTrial:
    """Try a ticket against the versions that are published."""
    edition = book.current()
    return DraftTrial(try_ticket(tried, edition), clock_state.names(edition))


def try_drafts(tried: TriedTicket, drafts: Sequence[Draft], *, now: datetime) -> DraftTrial:
    """Try a ticket against the versions that are published, and these as if they were published now.

    A ticket that is opened before a draft takes effect knows nothing of it. Raises as `book_with` does.
    """
    edition = book_with(drafts, now=now)
    return DraftTrial(try_ticket(tried, edition), _with_drafts(clock_state.names(book.current()), drafts))


def _with_drafts(called: VersionNames, drafts: Sequence[Draft]) -> VersionNames:
    """Add what drafts are called, which have negative numbers in the order in which they are given."""
    numbered = list(enumerate(drafts, start=1))
    policies = {-number: (one.name, None) for number, one in numbered if isinstance(one, PolicyDraft)}
    calendars = {-number: (one.name, None) for number, one in numbered if not isinstance(one, PolicyDraft)}
    return replace(
        called, policies={**called.policies, **policies}, calendars={**called.calendars, **calendars}
    )
