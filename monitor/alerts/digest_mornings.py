"""When digests are due: at eight in the morning where their reader is, whatever the clocks do there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from helpdesk.database.transaction import require_transaction
from helpdesk.input import zone_name
from helpdesk.models import Agent, Queue
from helpdesk.outbox import items
from monitor.models import Digest, DigestIssue, DigestRhythm

DIGEST_MAIL: Final = "digest_mail"
"""The channel; its key is the number of the reader."""
ISSUE: Final = "digest_issue"
MORNING: Final = time(8)
DAYS: Final = {DigestRhythm.DAILY: 1, DigestRhythm.WEEKLY: 7}
"""How many days a digest tells of, and from one to the next."""
KEPT_FOR: Final = timedelta(days=60)
"""That a morning's digest was made out is remembered longer than anything waits in the outbox."""


def ask(*, by: Agent, rhythm: DigestRhythm, environment: str, queue: Queue | None, now: datetime) -> Digest:
    """Have a digest sent from the next morning on; what was asked in this rhythm before is replaced."""
    require_transaction()
    due = next_morning(rhythm, zone_of(by), after=now)
    told = {"environment": environment, "queue": queue, "due_at": due}
    return Digest.objects.update_or_create(agent=by, rhythm=rhythm, defaults=told)[0]


def stop(*, by: Agent, rhythm: DigestRhythm) -> None:
    """Send no more of this rhythm, and nothing that is about to leave."""
    Digest.objects.filter(agent=by, rhythm=rhythm).update(due_at=None)


def follow_queue(queue: Queue, *, into: Queue) -> None:
    """Send what is asked for about a queue about the one into which it is merged."""
    Digest.objects.filter(queue=queue).update(queue=into)


def make_out(*, now: datetime, limit: int) -> int:
    """Put what is due into the outbox, each morning of a digest once; return at how many was looked.

    Of mornings that nobody was awake for, only what is still of today leaves, or of this week.
    """
    with transaction.atomic():
        due = Digest.objects.due(now).select_related("agent").order_by("due_at", "pk")
        found = list(due.select_for_update(of=("self",), skip_locked=True)[:limit])
        for digest in found:
            _make_out(digest, now=now)
    return len(found)


def _make_out(digest: Digest, *, now: datetime) -> None:
    rhythm, zone = DigestRhythm(digest.rhythm), zone_of(digest.agent)
    day = latest_morning(rhythm, zone, now=now)
    if is_fresh(rhythm, day, zone, now=now):
        issue, is_new = DigestIssue.objects.get_or_create(digest=digest, day=day, defaults={"made_at": now})
        if is_new:
            items.put_apart(
                channel_name=DIGEST_MAIL, key=digest.agent_id, kind=ISSUE, numbers=[issue.pk], now=now
            )
    digest.issues.filter(day__lt=day - KEPT_FOR).delete()
    digest.due_at = next_morning(rhythm, zone, after=now)
    digest.save(update_fields=["due_at"])


def is_fresh(rhythm: DigestRhythm, day: date, zone: ZoneInfo, *, now: datetime) -> bool:
    """Tell whether a morning's digest is still worth sending: on its day, or within its week."""
    return now.astimezone(zone).date() < day + timedelta(days=DAYS[rhythm])


def latest_morning(rhythm: DigestRhythm, zone: ZoneInfo, *, now: datetime) -> date:
    """Return the day of the last morning that has begun."""
    there = now.astimezone(zone)
    day = there.date() if there.time() >= MORNING else there.date() - timedelta(days=1)
    return day - timedelta(days=day.weekday()) if rhythm == DigestRhythm.WEEKLY else day


def next_morning(rhythm: DigestRhythm, zone: ZoneInfo, *, after: datetime) -> datetime:
    day = latest_morning(rhythm, zone, now=after) + timedelta(days=DAYS[rhythm])
    return datetime.combine(day, MORNING, tzinfo=zone)


def zone_of(agent: Agent) -> ZoneInfo:
    return zone_name.read(agent.timezone) or ZoneInfo("UTC")
