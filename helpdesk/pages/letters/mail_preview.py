"""What is being written, as the mail that it becomes; nothing is sent or kept by looking at it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.conversation.mailed_replies import mailbox_of
from helpdesk.conversation.recipients import MailRecipients, customer_as_recipient, recipients
from helpdesk.mail.composing.mail_body import quoted_html, written_html
from helpdesk.mail.composing.outgoing_mail import OutgoingMail
from helpdesk.mail.composing.text_direction import direction_of_language
from helpdesk.mail.leaving.reply_content import unsent_mail
from helpdesk.models import Author, Message, Ticket
from helpdesk.pages.frame.gate.content_policy import sealed
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.composer import Composer
from helpdesk.pages.ticket.files_to_send import names_of_files
from helpdesk.refusal import Refused
from helpdesk.templatetags.shell import marked


@login_required
@require_POST
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show subject, sender, recipients and words of a reply as they would leave now, and of a note its words."""
    ticket = visible_ticket(request, reference)
    typed = Composer(request.POST)
    if not typed.is_valid():
        return unreadable(request, typed)
    message = unsent(request, ticket, typed.cleaned_data["body"], public=not typed.is_note)
    try:
        mail = None if typed.is_note else _mail(message, typed)
    except Refused as refused:
        return refusing(request, [str(refused)])
    return showing(request, _shown(message, mail), files=names_of_files(request))


def unreadable(request: HttpRequest, form: forms.Form) -> HttpResponse:
    """Say what is wrong with what was typed."""
    return refusing(request, [str(problem) for errors in form.errors.values() for problem in errors])


def refusing(request: HttpRequest, problems: list[str]) -> HttpResponse:
    """Say why there is nothing to be seen."""
    return sealed(request, "helpdesk/mail_preview.html", {"problems": problems}, status=422)


def showing(request: HttpRequest, shown: dict[str, Any], *, files: list[str]) -> HttpResponse:
    """Show it, with what the files are called that go along."""
    return sealed(request, "helpdesk/mail_preview.html", {**shown, "files": files})


def unsent(request: HttpRequest, ticket: Ticket, body: str, *, public: bool) -> Message:
    """Return what is being written as a message that is not stored."""
    return Message(
        ticket=ticket,
        store=ticket.store,
        author=Author.AGENT,
        agent=agent_of(request),
        public=public,
        body=body,
        rest="",
        sent_at=now_of(request),
    )


def _mail(message: Message, typed: Composer) -> OutgoingMail | None:
    """Return it as a mail; None where none leaves from here. Raises `TooManyRecipients`."""
    ticket = message.ticket
    mailbox = mailbox_of(ticket) if ticket.customer.email else None
    return unsent_mail(message, _recipients(ticket, typed), mailbox=mailbox) if mailbox else None


def _recipients(ticket: Ticket, typed: Composer) -> MailRecipients:
    return recipients(customer_as_recipient(ticket.customer), typed.cleaned_data.get("copies", ()))


def _shown(message: Message, mail: OutgoingMail | None) -> dict[str, Any]:
    if mail is not None:
        return parts_of(mail)
    unread = _("For colleagues only: the customer does not see it.")
    elsewhere = _("No mail leaves from here: the customer reads it where your shop shows it.")
    return {"words": marked(message.body), "remark": elsewhere if message.public else unread}


def parts_of(mail: OutgoingMail) -> dict[str, Any]:
    """Return of a mail what its preview shows apart: the words, and folded what is quoted below them."""
    words, quotes = SafeString(written_html(mail)), SafeString(quoted_html(mail))
    return {"mail": mail, "words": words, "quotes": quotes, "way": direction_of_language(mail.language)}
