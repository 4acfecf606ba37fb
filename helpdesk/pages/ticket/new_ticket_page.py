"""Beginning a conversation from the pages: writing to a customer first, or taking down what they asked."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from helpdesk.conversation import beginnings
from helpdesk.conversation.drafts.draft_place import DraftPlace
from helpdesk.conversation.drafts.draft_saving import forget_sent
from helpdesk.conversation.sent_before import SentBefore
from helpdesk.models import Draft, DraftKind, Message, Status, Ticket
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.files_to_send import files_to_send, send_along
from helpdesk.pages.ticket.new_ticket_form import NewTicketForm
from helpdesk.refusal import Refused
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewCustomer, NewMessage, NewTicket

FOLLOWED: Final = (Status.RESOLVED, Status.CLOSED)
"""How a ticket has ended that can be followed by another."""


class BegunBefore(SentBefore):
    """The form has begun a ticket already, with other words."""

    sentence = _("An earlier version of this was sent already: it is %(reference)s. Your new words were not.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Show the form, or open the ticket; whatever is refused, the typed text stays."""
    draft = DraftPlace(author=agent_of(request), kind=DraftKind.NEW_TICKET).drafts().first()
    follows = _followed(request, draft)
    if follows and request.method == "GET" and follows.status not in FOLLOWED:
        messages.error(request, _("This ticket has not ended: it goes on here."))
        return HttpResponseRedirect(reverse("ticket", args=[follows.reference]))
    form = _form(request, draft, follows)
    ticket = _opened(request, form) if form.is_valid() else None
    if ticket is None:
        status = 422 if form.is_bound else 200
        return render(request, "helpdesk/new_ticket.html", {"form": form, "draft": draft}, status=status)
    messages.success(request, _("The conversation has begun."))
    if not form.leaves_by_mail:
        messages.warning(
            request, _("No mail leaves from this store: the customer reads it where your shop shows it.")
        )
    return HttpResponseRedirect(reverse("ticket", args=[ticket.reference]))


def _form(request: HttpRequest, draft: Draft | None, follows: Ticket | None) -> NewTicketForm:
    agent, shown = agent_of(request), environment.current(request)
    form = NewTicketForm(agent, shown, request.POST or None, draft=draft, follows=follows)
    if form.is_bound:
        form.keep_files(files_to_send(request, None))
    return form


def _followed(request: HttpRequest, draft: Draft | None) -> Ticket | None:
    """Return the ticket that this one is to follow: as the form says, or as it was begun, else as it is asked for.

    Raises Http404 where the agent may not see what is asked for.
    """
    asked = request.GET.get("follows", "")
    if request.method == "POST" or draft:
        fields = draft.fields if draft else {}
        said = (
            request.POST.get("follows", "")
            if request.method == "POST"
            else "".join(fields.get("follows", []))
        )
        if draft and said != asked and asked and request.method == "GET":
            messages.warning(request, _("You had begun another new ticket. Send it or empty it first."))
        near = Ticket.objects.visible_to(agent_of(request)).select_related("store", "queue", "customer")
        return near.filter(reference=said).first() if said else None
    return visible_ticket(request, asked) if asked else None


def _opened(request: HttpRequest, form: NewTicketForm) -> Ticket | None:
    try:
        with transaction.atomic():
            place = DraftPlace(author=agent_of(request), kind=DraftKind.NEW_TICKET)
            place.lock()
            forget_sent(author=place.author, token=form.cleaned_data["token"])
            return _begun(request, form)
    except Refused as refused:
        if isinstance(refused, BegunBefore):
            form.renew_token()
        form.add_error(None, str(refused))
        return None


def _begun(request: HttpRequest, form: NewTicketForm) -> Ticket:
    """Open the ticket once, with its files; raises `BegunBefore` where the token stands for other words or files."""
    given = form.cleaned_data
    word = FirstWord(agent_of(request), outbound=given["whose"] == "agent")
    [opened] = beginnings.begin(
        [_shape(given)],
        store=given["store"],
        now=now_of(request),
        first_words=[word],
        follows=form.followed,
    )
    if opened.ticket is None:
        raise opened.refusal or Refused
    try:
        if not opened.created and opened.warnings:
            raise SentBefore
        send_along(request, form.to_send.numbers, Message.objects.filter(ticket=opened.ticket).earliest("pk"))
    except SentBefore:
        raise BegunBefore(reference=opened.ticket.reference) from None
    return opened.ticket


def _shape(given: dict[str, Any]) -> NewTicket:
    return NewTicket(
        external_id=f"page:{given['token']}",
        subject=given["subject"] or None,
        customer=NewCustomer(email=given["email"], name=given["name"] or None),
        message=NewMessage(body=given["body"]),
        channel="page",
    )
