"""Mail to those who can act: one a minute and queue, about the promises that are broken or at risk now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from helpdesk.models import Agent, Queue, Role
from helpdesk.outbox import mail_server
from helpdesk.outbox.channel import Channel, Parcel, Sent
from monitor.alerts.news_delivery import NEWS
from monitor.models import Flag, Level


def way_out(key: int) -> str | None:
    """Return the mail server, where there still is such a queue."""
    return mail_server.way_out() if Queue.objects.filter(pk=key).exists() else None


def send(parcel: Parcel, *, now: datetime) -> Sent:
    """Mail what of these news still matters, to those who have not got it; nothing and nobody, no mail.

    A flag that was withdrawn or taken in hand meanwhile, or whose clock has ended, is left out.
    Raises `AttemptFailed`.
    """
    queue, flags = Queue.objects.get(pk=parcel.key), _that_matter(parcel.numbers(NEWS))
    people = {agent.email: str(agent.pk) for agent in _recipients(queue, flags)}
    missing = [email for email, name in sorted(people.items()) if name not in parcel.reached]
    if not flags or not missing:
        return Sent()
    with override(settings.LANGUAGE_CODE):
        mail = _mail(queue, flags, now=now)
    mail.to = missing
    mail.extra_headers["Message-ID"] = mail_server.message_id(parcel.message_id)
    refused = mail_server.send(mail)
    return Sent(tuple(people[email] for email in missing if email not in refused.codes), missed=str(refused))


CHANNEL = Channel(pace=timedelta(minutes=1), way_out=way_out, send=send)


def send_test(*, agent: Agent) -> None:
    """Mail an alert that is none, to see that alerts arrive."""
    body = _("This is a test. Alerts about promises that break in your queues will reach you like this.")
    EmailMessage(_("[Attend] Test alert"), body, to=[agent.email]).send()


def _that_matter(numbers: Sequence[int]) -> list[Flag]:
    told = Flag.objects.open().filter(news__in=numbers).distinct()
    newest_first = told.select_related("ticket", "ticket__customer", "ticket__assignee", "clock")
    return list(newest_first.order_by("level", "raised_at", "id"))


def _mail(queue: Queue, flags: Sequence[Flag], *, now: datetime) -> EmailMessage:
    broken = [flag for flag in flags if flag.level == Level.BREACHED]
    at_risk = [flag for flag in flags if flag.level == Level.AT_RISK and flag.clock_id not in _clocks(broken)]
    context = {
        "queue": queue,
        "broken": [(flag, _address(flag)) for flag in broken],
        "at_risk": [(flag, _address(flag)) for flag in at_risk],
        "now": now,
    }
    body = render_to_string("monitor/mail/flags.txt", context)
    return EmailMessage(_subject(queue, len(broken), len(at_risk)), body)


def _subject(queue: Queue, broken: int, at_risk: int) -> str:
    if broken:
        text = ngettext("%(n)d promise broken in %(queue)s", "%(n)d promises broken in %(queue)s", broken)
        return "[Attend] " + text % {"n": broken, "queue": queue.name}
    text = ngettext("%(n)d promise at risk in %(queue)s", "%(n)d promises at risk in %(queue)s", at_risk)
    return "[Attend] " + text % {"n": at_risk, "queue": queue.name}


def _recipients(queue: Queue, flags: Sequence[Flag]) -> list[Agent]:
    """Return the queue's overseers and the tickets' assignees; demo logins only where mail stays here."""
    oversees = Q(memberships__queue=queue, memberships__role=Role.OVERSEER)
    assigned = Q(pk__in=[flag.ticket.assignee_id for flag in flags if flag.ticket.assignee_id])
    people = Agent.objects.filter(oversees | assigned, is_active=True)
    if mail_server.is_remote():
        people = people.filter(is_demo=False)
    return list(people.distinct())


def _clocks(flags: Sequence[Flag]) -> set[int]:
    return {flag.clock_id for flag in flags}


def _address(flag: Flag) -> str:
    return settings.PUBLIC_URL + reverse("ticket", args=[flag.ticket.reference])
