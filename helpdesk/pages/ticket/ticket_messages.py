"""What is said on a ticket, as its page reaches it: a reply or a note is added, and newer ones are heard of."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.conversation import replies
from helpdesk.models import Message, Ticket
from helpdesk.pages.frame.address import read_number
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket import ticket_page
from helpdesk.pages.ticket.composer import Composer
from helpdesk.pages.ticket.timeline import newer_messages
from helpdesk.refusal import Refused


@login_required
@require_POST
def create(request: HttpRequest, reference: str) -> HttpResponse:
    """Send what was typed; where something newer was said, or a rule forbids it, show that and keep the text."""
    ticket = visible_ticket(request, reference)
    typed = Composer(request.POST)
    if not typed.is_valid():
        return ticket_page.page(
            request, ticket, composer=Composer.again(ticket, request.POST.dict()), status=422
        )
    try:
        with transaction.atomic():
            message = _write(request, ticket, typed)
    except Refused as refused:
        return _shown_again(request, reference, typed, refused)
    messages.success(request, _sentence(typed))
    return HttpResponseRedirect(f"{reverse('ticket', args=[reference])}#m{message.pk}")


def _write(request: HttpRequest, ticket: Ticket, typed: Composer) -> Message:
    given = typed.cleaned_data
    agent, now, token = agent_of(request), now_of(request), f"page:{given['token']}"
    if typed.is_note:
        return replies.add_note(ticket=ticket, author=agent, body=given["body"], now=now, external_id=token)
    return replies.reply_in_public(
        ticket=ticket,
        author=agent,
        body=given["body"],
        now=now,
        then=replies.AfterReply(given["then"]),
        seen_seq=given["seen_seq"],
        external_id=token,
    )


def _shown_again(request: HttpRequest, reference: str, typed: Composer, refused: Refused) -> HttpResponse:
    ticket = visible_ticket(request, reference)
    composer = Composer.again(ticket, request.POST.dict(), str(refused))
    seen_seq = typed.cleaned_data["seen_seq"]
    return ticket_page.page(request, ticket, composer=composer, seen_seq=seen_seq, status=refused.status)


def _sentence(typed: Composer) -> str:
    if typed.is_note:
        return _("Note added. The customer does not see it.")
    return {
        "wait": _("Sent. The ticket waits for the customer."),
        "resolve": _("Sent, and the ticket is resolved."),
        "keep_open": _("Sent. The ticket stays open."),
    }[typed.cleaned_data["then"]]


@login_required
@require_safe
def newer(request: HttpRequest, reference: str) -> HttpResponse:
    """Say whether something public was said since the page was opened; asked by the standing page."""
    ticket = visible_ticket(request, reference)
    seen_seq = read_number(request.GET.get("seen", ""))
    count = newer_messages(ticket, seen_seq=seen_seq) if seen_seq is not None else 0
    return render(request, "helpdesk/parts/newer.html", {"ticket": ticket, "newer": count})
