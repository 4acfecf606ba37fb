"""Dry runs as tests begin them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from helpdesk.jobs import job_turn
from helpdesk.models import Agent, Job
from monitor.models import Policy, Trial
from monitor.promises import doubted_drafts
from monitor.promises.draft import CalendarDraft, Draft, PolicyDraft
from monitor.promises.trial import trial_request
from tests.make import NOW

HOUR: Final = timedelta(hours=1)
HURRIED: Final = {"targets": {"first_response": {"basis": "wall", "seconds": 60}}}
NEW_HOURS: Final = CalendarDraft(
    calendar=None, name="At night", spec={"timezone": "UTC", "weekly": {"mon": [["20:00", "24:00"]]}}
)


def draft(**fields: Any) -> PolicyDraft:
    """A version of the policy of everybody in which first responses are due within a minute."""
    policy = Policy.objects.get(name="Everybody")
    last = policy.versions.latest("version")
    usual = {
        "policy": policy.pk,
        "name": policy.name,
        "position": last.position,
        "calendar": last.calendar_id,
    }
    return PolicyDraft(**{**usual, "rules": HURRIED, **fields})


def begun(by: Agent, *drafts: Draft, now: datetime = NOW) -> Trial:
    return trial_request.ask(drafts, days=30, by=by, now=now)


def counted(by: Agent, *drafts: Draft, now: datetime = NOW) -> Trial:
    """Return a dry run that is complete; no other job is carried on."""
    trial = begun(by, *drafts, now=now)
    assert trial.job is not None
    while trial.job.over_at is None:
        job_turn.take_at_once(trial.job, now=now, limit=500)
    trial.refresh_from_db()
    return trial


def meant(trial: Trial, *, now: datetime = NOW) -> str:
    """Return what says that all is meant that is doubted of what was tried."""
    drafts = trial_request.drafts_of(trial)
    at = doubted_drafts.beginning(drafts, now=now)
    return doubted_drafts.key_of(doubted_drafts.doubts_about(drafts, at=at))


def go_on(*, now: datetime = NOW, limit: int = 500) -> None:
    """Let workers do all that there is to do."""
    while Job.objects.ready(now).exists():
        job_turn.take(now=now, limit=limit)
