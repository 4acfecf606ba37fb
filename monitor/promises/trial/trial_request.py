"""Asking for a trial, and publishing what was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from helpdesk.jobs import job_request
from helpdesk.models import Agent
from monitor.models import CalendarVersion, PolicyVersion, Trial
from monitor.promises import draft
from monitor.promises.draft import CalendarDraft, Draft
from monitor.promises.draft_book import book_with
from monitor.promises.trial.trial_job import KIND
from monitor.promises.versions import PublishedMeanwhile

SPANS: Final = (30, 90)
"""How many days of the past can be asked for."""


def ask(drafts: Sequence[Draft], *, days: int, by: Agent, now: datetime) -> Trial:
    """Have drafts tried by the workers, from the next round on; raises `BadVersion`, and `InThePast`.

    What they do not say of the version that whoever made them knew is the newest of now: nobody's is published over
    unseen.
    """
    book_with(drafts, now=now)
    seen = [_seen(one) for one in drafts]
    with transaction.atomic():
        job = job_request.ask(KIND, now=now, by=by)
        return Trial.objects.create(
            drafts=[draft.to_json(one) for one in seen],
            days=days,
            asked_by=by,
            asked_at=now,
            counted_at=now,
            job=job,
        )


def publish(trial: Trial, *, by: Agent, now: datetime) -> None:
    """Publish exactly what was tried, once, all or nothing; raises `BadVersion` in all its kinds.

    Calendars come first, so that policies count in them at once.
    """
    drafts = [draft.from_json(told) for told in trial.drafts]
    with transaction.atomic():
        if Trial.objects.select_for_update(of=("self",)).get(pk=trial.pk).published_at:
            raise PublishedMeanwhile(_("Somebody has published another version meanwhile. Look at it first."))
        for one in sorted(drafts, key=lambda each: not isinstance(each, CalendarDraft)):
            draft.publish(one, by=by, now=now)
        Trial.objects.filter(pk=trial.pk).update(published_at=now)


def _seen(one: Draft) -> Draft:
    if one.seen is not None:
        return one
    newest: int = _versions(one).aggregate(newest=Max("version"))["newest"] or 0
    return replace(one, seen=newest)


def _versions(one: Draft) -> QuerySet[CalendarVersion] | QuerySet[PolicyVersion]:
    if isinstance(one, CalendarDraft):
        return CalendarVersion.objects.filter(calendar=one.calendar)
    return PolicyVersion.objects.filter(policy=one.policy)
