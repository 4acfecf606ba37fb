"""What is settled on a ticket from its page: each a resource of its own, put by a form and answered by a sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from helpdesk.input.id_text import read_number
from helpdesk.input.visible_text import isolated, one_line
from helpdesk.mail.addressing.sendable_email import sendable_email
from helpdesk.mail.addressing.typed_addresses import NoAddress
from helpdesk.mail.spam import spam_tickets
from helpdesk.models import Agent, Queue, Status, Ticket
from helpdesk.pages.frame.environment import way_back
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.undo_offer import say_done
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.ticket_side import BLOCK_FOR_GOOD
from helpdesk.refusal import Refused, UnknownValue
from helpdesk.tickets import assignment, ticket_attributes, ticket_status, undo
from helpdesk.tickets.custody import handover
from helpdesk.tickets.opening.draft import LONGEST_NAME
from helpdesk.tickets.opening.new_ticket import NewCustomer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Put: TypeAlias = "Callable[[HttpRequest, Ticket], str | _StrPromise]"
View: TypeAlias = Callable[[HttpRequest, str], HttpResponse]


def resource(put: Put) -> View:
    """Make a page's door of one resource of a ticket: it says what `put` returns, or why that was refused."""

    @login_required
    @require_POST
    @wraps(put)
    def door(request: HttpRequest, reference: str) -> HttpResponse:
        _put(put, request, visible_ticket(request, reference))
        return HttpResponseRedirect(way_back(request, reverse("ticket", args=[reference])))

    return door


def _put(put: Put, request: HttpRequest, ticket: Ticket) -> None:
    try:
        with transaction.atomic():
            sentence = put(request, ticket)
    except Refused as refused:
        messages.error(request, str(refused))
        return
    say_done(request, ticket, sentence)
    for noticed in ticket.noticed:
        messages.warning(request, noticed)


@resource
def acknowledgement(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    if assignment.acknowledge(ticket=ticket, by=agent_of(request), now=now_of(request)):
        return _("Acknowledged: the customer's promise of an answer runs on.")
    return _("Somebody has acknowledged it already.")


@resource
def assignee(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    """Give the ticket to the agent named, back to the queue where none is, to oneself if it is free: `me`."""
    by, now, word = agent_of(request), now_of(request), request.POST.get("word", "")
    match request.POST.get("agent", ""):
        case "":
            changed = handover.hand_over(ticket=ticket, to=None, by=by, word=word, now=now)
            return _("Given back to the queue.") if changed else _("Nobody had it.")
        case "me":
            changed = assignment.claim(ticket=ticket, by=by, now=now)
            return _("It is yours.") if changed else _("It was yours already.")
        case number:
            to = get_object_or_404(Agent.objects.visible_to(by), pk=read_number(number), is_active=True)
            changed = handover.hand_over(ticket=ticket, to=to, by=by, word=word, now=now)
            return _("Handed over.") if changed else _("Nothing changed.")


STATUS_ALREADY: Final[dict[str, _StrPromise]] = {
    Status.OPEN: _("It was open already."),
    Status.RESOLVED: _("It was resolved already."),
}


@resource
def customer(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    """Let the ticket be of the person named."""
    typed, name = request.POST.get("email", ""), one_line(request.POST.get("name", ""))[:LONGEST_NAME]
    email = sendable_email(typed.strip())
    if email is None:
        raise NoAddress(typed=isolated(one_line(typed)[:LONGEST_NAME]))
    person = NewCustomer(email=email, name=name or None)
    changed = ticket_attributes.change_customer(
        ticket=ticket, customer=person, by=agent_of(request), now=now_of(request)
    )
    return _("They are the customer now.") if changed else _("They were the customer already.")


@resource
def status(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    """Let the ticket stand as the form says; whoever opens one that has ended reopens it."""
    wanted, had_ended = request.POST.get("status", ""), not ticket.is_live
    if not ticket_status.set_status(ticket=ticket, status=wanted, by=agent_of(request), now=now_of(request)):
        return STATUS_ALREADY.get(wanted, _("Nothing changed."))
    if wanted == Status.OPEN and had_ended:
        return _("Open again.")
    return _("Resolved.") if wanted == Status.RESOLVED else _("Status changed.")


@resource
def priority(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    wanted = request.POST.get("priority", "")
    changed = ticket_attributes.change_priority(
        ticket=ticket, priority=wanted, by=agent_of(request), now=now_of(request)
    )
    return _("Priority changed.") if changed else _("Nothing changed.")


@resource
def queue(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    queues = Queue.objects.visible_to(agent_of(request))
    wanted = get_object_or_404(queues, pk=read_number(request.POST.get("queue", "")))
    changed = ticket_attributes.change_queue(
        ticket=ticket, queue=wanted, by=agent_of(request), now=now_of(request)
    )
    return _("Moved to another queue.") if changed else _("Nothing changed.")


@resource
def tags(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    wanted = [tag for part in request.POST.get("tags", "").split(",") if (tag := part.strip())]
    changed = ticket_attributes.change_tags(
        ticket=ticket, tags=wanted, by=agent_of(request), now=now_of(request)
    )
    return _("Tags changed.") if changed else _("Nothing changed.")


@resource
def no_reply_needed(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    if ticket_status.mark_no_reply_needed(ticket=ticket, by=agent_of(request), now=now_of(request)):
        return _("Marked: no reply is needed.")
    return _("No reply was awaited.")


REMOVALS: Final[dict[str, tuple[Callable[..., bool], _StrPromise, _StrPromise]]] = {
    "spam": (
        spam_tickets.mark_spam,
        _("Marked as spam. It has left the queue; it can be restored here."),
        _("It was spam already."),
    ),
    "deleted": (
        ticket_status.delete,
        _("Deleted. It has left the queue; it can be restored here."),
        _("It was deleted already."),
    ),
    "": (ticket_status.restore, _("Restored."), _("Nothing changed.")),
}


@resource
def removal(request: HttpRequest, ticket: Ticket) -> _StrPromise:
    """Put the ticket aside for the reason named, or bring it back where none is."""
    reason = request.POST.get("reason", "")
    if reason not in REMOVALS:
        raise UnknownValue(value=reason)
    remove, done, already = REMOVALS[reason]
    by, now = agent_of(request), now_of(request)
    changed = remove(ticket=ticket, by=by, now=now, **_block_chosen(request, reason))
    spam_tickets.lift_with(ticket, now=now)
    return done if changed else already


def _block_chosen(request: HttpRequest, reason: str) -> dict[str, Any]:
    """Return whose mail is to be stopped with it, of what `block_choices` offered; nothing where nobody's is."""
    how_long, _blank, sender = request.POST.get("block", "").partition(" ")
    return {"sender": sender, "for_good": how_long == BLOCK_FOR_GOOD} if reason == "spam" else {}


@resource
def undo_last(request: HttpRequest, ticket: Ticket) -> str | _StrPromise:
    """Take back what the agent did last, if it is still what the button named."""
    shown, agent, now = read_number(request.POST.get("seq", "")), agent_of(request), now_of(request)
    act = undo.offered(ticket, by=agent, now=now)
    if spam_tickets.undo_last(ticket=ticket, by=agent, now=now, seq=shown) and act:
        words = _UNDONE_BUT_SENT if undo.has_answered(act) else _UNDONE
        return words % {"what": act.get_kind_display()}
    return _("It was undone already.")


_UNDONE: Final = _("Undone: %(what)s.")
_UNDONE_BUT_SENT: Final = _("Undone: %(what)s. The reply has been sent, and stays sent.")
