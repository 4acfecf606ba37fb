"""The tickets behind an address: how they are read, and what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from helpdesk.models import Agent, Queue, Store, Ticket
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of
from helpdesk.pages.lists.newest_first import EVERY, NewestFirst, Walk
from helpdesk.pages.lists.ticket_filters import FILTERS, ListFilter
from helpdesk.search.list_narrowing import ListNarrowing, ListOrder, ListTally, SortedTickets


@dataclass(frozen=True, slots=True)
class WantedTickets:
    """Tickets, in words what they have in common, and in which order they are listed.

    `tally` is of what a number counted on them, where that is not tickets.
    """

    tickets: TicketQuerySet
    words: list[str]
    order: ListOrder
    tally: ListTally | None = None


def of_address(request: HttpRequest) -> WantedTickets:
    """Return what an address asks for, as far as the agent may see it."""
    agent, here = agent_of(request), environment.current(request)
    if environment.asked_elsewhere(request):
        return _nothing([_("in another environment")])
    asked = [narrow(value, agent) for name, narrow in FILTERS.items() if (value := request.GET.get(name))]
    narrowings = _narrowings(request)
    words = [each.words if each else _("nothing that exists") for each in asked]
    words += [word for each in narrowings for word in each.words]
    known, tickets = [each for each in asked if each], Ticket.objects.visible_to(agent).in_environment(here)
    if len(known) < len(asked) or any(each.rule is None for each in narrowings):
        return _nothing(words)
    rule = Q(*(each.rule for each in known))
    if narrowings:
        return _narrowed(_seen(agent, here), rule, narrowings, words)
    if any(each.few for each in known):
        few = _seen(agent, here).filter(rule)
        return WantedTickets(few, words, SortedTickets(few))
    queues = Queue.objects.visible_to(agent).filter(*(each.queues for each in known))
    stores = Store.objects.in_environment(here).filter(*(each.stores for each in known))
    newest = NewestFirst(queues=queues, stores=stores, rule=rule, walk=_walk(known))
    return WantedTickets(tickets.filter(rule), words, newest)


def _nothing(words: list[str]) -> WantedTickets:
    return WantedTickets(Ticket.objects.none(), words, SortedTickets(Ticket.objects.none()))


def _narrowed(
    seen: TicketQuerySet, rule: Q, narrowings: Sequence[ListNarrowing], words: list[str]
) -> WantedTickets:
    found = seen.filter(rule, *(each.rule for each in narrowings if each.rule))
    tally = next((each.tally for each in narrowings if each.tally), None)
    return WantedTickets(found, words, _order_of(narrowings, seen.filter(rule)), tally)


def _seen(agent: Agent, here: str) -> TicketQuerySet:
    """Return what the agent may see here, by queues and stores that are read before.

    Joined, they would be looked up anew for each ticket that is counted.
    """
    queues = list(Queue.objects.visible_to(agent).values_list("pk", flat=True))
    stores = list(Store.objects.in_environment(here).values_list("pk", flat=True))
    return Ticket.objects.filter(queue__in=queues, store__in=stores)


def _order_of(narrowings: Sequence[ListNarrowing], tickets: TicketQuerySet) -> ListOrder:
    """Return the order that the first of them brings along that has one, of what follows all the others."""
    leading = next((each for each in narrowings if each.order), narrowings[0])
    others = tickets.filter(*(each.rule for each in narrowings if each.rule and each is not leading))
    if leading.order is None:
        return SortedTickets(others.filter(leading.rule or Q()))
    return leading.order(others)


def _narrowings(request: HttpRequest) -> list[ListNarrowing]:
    """Return what the filters of other apps make of an address, of those that it asks anything of."""
    made = (import_string(path)(request) for path in settings.TICKET_FILTERS)
    return [each for each in made if each]


def _walk(known: Sequence[ListFilter]) -> Walk | None:
    """Return how an index finds what follows all of them: by what one says itself, or else value by value."""
    walks = [each.walk for each in known if each.walk is not EVERY]
    return None if None in walks else next(iter(walks), EVERY)
