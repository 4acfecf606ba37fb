"""The tickets behind an address: how they are read, and what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from helpdesk.models import Queue, Store, Ticket
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of
from helpdesk.pages.lists.newest_first import EVERY, NewestFirst, Place, Walk, after_place
from helpdesk.pages.lists.ticket_filters import FILTERS, ListFilter
from helpdesk.search.list_narrowing import ListNarrowing, ListTally


@dataclass(frozen=True, slots=True)
class WantedTickets:
    """Tickets, and in words what they have in common.

    `newest` reads them from an index; None: they are few, and sorted. `tally` is of what a number counted on them.
    """

    tickets: TicketQuerySet
    words: list[str]
    newest: NewestFirst | None
    tally: ListTally | None = None

    def page(self, size: int, *, after: Place | None) -> TicketQuerySet:
        """Return so many at most, the newest first, after a place."""
        if self.newest:
            return self.newest.page(size, after=after)
        return self.tickets.filter(after_place(after)).order_by("-occurred_at", "-id")[:size]

    def count(self, most: int) -> int:
        """Return how many there are, no further than so many."""
        return self.newest.count(most) if self.newest else self.tickets.order_by()[:most].count()


def of_address(request: HttpRequest) -> WantedTickets:
    """Return what an address asks for, as far as the agent may see it."""
    agent, here = agent_of(request), environment.current(request)
    asked = [narrow(value, agent) for name, narrow in FILTERS.items() if (value := request.GET.get(name))]
    narrowings = _narrowings(request)
    words = [each.words if each else _("nothing that exists") for each in asked]
    words += [word for each in narrowings for word in each.words]
    known, rules = [each for each in asked if each], [each.rule for each in narrowings if each.rule]
    tickets = Ticket.objects.visible_to(agent).in_environment(here)
    if len(known) < len(asked) or len(rules) < len(narrowings):
        return WantedTickets(tickets.none(), words, None)
    rule = Q(*(each.rule for each in known), *rules)
    tickets, tally = tickets.filter(rule), next((each.tally for each in narrowings if each.tally), None)
    if any(each.few for each in known) or any(each.few for each in narrowings):
        return WantedTickets(tickets, words, None, tally)
    queues = Queue.objects.visible_to(agent).filter(*(each.queues for each in known))
    stores = Store.objects.in_environment(here).filter(*(each.stores for each in known))
    newest = NewestFirst(queues=queues, stores=stores, rule=rule, walk=_walk(known))
    return WantedTickets(tickets, words, newest, tally)


def _narrowings(request: HttpRequest) -> list[ListNarrowing]:
    """Return what the filters of other apps make of an address, of those that it asks anything of."""
    made = (import_string(path)(request) for path in settings.TICKET_FILTERS)
    return [each for each in made if each]


def _walk(known: Sequence[ListFilter]) -> Walk | None:
    """Return how an index finds what follows all of them: by what one says itself, or else value by value."""
    walks = [each.walk for each in known if each.walk is not EVERY]
    return None if None in walks else next(iter(walks), EVERY)
