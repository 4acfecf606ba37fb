"""The book as it would be: drafts are versions in it, and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from monitor.clock.book.calendar import BadCalendar, BusinessCalendar
from monitor.clock.book.policy import Book, CalendarInForce, PolicyInForce, UnknownCalendar
from monitor.clock.book.rules import BadRules, parse_rules
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.hours import hours_spelling
from monitor.promises.versions import BadVersion, check_beginning
from monitor.relay import book

NEWEST: Final = 2**62
"""What is new has no number yet: it comes after all that have one, as it will."""


def book_with(drafts: Sequence[Draft], *, now: datetime) -> Book:
    """Return the book in which these drafts are published at `now`; their versions have negative ids.

    The n-th draft is version -n. One that names no policy or calendar of ours is one of its own, numbered
    `NEWEST` + n. Raises `BadVersion`, and `InThePast` as publishing would.
    """
    policies, calendars = versions_of(drafts, now=now)
    try:
        return book.current_with(policies=policies, calendars=calendars)
    except UnknownCalendar as bad:
        raise BadVersion(str(bad)) from bad


def versions_of(
    drafts: Sequence[Draft], *, now: datetime
) -> tuple[list[PolicyInForce], list[CalendarInForce]]:
    """Return the drafts as the versions that `book_with` says they are; raises as it does."""
    numbered = list(enumerate(drafts, start=1))
    try:
        return (
            [_policy(one, number, now=now) for number, one in numbered if isinstance(one, PolicyDraft)],
            [_calendar(one, number, now=now) for number, one in numbered if isinstance(one, CalendarDraft)],
        )
    except (BadCalendar, BadRules) as bad:
        raise BadVersion(str(bad)) from bad


def _policy(draft: PolicyDraft, number: int, *, now: datetime) -> PolicyInForce:
    check_beginning(draft.effective_at, now=now)
    return PolicyInForce(
        id=-number,
        policy=NEWEST + number if draft.policy is None else draft.policy,
        version=NEWEST,
        position=draft.position,
        effective_at=draft.effective_at or now,
        scope=draft.scope,
        calendar=draft.calendar,
        rules=parse_rules({} if draft.retired else draft.rules),
        retired=draft.retired,
    )


def _calendar(draft: CalendarDraft, number: int, *, now: datetime) -> CalendarInForce:
    check_beginning(draft.effective_at, now=now)
    return CalendarInForce(
        id=-number,
        calendar=NEWEST + number if draft.calendar is None else draft.calendar,
        version=NEWEST,
        effective_at=draft.effective_at or now,
        hours=BusinessCalendar.parse(hours_spelling.until_midnight(draft.spec)),
    )
