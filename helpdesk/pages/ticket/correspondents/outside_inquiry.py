"""Asking somebody outside from the ticket page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.conversation.drafts.draft_saving import forget_sent
from helpdesk.conversation.inquiries import ask_outside
from helpdesk.conversation.sent_before import SentBefore, refuse_other_recipients, refuse_other_words
from helpdesk.models import Inquiry, Message, Ticket
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket import ticket_page
from helpdesk.pages.ticket.correspondents.inquiry_form import InquiryForm
from helpdesk.pages.ticket.files_to_send import files_to_send, send_along
from helpdesk.refusal import Refused


@login_required
@require_POST
def create(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask somebody outside; whatever is refused, what was typed and ticked stays."""
    ticket = visible_ticket(request, reference)
    form = InquiryForm(request.POST)
    form.keep_files(files_to_send(request, ticket.store))
    letter = _asked(request, ticket, form) if form.is_valid() else None
    if letter is None:
        return ticket_page.page(request, ticket, inquiry=form, status=422)
    messages.success(request, _("Asked. The answer will stand on this ticket; the customer sees neither."))
    return HttpResponseRedirect(f"{reverse('ticket', args=[reference])}#m{letter.pk}")


def _asked(request: HttpRequest, ticket: Ticket, form: InquiryForm) -> Message | None:
    given = form.cleaned_data
    try:
        with transaction.atomic():
            letter = ask_outside(
                ticket=ticket,
                author=agent_of(request),
                body=given["body"],
                to=given["to"],
                messages=given["chosen_messages"],
                files=given["chosen_files"],
                now=now_of(request),
                external_id=f"page:{given['token']}",
            )
            forget_sent(author=agent_of(request), token=given["token"])
            send_along(request, form.to_send.numbers, letter)
            _refuse_another_question(letter, given)
            return letter
    except SentBefore as sent:
        form.renew_token()
        form.add_error(None, str(sent))
    except Refused as refused:
        form.add_error(None, str(refused))
    return None


def _refuse_another_question(letter: Message, given: dict[str, Any]) -> None:
    """Raise `SentBefore` where somebody else was asked, or something else, or with other things along."""
    refuse_other_words(letter, body=given["body"], public=False)
    refuse_other_recipients(letter, cc=given["to"].cc)
    inquiry = Inquiry.objects.get(letter=letter)
    chosen = set(given["chosen_messages"]), set(given["chosen_files"])
    enclosed = ({row.pk for row in rows.all()} for rows in (inquiry.enclosed, inquiry.enclosed_files))
    if (inquiry.address_key, *enclosed) != (given["to"].to[0].key, *chosen):
        raise SentBefore
