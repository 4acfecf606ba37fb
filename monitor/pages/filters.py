"""The monitor's filters of the list of tickets, so that every number leads to exactly its tickets."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.viewer import now_of
from monitor.services import selecting

PLACES = {
    "late": gettext_lazy("late"),
    "at_risk": gettext_lazy("at risk"),
    "soon": gettext_lazy("due within 15 minutes"),
    "unacknowledged": gettext_lazy("nobody has acknowledged it"),
    "waiting": gettext_lazy("the customer waits for an answer"),
}
SLICES = {
    "met": gettext_lazy("first response in time"),
    "late": gettext_lazy("first response late"),
    "unanswered": gettext_lazy("never answered"),
    "undecided": gettext_lazy("first response not due yet"),
}


def narrow(request: HttpRequest, tickets: TicketQuerySet) -> tuple[TicketQuerySet, list[str]]:
    """Keep what `place`, `asked` (a day of the viewer's zone) and `first_response` (a slice) ask for."""
    now, words = now_of(request), []
    if (place := request.GET.get("place", "")) in PLACES:
        tickets = selecting.that_stand(tickets, place, now=now)
        words.append(str(PLACES[place]))
    if day := asked_day(request):
        clocks = selecting.asked_on(tickets, day, timezone.get_current_timezone())
        words.append(_("asked on %s") % date_format(day, "DATE_FORMAT"))
        if (slice_ := request.GET.get("first_response", "")) in SLICES:
            clocks = selecting.in_slice(clocks, slice_, now=now)
            words.append(str(SLICES[slice_]))
        tickets = selecting.tickets_of(tickets, clocks)
    return tickets, words


def asked_day(request: HttpRequest) -> date | None:
    """Return the day that the address names, None for none or nonsense."""
    try:
        return date.fromisoformat(request.GET.get("asked", ""))
    except ValueError:
        return None
