"""The past of a mailbox as a job: how far fetching and filing are, and what is made of it in the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import ngettext

from helpdesk.jobs.job_kind import JobKind, JobStep, NextStep, UndoneThing
from helpdesk.models import Job, MailboxHistory, MailOutcome, RawMail, Status, Ticket, TicketEvent
from helpdesk.models.mail.raw_mail import MailReason
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.tickets.ticket_change import changing
from helpdesk.tickets.ticket_status import stand

RESOLVED_AT_ONCE: Final = 50


def _step(job: Job, /, *, now: datetime, limit: int) -> JobStep:
    """Say how far it is; once all is filed, resolve what was answered, some tickets at a time."""
    history = MailboxHistory.objects.filter(job=job).first()
    if history is None:  # its mailbox was removed
        return JobStep(NextStep.NEVER, job.state)
    unfiled = RawMail.objects.unread().filter(history=history).count()
    done = max(0, history.fetched - unfiled - job.done)
    if history.fetched_at is None or unfiled:
        then = NextStep.FOLLOWS if done else NextStep.WAITS
        return JobStep(then, job.state, done=done, total=history.found)
    answered = list(_answered(history)[: min(limit, RESOLVED_AT_ONCE)])
    for ticket in answered:
        with changing(ticket, now=now, imported=True) as change:
            stand(change, Status.RESOLVED, ticket.last_event_at)
    if answered:
        return JobStep(NextStep.FOLLOWS, job.state, done=done, total=history.found)
    return JobStep(
        NextStep.NEVER, job.state, done, history.found, errors=_undone(history), result=_result(history)
    )


def _answered(history: MailboxHistory) -> QuerySet[Ticket]:
    """Return its live tickets on which nobody waits, and nothing has happened since: they are over."""
    since = TicketEvent.objects.filter(ticket=OuterRef("pk"), imported=False)
    return _tickets(history).live().filter(~Exists(since), waiting_since=None).order_by("pk")


def _tickets(history: MailboxHistory) -> TicketQuerySet:
    return Ticket.objects.filter(pk__in=history.mails.values("message__ticket"))


def _undone(history: MailboxHistory) -> list[UndoneThing]:
    aside = history.mails.set_aside().order_by("pk")
    return [UndoneThing(str(mail), str(MailReason(mail.reason).label)) for mail in aside]


def _result(history: MailboxHistory) -> Mapping[str, int]:
    return {
        "opened": history.mails.filter(outcome=MailOutcome.OPENED).count(),
        "passed": history.mails.filter(outcome=MailOutcome.PASSED).count(),
        "waiting": _tickets(history).live().exclude(waiting_since=None).count(),
    }


def _title(job: Job) -> str:
    told = ngettext(
        "The last day of %(mailbox)s", "The last %(days)d days of %(mailbox)s", job.arguments["days"]
    )
    return str(told % job.arguments)


def _counted(number: int) -> str:
    return ngettext("%(number)s mail", "%(number)s mails", number)


def _outcome(job: Job) -> str:
    if "opened" not in job.result:
        return ""
    opened = ngettext("It was %d conversation.", "They were %d conversations.", job.result["opened"])
    waiting = ngettext(
        "On %d of its tickets somebody still waits.",
        "On %d of its tickets somebody still waits.",
        job.result["waiting"],
    )
    return f"{opened % job.result['opened']} {waiting % job.result['waiting']}"


MAILBOX_HISTORY = JobKind(_step, title=_title, counted=_counted, outcome=_outcome)
