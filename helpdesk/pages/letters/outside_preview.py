"""Letters to people outside, as the mails that they become; nothing is sent or kept by looking at it."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.conversation.mailed_replies import mailbox_of
from helpdesk.conversation.recipients import MailRecipients, NothingLeavesByMail
from helpdesk.conversation.third_party_answers import refuse_the_customer
from helpdesk.mail.composing.outgoing_mail import OutgoingMail
from helpdesk.mail.leaving.reply_content import unsent_mail
from helpdesk.models import Attachment, Message
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.letters.mail_preview import parts_of, refusing, showing, unreadable, unsent
from helpdesk.pages.ticket.correspondents.inquiry_form import InquiryForm
from helpdesk.pages.ticket.correspondents.third_party_answers import form_of
from helpdesk.pages.ticket.files_to_send import names_of_files
from helpdesk.refusal import Refused


@login_required
@require_POST
def inquiry(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what somebody outside would be asked, with the messages and files that are ticked."""
    ticket, form = visible_ticket(request, reference), InquiryForm(request.POST)
    if not form.is_valid():
        return unreadable(request, form)
    given = form.cleaned_data
    chosen = Message.objects.filter(ticket=ticket, pk__in=given["chosen_messages"]).order_by(
        "-sent_at", "-pk"
    )
    files = Attachment.objects.kept().filter(message__ticket=ticket, pk__in=given["chosen_files"])
    letter = unsent(request, ticket, given["body"], public=False)
    try:
        mail = _mail(letter, given["to"], chosen)
    except Refused as refused:
        return refusing(request, [str(refused)])
    enclosed = files.order_by("pk").values_list("name", flat=True)
    return showing(request, parts_of(mail), files=[*names_of_files(request), *enclosed])


@login_required
@require_POST
def answer(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show what a third party would be answered."""
    form = form_of(request, reference, number)
    if not form.is_valid():
        return unreadable(request, form)
    letter = unsent(request, form.answered.ticket, form.cleaned_data["body"], public=False)
    try:
        mail = _mail(letter, form.recipients)
    except Refused as refused:
        return refusing(request, [str(refused)])
    return showing(request, parts_of(mail), files=names_of_files(request))


def _mail(letter: Message, to: MailRecipients, chosen: Iterable[Message] = ()) -> OutgoingMail:
    """Return a letter as a mail; raises `CustomerAmongThem`, and `NothingLeavesByMail` where none would leave."""
    refuse_the_customer(to, ticket=letter.ticket)
    mailbox = mailbox_of(letter.ticket)
    if mailbox is None:
        raise NothingLeavesByMail(pointer="")
    return unsent_mail(letter, to, mailbox=mailbox, chosen=chosen)
