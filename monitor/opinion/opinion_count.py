"""Counting foreign tickets that were taken in, some at a time, by whichever worker comes by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec
from django.utils.translation import gettext, ngettext

from helpdesk.jobs import job_request
from helpdesk.jobs.job_kind import JobKind, JobStep, NextStep, UndoneThing
from helpdesk.models import Agent, Job
from monitor.clock.book.policy import Book, PolicyInForce
from monitor.clock.book.rules import parse_rules
from monitor.models import Calendar, CalendarVersion, Opinion, OpinionSource, OpinionTicket
from monitor.opinion.difference import Comparison, compare
from monitor.opinion.foreign_ticket import Cast, ForeignTicket
from monitor.opinion.gorgias_export import with_figure
from monitor.opinion.our_count import count
from monitor.opinion.reading.api_trouble import trouble_words
from monitor.relay.book import calendar_in_force, readable

KIND: Final = "second_opinion"
TOGETHER: Final = 500
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS: Final = (
    "counted_at",
    "theirs",
    "their_business",
    "outcome",
    "ours",
    "our_business",
    "reasons",
    "reason",
)


def ask(opinion: Opinion, *, now: datetime, by: Agent | None = None, subject: str = "") -> Job:
    """Have the workers count what was taken in; raises `AskedAlready` while another of that `subject` is counted."""
    return job_request.ask(KIND, now=now, by=by, arguments={"opinion": opinion.pk}, subject=subject)


def count_some(opinion: Opinion, *, now: datetime, limit: int = TOGETHER) -> int:
    """Count up to so many tickets that are not yet; return how many there were. The last one makes it complete."""
    rows = opinion.tickets.uncounted().order_by("number").select_for_update(skip_locked=True, no_key=True)
    taken = list(rows[: min(limit, TOGETHER)])
    cast, book = cast_of(opinion), hours_of(opinion.calendar)
    for row in taken:
        _write(row, compared(row, opinion, cast, book), now=now)
    OpinionTicket.objects.bulk_update(taken, COLUMNS)
    is_read = not OpinionSource.objects.unread().filter(opinion=opinion).exists()
    if not taken and is_read and not opinion.tickets.uncounted().exists():
        Opinion.objects.filter(pk=opinion.pk, complete_at=None).update(complete_at=now)
    return len(taken)


def compared(row: OpinionTicket, opinion: Opinion, cast: Cast, book: Book) -> Comparison:
    """Count one ticket; one that waits has waited until the newest thing that was told of."""
    ticket = foreign(row)
    ours = count(ticket, cast, book, until=opinion.told_until or row.changed_at)
    return compare(ticket, cast, ours, has_hours=opinion.calendar_id is not None)


def foreign(row: OpinionTicket) -> ForeignTicket:
    """Return the ticket as it was told, with the figure that their rule makes of it where they tell none."""
    ticket = msgspec.convert(row.told, ForeignTicket)
    return with_figure(ticket) if ticket.by_rule else ticket


def cast_of(opinion: Opinion) -> Cast:
    """Return who works there; a robot works there too, and is no person."""
    return Cast(staff=frozenset([*opinion.staff, *opinion.robots]), robots=frozenset(opinion.robots))


def hours_of(calendar: Calendar | None) -> Book:
    """Return a book that promises nothing and counts open time in one calendar; in none, all time is open."""
    if calendar is None:
        return Book([], [])
    versions, _aside = readable(
        CalendarVersion.objects.filter(calendar=calendar).order_by("pk"), calendar_in_force
    )
    if not versions:
        return Book([], [])
    return Book([_no_promise(calendar)], versions)


def _no_promise(calendar: Calendar) -> PolicyInForce:
    return PolicyInForce(
        id=0,
        policy=0,
        version=1,
        position=0,
        effective_at=LONG_AGO,
        scope="new",
        calendar=calendar.pk,
        rules=parse_rules({}),
    )


def _write(row: OpinionTicket, found: Comparison, *, now: datetime) -> None:
    row.counted_at = now
    row.theirs = found.theirs.calendar if found.theirs else None
    row.their_business = found.theirs.business if found.theirs else None
    row.outcome, row.ours, row.our_business = found.ours.outcome, found.ours.wall, found.ours.business
    row.reasons = [reason.value for reason in found.reasons]
    row.reason = found.reason.value if found.reason else ""


def _step(job: Job, /, *, now: datetime, limit: int) -> JobStep:
    opinion = Opinion.objects.filter(pk=job.arguments["opinion"]).select_related("calendar").first()
    if opinion is None:
        return JobStep(NextStep.NEVER, job.state)  # it was removed meanwhile
    some = count_some(opinion, now=now, limit=limit)
    counted, total = opinion.tickets.counted().count(), opinion.tickets.count()
    done, source = max(0, counted - job.done), _source(opinion)
    if some:
        return JobStep(NextStep.FOLLOWS, job.state, done=done, total=total)
    then = NextStep.NEVER if source is None or source.is_over else NextStep.WAITS
    return JobStep(then, job.state, done=done, total=total, errors=_undone(source))


def _source(opinion: Opinion) -> OpinionSource | None:
    return OpinionSource.objects.filter(opinion=opinion).first()


def _undone(source: OpinionSource | None) -> list[UndoneThing]:
    if source is None or source.refused_at is None:
        return []
    return [UndoneThing(source.account, trouble_words(source.trouble, source.trouble_detail))]


def _title(_job: Job) -> str:
    return gettext("Second opinion on another helpdesk's first replies")


def _counted(number: int) -> str:
    return ngettext("%(number)s ticket", "%(number)s tickets", number)


SECOND_OPINION: Final = JobKind(_step, title=_title, counted=_counted)
