"""Ticket events in words: who did what, in the viewer's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.input.visible_text import isolated
from helpdesk.models import Agent, Author, EventKind, Priority, Queue, Status, StoreTopic, TicketEvent
from helpdesk.templatetags.times import in_full
from helpdesk.tickets.manual_due_time import promised_metrics
from helpdesk.tickets.state.dated_fact import ORDER

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SENTENCES: Final = {
    EventKind.OPENED: gettext_lazy("{who} opened the ticket"),
    EventKind.ACKNOWLEDGED: gettext_lazy("{who} acknowledged it"),
    EventKind.ASSIGNED: gettext_lazy("{who} gave it to {agent}"),
    EventKind.UNASSIGNED: gettext_lazy("{who} gave it back to the queue"),
    EventKind.STATUS_CHANGED: gettext_lazy("{who} set the status to {status}"),
    EventKind.RESOLVED: gettext_lazy("{who} resolved it"),
    EventKind.CLOSED: gettext_lazy("{who} closed it"),
    EventKind.REOPENED: gettext_lazy("{who} reopened it"),
    EventKind.NOTE_ADDED: gettext_lazy("{who} added a note"),
    EventKind.NO_REPLY_NEEDED_MARKED: gettext_lazy("{who} marked that no reply is needed"),
    EventKind.PRIORITY_CHANGED: gettext_lazy("{who} set the priority to {priority}"),
    EventKind.QUEUE_CHANGED: gettext_lazy("{who} moved it to {queue}"),
    EventKind.TAGS_CHANGED: gettext_lazy("{who} set the tags to {tags}"),
    EventKind.TIER_CHANGED: gettext_lazy("{who} set the tier to {tier}"),
    EventKind.TOPIC_CHANGED: gettext_lazy("{who} set the topic to {topic}"),
    EventKind.ORDER_CHANGED: gettext_lazy("The shop said something new about the order"),
    EventKind.CUSTOMER_CHANGED: gettext_lazy("{who} said that somebody else is the customer"),
    EventKind.DUE_TIME_SET: gettext_lazy("{who} set the {metric} due at {due_at}"),
    EventKind.DUE_TIME_CLEARED: gettext_lazy("{who} cleared the due time set for the {metric}"),
    EventKind.MERGED_INTO: gettext_lazy("{who} merged it into another ticket"),
    EventKind.ABSORBED: gettext_lazy("{who} merged another ticket into this one"),
    EventKind.SPLIT_OFF: gettext_lazy("{who} split messages off into a ticket of their own"),
    EventKind.VOIDED: gettext_lazy("{who} put it aside as {reason}"),
    EventKind.RESTORED: gettext_lazy("{who} restored it"),
    EventKind.SNOOZED: gettext_lazy("{who} snoozed it until {until}"),
    EventKind.SNOOZE_ENDED: gettext_lazy("{who} has it back on their list"),
    EventKind.UNDONE: gettext_lazy("{who} undid what they had done"),
    EventKind.REPLY_BOUNCED: gettext_lazy("A reply could not be delivered; the customer is still waiting"),
    EventKind.REPLY_DELAYED: gettext_lazy("A reply has not left yet; the customer is still waiting"),
    EventKind.REPLY_LEFT: gettext_lazy("The reply left after all; it counts from when it was sent"),
}
CLAIMED: Final = gettext_lazy("{who} claimed it")
TAKEN: Final = gettext_lazy("{who} took it")
RETURNED: Final = {
    "claim_ended": gettext_lazy(
        "It went back to the queue: {held_by} had claimed it, and nothing was done on it"
    ),
    "away": gettext_lazy("It went back to the queue: {held_by} is away"),
}
AFTER_SILENCE: Final = gettext_lazy(
    "Resolved after silence: its customer was reminded, and nobody said a word"
)
BACK_AFTER_ALL: Final = gettext_lazy("It is {held_by}'s again: they are not away after all")
ANSWERED_BEFORE: Final = gettext_lazy(
    "A reply on a ticket merged into this one has left after all; its customer had not been waiting"
)


_AGENTS: Final = ("agent", "held_by")


@dataclass(frozen=True, slots=True)
class EventNames:
    """The names behind the ids in a few events, read at once."""

    agents: dict[int, str]
    queues: dict[int, str]
    topics: dict[int, str] = field(default_factory=dict)
    addresses: dict[int, str] = field(default_factory=dict)
    """Of the agents: a note mentions somebody by name or by address."""

    @classmethod
    def of(cls, events: Iterable[TicketEvent], *, reader: Agent) -> Self:
        """Return the names that the reader may know: of queues, those that they see."""
        payloads = [event.payload for event in events]
        named = {payload[key] for payload in payloads for key in _AGENTS if payload.get(key)}
        named |= {number for payload in payloads for number in payload.get("mentions", ())}
        agents = Agent.objects.filter(pk__in=named) if named else []
        queues = {payload["queue"] for payload in payloads if payload.get("queue")}
        seen = Queue.objects.visible_to(reader)
        topics = {payload["topic"] for payload in payloads if payload.get("topic")}
        return cls(
            agents={agent.pk: str(agent) for agent in agents},
            queues=dict(seen.filter(pk__in=queues).values_list("pk", "name")) if queues else {},
            topics={each.pk: str(each) for each in StoreTopic.objects.filter(pk__in=topics)}
            if topics
            else {},
            addresses={agent.pk: agent.email for agent in agents},
        )

    def mentioned(self, event: TicketEvent) -> list[str]:
        """Return the names and addresses of those whom the note of an event mentions."""
        numbers = event.payload.get("mentions", ())
        return [
            names[number] for names in (self.agents, self.addresses) for number in numbers if number in names
        ]


def sentence(event: TicketEvent, names: EventNames) -> str:
    """Say in words what an event did and who did it, without the time."""
    who = isolated(str(event.actor) if event.actor else str(Author(event.actor_kind).label))
    words = (
        _taken(event)
        or _returned(event)
        or _answered_before(event)
        or _after_silence(event)
        or SENTENCES.get(EventKind(event.kind))
    )
    if words is None:
        return f"{who}: {EventKind(event.kind).label}"
    return capfirst(str(words).format(who=who, **_in_words(event.payload, names)))


def _taken(event: TicketEvent) -> _StrPromise | None:
    """Return the words for a ticket that somebody took themself."""
    if event.kind != EventKind.ASSIGNED or event.payload.get("agent") != event.actor_id:
        return None
    return CLAIMED if event.payload.get("claimed") else TAKEN


def _returned(event: TicketEvent) -> _StrPromise | None:
    """Return the words for a ticket that went back by itself."""
    return RETURNED.get(event.payload.get("reason", "")) if event.kind == EventKind.UNASSIGNED else None


def _after_silence(event: TicketEvent) -> _StrPromise | None:
    """Return the words for a ticket that nobody resolved but its customer's silence."""
    silent = event.kind == EventKind.RESOLVED and event.payload.get("reason") == "silence"
    return AFTER_SILENCE if silent else None


def _answered_before(event: TicketEvent) -> _StrPromise | None:
    """Return the words for what nobody undid on the ticket itself: it is told by what happened elsewhere."""
    if event.kind != EventKind.UNDONE or event.actor_id is not None:
        return None
    return BACK_AFTER_ALL if event.payload.get("reason") == "away" else ANSWERED_BEFORE


def _in_words(payload: dict[str, Any], names: EventNames) -> dict[str, str]:
    """Turn the codes of a payload into words; unknown ones stay as they are."""
    return {
        "status": _label(Status, payload.get("status")),
        "priority": _label(Priority, payload.get("priority")),
        "agent": isolated(names.agents.get(payload.get("agent", 0), _("somebody"))),
        "held_by": isolated(names.agents.get(payload.get("held_by", 0), _("somebody"))),
        "queue": isolated(names.queues.get(payload.get("queue", 0), _("another queue"))),
        "tags": ", ".join(isolated(tag) for tag in payload.get("tags") or ()) or _("none"),
        "tier": isolated(payload.get("tier") or _("none")),
        "topic": isolated(names.topics.get(payload.get("topic") or 0, _("none"))),
        "metric": _metric(payload.get("metric", "")),
        "due_at": _due(payload.get("due_at")),
        "until": _due(payload.get("until")) or _awaited(payload),
        "reason": _("spam") if payload.get("reason") == "spam" else _("deleted"),
    }


def _label(choices: type[Status] | type[Priority], value: object) -> str:
    return str(choices(value).label) if value in choices.values else str(value or "")


def _metric(code: str) -> str:
    return str(promised_metrics().get(code, code))


def _awaited(payload: dict[str, Any]) -> str:
    if payload.get("awaits") == ORDER:
        return _("there is news about the order")
    return _("the customer answers")


def _due(text: object) -> str:
    at = parse_datetime(str(text)) if text else None
    return in_full(at) if at else ""
