"""Mail to those who can act: one a minute and queue, about the promises that are broken or at risk now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from helpdesk.models import Agent, Queue, Role
from monitor.models import Delivery, Flag, Level


def send(delivery: Delivery, *, now: datetime) -> None:
    """Mail what of the delivery's news still matters; nothing and nobody, no mail.

    A flag that was withdrawn or taken in hand meanwhile, or whose clock has ended, is left out.
    Raises what the mail server raises.
    """
    flags = _that_matter(delivery)
    if delivery.queue and flags:
        with override(settings.LANGUAGE_CODE):
            _mail(delivery.queue, flags, now=now)


def send_test(*, agent: Agent) -> None:
    """Mail an alert that is none, to see that alerts arrive."""
    body = _("This is a test. Alerts about promises that break in your queues will reach you like this.")
    EmailMessage(_("[Attend] Test alert"), body, to=[agent.email]).send()


def _that_matter(delivery: Delivery) -> list[Flag]:
    told = Flag.objects.open().filter(news__mail=delivery).distinct()
    newest_first = told.select_related("ticket", "ticket__customer", "ticket__assignee", "clock")
    return list(newest_first.order_by("level", "raised_at", "id"))


def _mail(queue: Queue, flags: Sequence[Flag], *, now: datetime) -> None:
    recipients = _recipients(queue, flags)
    if not recipients:
        return
    broken = [flag for flag in flags if flag.level == Level.BREACHED]
    at_risk = [flag for flag in flags if flag.level == Level.AT_RISK and flag.clock_id not in _clocks(broken)]
    context = {
        "queue": queue,
        "broken": [(flag, _address(flag)) for flag in broken],
        "at_risk": [(flag, _address(flag)) for flag in at_risk],
        "now": now,
    }
    body = render_to_string("monitor/mail/flags.txt", context)
    EmailMessage(_subject(queue, len(broken), len(at_risk)), body, to=recipients).send()


def _subject(queue: Queue, broken: int, at_risk: int) -> str:
    if broken:
        text = ngettext("%(n)d promise broken in %(queue)s", "%(n)d promises broken in %(queue)s", broken)
        return "[Attend] " + text % {"n": broken, "queue": queue.name}
    text = ngettext("%(n)d promise at risk in %(queue)s", "%(n)d promises at risk in %(queue)s", at_risk)
    return "[Attend] " + text % {"n": at_risk, "queue": queue.name}


def _recipients(queue: Queue, flags: Sequence[Flag]) -> list[str]:
    """Return the queue's overseers and the tickets' assignees; demo logins only where mail stays here."""
    oversees = Q(memberships__queue=queue, memberships__role=Role.OVERSEER)
    assigned = Q(pk__in=[flag.ticket.assignee_id for flag in flags if flag.ticket.assignee_id])
    people = Agent.objects.filter(oversees | assigned, is_active=True)
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        people = people.filter(is_demo=False)
    return sorted(set(people.values_list("email", flat=True)))


def _clocks(flags: Sequence[Flag]) -> set[int]:
    return {flag.clock_id for flag in flags}


def _address(flag: Flag) -> str:
    return settings.PUBLIC_URL + reverse("ticket", args=[flag.ticket.reference])
