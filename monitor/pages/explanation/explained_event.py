"""The events of an explained ticket, a page at a time: what was told, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Agent, Queue, Ticket, TicketEvent
from helpdesk.models.event import EventKind
from monitor.clock.corrections import TakenBack, find_dropped, find_taken_back, place
from monitor.pages.explanation.value_words import Word
from monitor.promises.tester.verdict_words import ELSEWHERE
from monitor.relay.kept_folds import TicketStory

AT_A_TIME: Final = 50
COUNTED: Final[Word] = gettext_lazy("counted")
WAITING: Final[Word] = gettext_lazy("waits to be counted")
ASIDE: Final[Word] = gettext_lazy("set aside")


@dataclass(frozen=True, slots=True)
class ExplainedEvent:
    """An event in words; `facts` are the codes and numbers that it carries."""

    event: TicketEvent
    kind: Word
    told: bool
    counted: Word
    is_counted: bool
    became: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events in their order; the pages before and after it begin after these numbers, where there are any."""

    events: list[ExplainedEvent]
    earlier: int | None
    later: int | None


def page_of_events(
    ticket: Ticket, story: TicketStory, *, viewer: Agent, after: int, only_uncounted: bool
) -> EventPage:
    """Return the events after a number, or only those that are not counted, as the viewer may read them."""
    rows = TicketEvent.objects.filter(ticket=ticket, seq__gt=after).select_related("actor").order_by("seq")
    found = list((rows.filter(relayed_at=None) if only_uncounted else rows)[: AT_A_TIME + 1])
    became, named = _became(story), _names(ticket, found, viewer)
    shown = [_explained(event, became, named) for event in found[:AT_A_TIME]]
    later = found[AT_A_TIME - 1].seq if len(found) > AT_A_TIME else None
    return EventPage(shown, max(after - AT_A_TIME, 0) if after else None, later)


def _explained(
    event: TicketEvent, became: Mapping[int, str], named: Mapping[str, Mapping[int, str]]
) -> ExplainedEvent:
    told = event.occurred_at < event.recorded_at if event.told is None else event.told
    return ExplainedEvent(
        event=event,
        kind=EventKind(event.kind).label,
        told=told,
        counted=COUNTED if event.relayed_at else ASIDE if event.set_aside_at else WAITING,
        is_counted=event.relayed_at is not None,
        became=became.get(event.seq, ""),
        facts=[(key, _said(value, named.get(key, {}))) for key, value in sorted(event.payload.items())],
    )


def _became(story: TicketStory) -> dict[int, str]:
    """Say of each event that does not count as it was told, why not."""
    placed = place(story.events)
    taken_back = find_taken_back(placed)
    late = _("left out: something newer was there already")
    said = dict.fromkeys(find_dropped(placed, taken_back), late)
    return said | {seq: _taken_back(by) for seq, by in taken_back.items()}


def _taken_back(by: TakenBack) -> str:
    facts = {"kind": EventKind(by.kind).label, "seq": by.seq}
    return _("taken back by event %(seq)s: %(kind)s") % facts


def _said(value: Any, names: Mapping[int, str]) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return names.get(value, str(value)) if value not in (None, "") else "–"


def _names(ticket: Ticket, events: Sequence[TicketEvent], viewer: Agent) -> dict[str, dict[int, str]]:
    """Return what the queues and agents that these events name are called, and the ticket's store."""
    numbers = _numbers(events, "queue")
    seen = Queue.objects.visible_to(viewer).filter(pk__in=numbers).values_list("pk", "name")
    queues = dict.fromkeys(numbers, str(ELSEWHERE["queue"])) | dict(seen)
    agents = Agent.objects.filter(pk__in=_numbers(events, "agent", "held_by"))
    called = {agent.pk: str(agent) for agent in agents}
    store = {ticket.store_id: ticket.store.name}
    return {"queue": queues, "store": store, "agent": called, "held_by": called}


def _numbers(events: Sequence[TicketEvent], *keys: str) -> set[int]:
    named = (event.payload.get(key) for event in events for key in keys)
    return {number for number in named if isinstance(number, int)}
