"""The monitor's filters of the list of tickets, so that every number leads to exactly its tickets."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk.input import zone_name
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.frame.viewer import now_of
from monitor.reports import ticket_selection
from monitor.reports.part_words import LIST_WORDS
from monitor.reports.ticket_selection import SLICES

YEARS: Final = range(1970, 9999)


def narrow(request: HttpRequest, tickets: TicketQuerySet) -> tuple[TicketQuerySet, list[str]]:
    """Keep what `asked` (a day of `zone`) and `first_response` (a slice of it) ask for.

    The day is the address's and not the viewer's: whoever follows it is shown the same. Without a zone it is UTC's.
    """
    if not (request.GET.get("asked") or request.GET.get("first_response")):
        return tickets, []
    day, zone = day_named(request, "asked"), zone_name.read(request.GET.get("zone", "") or "UTC")
    slice_ = request.GET.get("first_response", "")
    if day is None or zone is None or (slice_ and slice_ not in SLICES):
        return tickets.none(), [_("nothing that exists")]
    where = {"day": date_format(day, "DATE_FORMAT"), "zone": zone.key.replace("_", " ")}
    words = [_("asked on %(day)s (%(zone)s)") % where]
    clocks = ticket_selection.asked_on(tickets, day, zone)
    if slice_:
        clocks = ticket_selection.in_slice(clocks, slice_, now=now_of(request))
        words.append(str(LIST_WORDS[slice_]))
    return ticket_selection.tickets_of(tickets, clocks), words


def day_named(request: HttpRequest, name: str) -> date | None:
    """Return the day that the address names so, None for none, nonsense, or one beyond all calendars."""
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None
