"""The banner that says: mail does not come in, or answers do not leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from helpdesk.mail.trouble import mail_delays
from helpdesk.models import Agent, Mailbox, Queue
from helpdesk.pages.frame.environment import current
from helpdesk.pages.frame.viewer import now_of


def banner(request: HttpRequest) -> SafeString:
    """Say which mailboxes of one's queues have not been read since when, and how many answers are leaving for long."""
    now = now_of(request)
    if not isinstance(request.user, Agent) or not is_anything_late(now=now):
        return SafeString()
    place = (request.user, current(request))
    unread, leaving = unread_mailboxes(*place, now=now), leaving_for_long(*place, now=now)
    if not unread and not leaving["number"]:
        return SafeString()
    return render_to_string(
        "helpdesk/parts/mail_banner.html",
        {"unread": unread, "leaving": leaving, "now": now, "agent": request.user},
    )


def is_anything_late(*, now: datetime) -> bool:
    """Say, by one statement for each page, whether there is anything to tell anybody."""
    mailboxes, replies = mail_delays.unread(now), mail_delays.leaving_for_long(now)
    return mailboxes.values("pk").union(replies.values("pk"), all=True).exists()


def unread_mailboxes(agent: Agent, environment: str, *, now: datetime) -> list[Mailbox]:
    """Return those of the agent's queues that nobody could read for a while, or can until somebody consents.

    Each has its `unread_since`, and says why.
    """
    ours = mail_delays.unread(now).in_environment(environment).filter(queue__in=_queues(agent))
    found = list(ours.select_related("consent__given_by").order_by(mail_delays.UNREAD_SINCE.asc(), "address"))
    for mailbox in found:
        mailbox.said = mail_delays.why_unread(mailbox)
    return found


def leaving_for_long(agent: Agent, environment: str, *, now: datetime) -> dict[str, Any]:
    """Return the `number` of answers in the agent's queues that no server has accepted for a while, and since when."""
    ours = mail_delays.leaving_for_long(now).filter(
        message__ticket__queue__in=_queues(agent), message__ticket__store__environment=environment
    )
    return ours.aggregate(number=Count("pk"), since=Min("leaving_since"))


def _queues(agent: Agent) -> Any:
    return Queue.objects.visible_to(agent).values("pk")
