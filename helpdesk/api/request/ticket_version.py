"""The version of a ticket, by which a client says what it knows: whoever changes another one than that is refused."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from helpdesk.api.problems import Problem, RequestRefused
from helpdesk.models import Ticket

ANY = "*"


class TicketNow(msgspec.Struct):
    """How a ticket stands, for whoever knew an older version of it."""

    reference: str
    status: str
    etag: str


class StaleProblem(Problem):
    """A problem that says how the ticket stands now."""

    ticket: TicketNow


def tag_of(ticket: Ticket) -> str:
    """Return its version as a header has it: the number of its latest event."""
    return f'"{ticket.last_seq}"'


def tagged(response: HttpResponse, ticket: Ticket) -> HttpResponse:
    """Say in an answer which version of the ticket it tells of."""
    response.headers["ETag"] = tag_of(ticket)
    return response


def refuse_stale(ticket: Ticket, request: HttpRequest) -> None:
    """Lock the ticket, and refuse (412) where `If-Match` names another version than it has."""
    known = request.headers.get("If-Match")
    if known is None:
        return
    locked = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    if not tags & {ANY, tag_of(locked)}:
        raise _stale(locked)


def _stale(ticket: Ticket) -> RequestRefused:
    told = _("Something has happened on this ticket since. Look at it, and ask again with its `ETag`.")
    refused = RequestRefused(412, "stale-version", told, headers={"ETag": tag_of(ticket)})
    now = TicketNow(reference=ticket.reference, status=ticket.status, etag=tag_of(ticket))
    refused.problem = StaleProblem(**msgspec.structs.asdict(refused.problem), ticket=now)
    return refused
