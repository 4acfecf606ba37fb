"""A month, some weeks ago, with tickets in it, and closing it by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from helpdesk.conversation import outside_answers, replies
from helpdesk.models import Message, Ticket
from monitor.models import ReportedMonth
from monitor.reports.months import month_job
from monitor.reports.objectives.calendar_month import month_of, months_after
from tests.make import Make
from tests.monitor.recounted import go_on_to_the_end

UTC_ZONE = ZoneInfo("UTC")


def last_month(now: datetime) -> date:
    return months_after(month_of(now.date()), -1)


def in_last_month(now: datetime) -> datetime:
    """Return ten o'clock on the tenth of the month before."""
    day = last_month(now) + timedelta(days=9)
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC_ZONE)


def asked(make: Make, at: datetime, **fields: object) -> Ticket:
    """Somebody asks, and we hear of it at once."""
    return make.ticket(now=at, **fields)  # type: ignore[arg-type]


def answered(ticket: Ticket, make: Make, at: datetime, *, told_at: datetime | None = None) -> Message:
    """Answer at an instant; or let an answer from then be found later, among the mail that was sent elsewhere."""
    agent = make.agent()
    with transaction.atomic():
        if told_at is None:
            return replies.reply_in_public(ticket=ticket, author=agent, body="Here it is.", now=at)
        return outside_answers.take_in_answer(ticket=ticket, by=agent, body="Sent.", now=told_at, sent_at=at)


def close(make: Make, now: datetime, *, month: date | None = None, note: str = "") -> ReportedMonth:
    """Close a month, by the admin, and let the workers do it."""
    with transaction.atomic():
        job = month_job.ask(
            month or last_month(now),
            environment="live",
            zone=UTC_ZONE,
            note=note,
            by=make.agent("admin"),
            now=now,
        )
    go_on_to_the_end(now=now)
    job.refresh_from_db()
    assert not job.failure, job.failure
    return ReportedMonth.objects.get(pk=job.arguments["reported"])
