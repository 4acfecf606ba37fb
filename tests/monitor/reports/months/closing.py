"""A month, some weeks ago, with tickets in it, and closing it by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from helpdesk.conversation import bounces, outside_answers, replies
from helpdesk.models import Job, Message, Ticket
from helpdesk.tickets import merging, ticket_status
from monitor.models import Policy, ReportedMonth
from monitor.promises import versions
from monitor.reports.months import month_job
from monitor.reports.objectives.calendar_month import month_of, months_after
from tests.make import Make
from tests.monitor.recounted import go_on_to_the_end

UTC_ZONE = ZoneInfo("UTC")
HOUR = timedelta(hours=1)


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
    """Close a month, by the admin, who has seen all of its reports, and let the workers do it."""
    job = begin_closing(make, now, month=month, note=note)
    go_on_to_the_end(now=now)
    job.refresh_from_db()
    assert not job.failure, job.failure
    return ReportedMonth.objects.get(pk=job.arguments["reported"])


def begin_closing(make: Make, now: datetime, *, month: date | None = None, note: str = "") -> Job:
    month = month or last_month(now)
    with transaction.atomic():
        return month_job.ask(
            month,
            environment="live",
            zone=UTC_ZONE,
            note=note,
            seen=ReportedMonth.objects.filter(month=month).aggregate(newest=Max("number"))["newest"],
            by=make.agent("admin"),
            now=now,
        )


class ClosedMonth(NamedTuple):
    """A closed month, and the tickets in it to which something happens later."""

    reported: ReportedMonth
    late: Ticket
    going: Ticket
    staying: Ticket
    bounced: Ticket
    reply: Message


def a_closed_month(make: Make, now: datetime) -> ClosedMonth:
    """Close a month of 33 who asked: 29 were answered in time, one never, and of three it is not decided."""
    at = in_last_month(now)
    promise(days=60, now=at - HOUR)
    for number in range(28):
        asked_at = at + number * timedelta(minutes=1)
        answered(asked(make, asked_at), make, asked_at + timedelta(minutes=5))
    with transaction.atomic():
        ticket_status.resolve(ticket=asked(make, at), by=make.agent(), now=at + HOUR)
    late, going, staying, bounced = (asked(make, at + HOUR) for _ in range(4))
    reply = answered(bounced, make, at + 2 * HOUR)
    return ClosedMonth(close(make, now, note="For the board"), late, going, staying, bounced, reply)


def what_came_later(make: Make, closed: ClosedMonth, now: datetime) -> None:
    """Find an answer from then, let a reply bounce, make one of two tickets, and recount under another version."""
    answered(closed.late, make, in_last_month(now) + HOUR * 7 / 6, told_at=now)
    with transaction.atomic():
        bounces.take_back_bounced(ticket=closed.bounced, message=closed.reply, now=now)
        merging.merge(ticket=closed.going, into=closed.staying, by=make.agent(), now=now)
    promise(days=1, now=now)
    go_on_to_the_end(now=now)


def promise(*, days: int, now: datetime) -> None:
    """Promise everybody a first response within so many days, to clocks that run as well."""
    policy = Policy.objects.get(name="Everybody")
    last = policy.versions.latest("version")
    with transaction.atomic():
        versions.publish_policy(
            policy=policy,
            rules={"targets": {"first_response": {"seconds": days * 86_400, "basis": "wall"}}},
            position=last.position,
            calendar=last.calendar,
            now=now,
            scope="new_and_open",
        )
