"""The two books of a trial: as if its drafts were published now, and as if they had been in force all the time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from monitor.clock.book.policy import Book, CalendarInForce, PolicyInForce
from monitor.models import Trial
from monitor.promises import draft
from monitor.promises.draft_book import book_with, versions_of
from monitor.relay import book

InForce = TypeVar("InForce", PolicyInForce, CalendarInForce)


class TrialBooks(NamedTuple):
    """What open tickets are counted by, and the past."""

    open: Book
    past: Book


_latest: list[tuple[object, TrialBooks]] = []


def books(trial: Trial) -> TrialBooks:
    """Return the books of a trial that has begun; raises `BadVersion`, and `InThePast` as publishing would have."""
    key = book.current(), trial.pk, trial.counted_at
    for known, found in _latest:
        if known == key:
            return found
    found = _read(trial)
    _latest[:] = [*_latest[-1:], (key, found)]
    return found


def _read(trial: Trial) -> TrialBooks:
    at, since = trial.counted_at, trial.since
    drafts = [draft.from_json(told) for told in trial.drafts]
    policies, calendars = versions_of([replace(one, effective_at=None) for one in drafts], now=since)
    known_policies, known_calendars = book.current_versions()
    past = Book(
        [*_before(known_policies, policies, "policy", since, at), *policies],
        [*_before(known_calendars, calendars, "calendar", since, at), *calendars],
    )
    return TrialBooks(book_with(drafts, now=at), past)


def _before(
    known: Iterable[InForce], tried: Iterable[InForce], owner: str, since: datetime, at: datetime
) -> list[InForce]:
    """Return the versions in whose place nothing is tried: of what is tried, those from before and those to come."""
    owners = {getattr(one, owner) for one in tried}
    return [one for one in known if getattr(one, owner) not in owners or not since < one.effective_at <= at]
