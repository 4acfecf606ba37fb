"""The offer to undo what was just done, beside the sentence that says so: on whichever page comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from helpdesk.models import Ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.templatetags.undoing import MARK
from helpdesk.tickets import undo

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def say_done(request: HttpRequest, ticket: Ticket, sentence: str | _StrPromise) -> None:
    """Say what was done on a ticket; where that can be undone, its undoing is offered along with it.

    Where nothing was done just now nothing is offered: what is older stands among the ticket's actions.
    """
    event = undo.offered(ticket, by=agent_of(request), now=now_of(request))
    if event is None or event.recorded_at != now_of(request):
        messages.success(request, str(sentence))
        return
    action = reverse("ticket-undo", args=[ticket.reference])
    offer_undoing(request, sentence, action=action, seq=str(event.seq))


def offer_undoing(request: HttpRequest, sentence: str | _StrPromise, *, action: str, seq: str = "") -> None:
    """Say what was done, and offer to undo it by a form that is posted to `action`, on this site."""
    messages.success(request, str(sentence), extra_tags=f"{MARK}{action} {seq}")
