"""What is doubted of drafts together, publishing them once whoever does has read that, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.models import Agent
from monitor.models import Calendar, Confirmable, VersionScope
from monitor.promises import draft, first_decisions, publication
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.hours import hours_doubts, hours_spelling
from monitor.promises.versions import BadVersion


class UnreadDoubts(BadVersion):
    """Drafts are doubted, and nobody has said that they are meant so."""


def doubts_about(drafts: Sequence[Draft], *, at: datetime) -> list[str]:
    """Say what drafts would do, from an instant on, that may not be meant."""
    policies = [one for one in drafts if isinstance(one, PolicyDraft)]
    doubts = publication.doubts_about_policies(policies, at=at) if policies else []
    return [*doubts, *_about_hours(drafts, at=at)]


def _about_hours(drafts: Sequence[Draft], *, at: datetime) -> Iterator[str]:
    for one in drafts:
        if isinstance(one, CalendarDraft):
            spec = hours_spelling.until_midnight(one.spec)
            if calendar := Calendar.objects.filter(pk=one.calendar or 0).first():
                yield from publication.doubts_about_calendar(calendar, spec, at=at)
            else:
                yield from hours_doubts.doubts_about_hours(spec, before={}, policies=[], at=at)


def beginning(drafts: Sequence[Draft], *, now: datetime) -> datetime:
    """Return from when on all of them count."""
    return max(one.effective_at or now for one in drafts)


def key_of(doubts: Sequence[str]) -> str:
    """Return what tells these doubts from others, for whoever says that they have read them."""
    return blake2b("\n".join(doubts).encode(), digest_size=16).hexdigest()


def are_meant(doubts: Sequence[str], *, meant: str) -> bool:
    """Whether whoever says `meant` has read these doubts, and no others."""
    return not doubts or meant == key_of(doubts)


def publish(drafts: Sequence[Draft], *, meant: str, by: Agent, now: datetime) -> None:
    """Publish all of them or none, and stand by them; raises `UnreadDoubts`, and `BadVersion` in all its kinds.

    Calendars come first, so that policies count in them at once.
    """
    if not are_meant(doubts_about(drafts, at=beginning(drafts, now=now)), meant=meant):
        raise UnreadDoubts(_("Read first what may not be meant, and say that it is."))
    with transaction.atomic():
        for one in sorted(drafts, key=lambda each: not isinstance(each, CalendarDraft)):
            draft.publish(one, by=by, now=now)
        for what, kind in ((Confirmable.PROMISES, PolicyDraft), (Confirmable.HOURS, CalendarDraft)):
            if any(isinstance(one, kind) for one in drafts):
                first_decisions.confirm(what, by=by, now=now)


def are_for_new_tickets(drafts: Sequence[Draft]) -> bool:
    """Whether none of them touches a clock that runs."""
    return all(isinstance(one, PolicyDraft) and one.scope == VersionScope.NEW for one in drafts)


def what_comes_of(drafts: Sequence[Draft], *, now: datetime) -> str:
    """Say what happens once they are published."""
    if beginning(drafts, now=now) > now:
        return _("Published. Nothing changes before it counts.")
    if are_for_new_tickets(drafts):
        return _("Published. It counts for what starts from now on.")
    return _("Published. Open tickets are being recounted.")
