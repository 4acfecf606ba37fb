"""Asking for a trial, and publishing what was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, QuerySet

from helpdesk.jobs import job_request
from helpdesk.jobs.job_request import AskedAlready
from helpdesk.models import Agent
from monitor.models import CalendarVersion, PolicyVersion, Trial
from monitor.promises import doubted_drafts, draft
from monitor.promises.draft import CalendarDraft, Draft
from monitor.promises.draft_book import book_with
from monitor.promises.trial.trial_job import KIND
from monitor.relay import book

SPANS: Final = (30, 90)
"""How many days of the past can be asked for."""


def ask(drafts: Sequence[Draft], *, days: int, by: Agent, now: datetime) -> Trial:
    """Have drafts tried by the workers, from the next round on; raises `BadVersion`, and `InThePast`.

    What they do not say of the version that whoever made them knew is the newest of now: nobody's is published over
    unseen. While the same is being counted already, that dry run is returned.
    """
    book_with(drafts, now=now)
    told = [draft.to_json(_seen(one)) for one in drafts]
    try:
        with transaction.atomic():
            job = job_request.ask(KIND, now=now, by=by, subject=_subject(told, days=days))
            return Trial.objects.create(
                drafts=told, days=days, asked_by=by, asked_at=now, counted_at=now, job=job
            )
    except AskedAlready as first:
        return Trial.objects.get(job=first.job)


def publish(trial: Trial, *, meant: str, by: Agent, now: datetime) -> bool:
    """Publish exactly what was tried, as `doubted_drafts` does, and return whether it was; raises what that does.

    What was published already is left as it is, whatever is `meant`.
    """
    with transaction.atomic():
        if Trial.objects.select_for_update(of=("self",)).get(pk=trial.pk).published_at:
            return False
        doubted_drafts.publish(drafts_of(trial), meant=meant, by=by, now=now)
        Trial.objects.filter(pk=trial.pk).update(published_at=now)
    return True


def drafts_of(trial: Trial) -> list[Draft]:
    """Return what is tried."""
    return [draft.from_json(told) for told in trial.drafts]


def _subject(told: Sequence[dict[str, Any]], *, days: int) -> str:
    """Return what tells this dry run from others: what is tried, over how long, beside which versions."""
    return job_request.subject_of(told, days, book.newest_versions())


def _seen(one: Draft) -> Draft:
    if one.seen is not None:
        return one
    newest: int = _versions(one).aggregate(newest=Max("version"))["newest"] or 0
    return replace(one, seen=newest)


def _versions(one: Draft) -> QuerySet[CalendarVersion] | QuerySet[PolicyVersion]:
    if isinstance(one, CalendarDraft):
        return CalendarVersion.objects.filter(calendar=one.calendar)
    return PolicyVersion.objects.filter(policy=one.policy)
