"""The side of the ticket page: who is asking, and how the ticket is sorted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_time
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.input.visible_text import isolated
from helpdesk.mail.spam.sender_blocks import senders_to_block
from helpdesk.models import Agent, Priority, Queue, Status, Ticket
from helpdesk.pages.frame.viewer import agent_of, now_of, zone
from helpdesk.tickets.opening.customer_match import email_key

CHANNELS: Final = {
    "api": gettext_lazy("the API"),
    "chat": gettext_lazy("chat"),
    "contact_form": gettext_lazy("contact form"),
    "email": gettext_lazy("e-mail"),
    "import": gettext_lazy("an import"),
    "page": gettext_lazy("these pages"),
    "phone": gettext_lazy("phone"),
    "test": gettext_lazy("a test"),
}
"""The usual ways in; a store may name others, which stand as it writes them."""
BLOCK_A_WHILE, BLOCK_FOR_GOOD = "for-90-days", "for-good"
SETTABLE: Final = (Status.OPEN, Status.PENDING, Status.ON_HOLD)


def side(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """Return what the template of the side shows besides the ticket itself."""
    return {
        "channel": CHANNELS.get(ticket.channel, ticket.channel.replace("_", " ")),
        "block_choices": list(block_choices(ticket)) if ticket.is_live else [],
        "handed_on": handed_on(ticket),
        "sorting": list(sorting_forms(ticket, agent_of(request), now_of(request))) if ticket.is_live else [],
        "received": _received(ticket),
        "their_language": _language_name(ticket.language),
        "their_time": _their_time(request, ticket),
    }


@dataclass(frozen=True, slots=True)
class SideForm:
    """One small form of the side panel: a choice for one resource of the ticket."""

    route: str
    name: str
    label: str
    value: Any
    choices: list[tuple[Any, str]]
    key: str = ""
    word: bool = False
    """Whether a word for whoever has it next can go along."""


def sorting_forms(ticket: Ticket, agent: Agent, now: datetime) -> Iterator[SideForm]:
    """Yield the forms by which a live ticket is sorted and handed over."""
    priorities = [(value, str(label)) for value, label in Priority.choices]
    offered = Q(retired_at=None) | Q(pk=ticket.queue_id)
    visible = Queue.objects.visible_to(agent).filter(offered).order_by("name")
    queues = [(queue.pk, queue.name) for queue in visible]
    people = _people(ticket, now)
    yield SideForm("ticket-assignee", "agent", _("Who has it"), ticket.assignee_id or "", people, word=True)
    yield SideForm("ticket-status", "status", _("Status"), ticket.status, _statuses(ticket))
    yield SideForm("ticket-priority", "priority", _("Priority"), ticket.priority, priorities)
    yield SideForm("ticket-queue", "queue", _("Queue"), ticket.queue_id, queues)
    if ticket.has_topics:  # type: ignore[attr-defined]  # annotated by `visible_ticket`
        yield SideForm("ticket-topic", "topic", _("Topic"), ticket.topic_id or "", _topics(ticket), key="t")


def block_choices(ticket: Ticket) -> Iterator[tuple[str, str]]:
    """Yield whose mail can be stopped where the ticket is spam, each for a while or for good, with the words for it."""
    for sender in senders_to_block(ticket):
        named = {"sender": isolated(sender)}
        yield f"{BLOCK_A_WHILE} {sender}", _("%(sender)s, for 90 days") % named
        yield f"{BLOCK_FOR_GOOD} {sender}", _("%(sender)s, for good") % named


def _people(ticket: Ticket, now: datetime) -> list[tuple[Any, str]]:
    """Nobody, who works in the queue, and who has the ticket wherever they work now; with who is away."""
    placed = Agent.objects.filter(memberships__queue=ticket.queue_id, is_active=True)
    colleagues = placed.select_related("absence").order_by("name")
    people = {colleague.pk: _named(colleague, now) for colleague in colleagues}
    if ticket.assignee:
        people.setdefault(ticket.assignee.pk, _named(ticket.assignee, now))
    return [("", _("nobody")), *people.items()]


def _topics(ticket: Ticket) -> list[tuple[Any, str]]:
    """None, those on the store's list, and the ticket's own where it is off the list by now."""
    topics = {topic.pk: topic.name for topic in ticket.store.topics.offered().order_by("name")}
    if ticket.topic:
        topics.setdefault(ticket.topic.pk, ticket.topic.name)
    return [("", _("none")), *topics.items()]


def _named(agent: Agent, now: datetime) -> str:
    absence = getattr(agent, "absence", None)
    away = absence is not None and absence.until > now
    return _("%(agent)s, away") % {"agent": isolated(str(agent))} if away else str(agent)


def _statuses(ticket: Ticket) -> list[tuple[Any, str]]:
    """What an agent may set, and new where it is that: nobody sets a ticket to new."""
    new = [Status.NEW] if ticket.status == Status.NEW else []
    return [(status.value, str(status.label)) for status in (*new, *SETTABLE)]


def handed_on(ticket: Ticket) -> dict[str, str]:
    """Return through whose address a mail came, and whom it offers as the customer: whose mail was forwarded in it."""
    said = ticket.metadata if ticket.channel == "email" else {}
    named = said.get("forwarded_from", "")
    offered = "" if email_key(named) == ticket.customer.email_key else named
    return {"through": said.get("from", ""), "offered": offered, "name": said.get("forwarded_name", "")}


def _received(ticket: Ticket) -> datetime | None:
    """When the ticket came to us, where that was noticeably after it was asked."""
    noticeable = ticket.received_at - ticket.occurred_at >= timedelta(minutes=1)
    return ticket.received_at if noticeable else None


def _language_name(tag: str) -> str:
    """Name a language in the viewer's own; a tag that CLDR does not know stays as it is."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(get_language()) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _their_time(request: HttpRequest, ticket: Ticket) -> str:
    name = ticket.customer.timezone
    if not name:
        return ""
    return format_time(now_of(request), "short", tzinfo=zone(name), locale=cldr_locale(get_language()))
