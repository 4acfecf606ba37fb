"""The monitor's filters of the list of tickets, so that every number leads to exactly its tickets."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.frame.viewer import now_of
from monitor.reports import ticket_selection

SLICES: Final = {
    "met": gettext_lazy("first response in time"),
    "late": gettext_lazy("first response late"),
    "unanswered": gettext_lazy("promised a first response, and never answered"),
    "undecided": gettext_lazy("first response not due yet"),
    "answered": gettext_lazy("first response given"),
    "waiting": gettext_lazy("still waiting for the first response"),
    "never-answered": gettext_lazy("never answered"),
}
YEARS: Final = range(1970, 9999)


def narrow(request: HttpRequest, tickets: TicketQuerySet) -> tuple[TicketQuerySet, list[str]]:
    """Keep what `asked` (a day of the viewer's zone) and `first_response` (a slice of it) ask for."""
    if not (request.GET.get("asked") or request.GET.get("first_response")):
        return tickets, []
    day, slice_ = asked_day(request), request.GET.get("first_response", "")
    if day is None or (slice_ and slice_ not in SLICES):
        return tickets.none(), [_("nothing that exists")]
    words = [_("asked on %s") % date_format(day, "DATE_FORMAT")]
    clocks = ticket_selection.asked_on(tickets, day, timezone.get_current_timezone())
    if slice_:
        clocks = ticket_selection.in_slice(clocks, slice_, now=now_of(request))
        words.append(str(SLICES[slice_]))
    return ticket_selection.tickets_of(tickets, clocks), words


def asked_day(request: HttpRequest) -> date | None:
    """Return the day that the address names, None for none, nonsense, or one beyond all calendars."""
    try:
        day = date.fromisoformat(request.GET.get("asked", ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None
