"""What a reply says as a mail: put together from the rows of its conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from babel.dates import format_date, format_time
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from helpdesk.attachments.file_answer import FileInfected, FileMissing, content_of
from helpdesk.conversation.recipients import MailRecipients
from helpdesk.input import zone_name
from helpdesk.input.language_tag import language_of
from helpdesk.input.visible_text import isolated, offcuts_in
from helpdesk.mail.composing.outgoing_mail import (
    Correspondent,
    OutgoingMail,
    QuotedMessage,
    SentFile,
    Unsendable,
)
from helpdesk.mail.composing.reply_subject import reply_subject
from helpdesk.mail.composing.signed_address import signed_address
from helpdesk.mail.leaving.mail_keys import mail_keys
from helpdesk.mail.leaving.reply_thread import thread_of
from helpdesk.mail.leaving.said_before import said_before
from helpdesk.models import (
    Attachment,
    Author,
    Customer,
    Mailbox,
    MailedReply,
    Message,
    PartyRole,
    Ticket,
)
from helpdesk.models.mail.message_party import by_role
from helpdesk.models.message import MessageQuerySet

MOST_QUOTED_MESSAGES = 10

_InLines = Mapping[str, list[Correspondent]]


def reply_mail(reply: MailedReply, *, mailbox: Mailbox) -> OutgoingMail:
    """Return a reply as a mail: from the mailbox's public name, whoever wrote it, to whom it was sent."""
    message = reply.message
    before = _quotable(said_before(message))
    mail = _mail(message, named_in(message), mailbox, before=before, chosen=_chosen(message))
    thread = thread_of(message, mailbox=mailbox)
    return replace(
        mail,
        message_id=thread.message_id,
        in_reply_to=thread.answered,
        references=thread.before,
        files=[_file(each) for each in _going_along(message)],
    )


def unsent_mail(
    message: Message, settled: MailRecipients, *, mailbox: Mailbox, chosen: Iterable[Message] = ()
) -> OutgoingMail:
    """Return what is not stored yet as the mail that it would become now; it has no id, and writes none down.

    `chosen` are the messages that somebody outside is to read. Its files are read where it leaves.
    """
    before = _quotable(said_before(message, to=[person.key for person in settled.to]))
    to, cc = ([Correspondent(each.name, each.address) for each in line] for line in (settled.to, settled.cc))
    named: _InLines = {PartyRole.TO: to, PartyRole.CC: cc}
    return _mail(message, named, mailbox, before=before, chosen=chosen)


def _mail(
    message: Message, named: _InLines, mailbox: Mailbox, *, before: list[Message], chosen: Iterable[Message]
) -> OutgoingMail:
    ticket = message.ticket
    language = _language(ticket, mailbox)
    return OutgoingMail(
        sender=Correspondent(mailbox.public_name, mailbox.address),
        to=named[PartyRole.TO],
        cc=named[PartyRole.CC],
        reply_to=signed_address(mailbox.address, ticket=ticket.pk, key=mail_keys()[0]),
        subject=reply_subject(ticket.subject) if before else ticket.subject,
        text=_whole(message),
        marked=message.is_marked,
        greeting=mailbox.greeting,
        signature=mailbox.signature,
        language=language,
        quotes=[_quote(each, ticket, mailbox, language) for each in (*before, *chosen)],
        sent_at=message.sent_at,
        message_id="",
        automatic=message.automatic or message.author != Author.AGENT,
    )


def _whole(message: Message) -> str:
    """Return all that was said: of what was too long to be shown whole, the customer gets the rest too."""
    rest = [text for pointer, text in offcuts_in(message.rest) if pointer.endswith("/body")]
    return "".join([message.body.removesuffix("…"), *rest]) if rest else message.body


def _going_along(message: Message) -> Iterator[Attachment]:
    """Yield the files of a message, and those of its ticket that were chosen for whoever is asked outside."""
    yield from message.attachments.kept().order_by("pk")
    yield from Attachment.objects.kept().filter(enclosed_in=message.pk).order_by("pk")


def _file(file: Attachment) -> SentFile:
    """Return a file as it goes along; raises `Unsendable` where it never can, and `FileWaits`."""
    try:
        return SentFile(file.name, file.content_type, content_of(file))
    except (FileMissing, FileInfected) as refused:
        raise Unsendable(f"{file.name}: {refused}") from None


def named_in(message: Message) -> dict[str, list[Correspondent]]:
    """Return who stands in which line of the head."""
    return {
        role: [Correspondent(party.name, party.address) for party in parties]
        for role, parties in by_role(message.parties.in_order()).items()
    }


def _language(ticket: Ticket, mailbox: Mailbox) -> str:
    """Return the first language of customer, mailbox and house in which we have sentences."""
    spoken = {code for code, _name in settings.LANGUAGES}
    wished = map(language_of, (ticket.customer.locale, mailbox.locale))
    return next((tag for tag in wished if tag in spoken), settings.LANGUAGE_CODE)


def _quotable(before: MessageQuerySet) -> list[Message]:
    """Return what stands below it, the newest first: no receipt of ours, nor what never arrived."""
    known = before.filter(bounced_at=None, receipt=None).defer("rest")
    return list(known.order_by("-sent_at", "-pk")[:MOST_QUOTED_MESSAGES])


def _chosen(message: Message) -> list[Message]:
    """Return the messages of its ticket that were chosen for whoever is asked outside, the newest first."""
    return list(Message.objects.filter(enclosed_in=message.pk).defer("rest").order_by("-sent_at", "-pk"))


def _quote(said: Message, ticket: Ticket, mailbox: Mailbox, language: str) -> QuotedMessage:
    customer = ticket.customer
    with override(language):
        who = _author(said, customer, mailbox)
        at = said.sent_at.astimezone(
            zone_name.read(customer.timezone) or zone_name.read(ticket.store.timezone)
        )
        day, time = format_date(at, "long", locale=language), format_time(at, "short", locale=language)
        heading = _("%(day)s, %(time)s: %(who)s wrote:") % {"day": day, "time": time, "who": isolated(who)}
    return QuotedMessage(heading, said.body, marked=said.is_marked)


def _author(said: Message, customer: Customer, mailbox: Mailbox) -> str:
    """Return who wrote it; of a third party who was erased, nobody's name, and never the customer's."""
    match Author(said.author):
        case Author.CUSTOMER:
            return said.author_name or customer.name or customer.email
        case Author.THIRD_PARTY:
            return said.author_name or _("somebody")
    return mailbox.public_name
