"""Taking down what was answered by phone, in person or in a chat, from the ticket page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.conversation import answers, replies
from helpdesk.conversation.drafts.draft_saving import forget_sent
from helpdesk.conversation.sent_before import SentBefore, refuse_other_words
from helpdesk.models import Message, Ticket
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket import ticket_page
from helpdesk.pages.ticket.elsewhere_form import ElsewhereForm
from helpdesk.pages.ticket.files_to_send import files_to_send, send_along
from helpdesk.refusal import Refused


@login_required
@require_POST
def create(request: HttpRequest, reference: str) -> HttpResponse:
    """Take down an answer; whatever is refused, the typed text stays."""
    ticket = visible_ticket(request, reference)
    form = ElsewhereForm(request.POST)
    form.keep_files(files_to_send(request, ticket.store))
    message = _taken_down(request, ticket, form) if form.is_valid() else None
    if message is None:
        return ticket_page.page(request, ticket, elsewhere=form, status=422)
    messages.success(request, _("Taken down: the customer has been answered."))
    for noticed in message.ticket.noticed:
        messages.warning(request, noticed)
    return HttpResponseRedirect(f"{reverse('ticket', args=[reference])}#m{message.pk}")


def _taken_down(request: HttpRequest, ticket: Ticket, form: ElsewhereForm) -> Message | None:
    try:
        with transaction.atomic():
            return _written(request, ticket, form)
    except Refused as refused:
        if isinstance(refused, SentBefore):
            form.renew_token()
        form.add_error(None, str(refused))
        return None


def _written(request: HttpRequest, ticket: Ticket, form: ElsewhereForm) -> Message:
    given = form.cleaned_data
    then = answers.AfterReply.RESOLVE if given["resolves"] else answers.AfterReply.KEEP_OPEN
    message = replies.answer_elsewhere(
        ticket=ticket,
        by=agent_of(request),
        way=given["way"],
        body=given["body"],
        now=now_of(request),
        answered_at=given["answered_at"],
        then=then,
        holding=given["holding"],
        external_id=f"page:{given['token']}",
    )
    refuse_other_words(message, body=given["body"], public=False, way=given["way"])
    forget_sent(author=agent_of(request), token=given["token"])
    send_along(request, form.to_send.numbers, message)
    return message
