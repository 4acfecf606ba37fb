"""Answering third parties from the ticket page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.conversation.counted_words import count_as_the_customers
from helpdesk.conversation.drafts.draft_saving import forget_sent
from helpdesk.conversation.sent_before import SentBefore, refuse_other_recipients, refuse_other_words
from helpdesk.conversation.third_party_answers import write_to_third_party
from helpdesk.models import Message, Ticket
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.correspondents.third_party_form import ThirdPartyForm, third_party_form
from helpdesk.pages.ticket.files_to_send import files_to_send, send_along
from helpdesk.refusal import Refused


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show whom one answers, or send what was typed; whatever is refused, the typed text stays."""
    form = form_of(request, reference, number)
    if form.is_bound:
        form.keep_files(files_to_send(request, form.answered.ticket.store))
    message = _sent(request, form) if form.is_bound and form.is_valid() else None
    if message is None:
        status = 422 if form.is_bound else 200
        return render(request, "helpdesk/third_party_answer.html", _context(form), status=status)
    messages.success(request, _("Sent. The customer does not see it."))
    return HttpResponseRedirect(f"{reverse('ticket', args=[reference])}#m{message.pk}")


@login_required
@require_POST
def copies(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Say what the button is to say for the addresses on Cc as they stand now, and who of them is new."""
    return render(request, "helpdesk/parts/send_outside.html", _context(form_of(request, reference, number)))


@login_required
@require_POST
def count(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Let what a third party wrote count as the customer's."""
    ticket = visible_ticket(request, reference)
    message = get_object_or_404(Message, ticket=ticket, pk=number)
    try:
        with transaction.atomic():
            count_as_the_customers(ticket=ticket, message=message, by=agent_of(request), now=now_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It counts as the customer's: they wait for an answer to it."))
    return HttpResponseRedirect(f"{reverse('ticket', args=[reference])}#m{message.pk}")


def form_of(request: HttpRequest, reference: str, number: int) -> ThirdPartyForm:
    """Return the form for a message of a ticket that the agent may see, or raise Http404."""
    ticket, writer = visible_ticket(request, reference), agent_of(request)
    form = third_party_form(ticket, number, request.POST or None, writer=writer)
    if form is None:
        raise Http404
    return form


def _context(form: ThirdPartyForm) -> dict[str, Any]:
    return {"form": form, "draft": form.draft, "ticket": form.answered.ticket, "copies": form.copies}


def _sent(request: HttpRequest, form: ThirdPartyForm) -> Message | None:
    try:
        with transaction.atomic():
            return _written(request, form, ticket=form.answered.ticket)
    except Refused as refused:
        if isinstance(refused, SentBefore):
            form.renew_token()
        form.add_error(None, str(refused))
        return None


def _written(request: HttpRequest, form: ThirdPartyForm, *, ticket: Ticket) -> Message:
    given = form.cleaned_data
    message = write_to_third_party(
        ticket=ticket,
        author=agent_of(request),
        body=given["body"],
        to=form.recipients,
        now=now_of(request),
        external_id=f"page:{given['token']}",
    )
    refuse_other_words(message, body=given["body"], public=False)
    refuse_other_recipients(message, cc=given["copies"])
    forget_sent(author=agent_of(request), token=given["token"])
    send_along(request, form.to_send.numbers, message)
    return message
