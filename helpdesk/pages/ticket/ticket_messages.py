"""What is said on a ticket, as its page reaches it: a reply or a note is added, and newer ones are heard of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.conversation import answers, held_replies, replies
from helpdesk.conversation.canned import reply_actions
from helpdesk.conversation.canned.placeholders import refuse_unfilled
from helpdesk.conversation.drafts import handed_on
from helpdesk.conversation.drafts.draft_place import DraftPlace
from helpdesk.conversation.drafts.draft_saving import DraftText, forget_sent
from helpdesk.conversation.mailed_replies import OnlyWatched, is_only_watched
from helpdesk.conversation.mentions.mentioned_colleagues import mentioned_in
from helpdesk.conversation.sent_before import SentBefore, refuse_other_recipients, refuse_other_words
from helpdesk.conversation.unseen import HEARD, ChangedMeanwhile, SomethingNewer, unseen
from helpdesk.input.id_text import read_number
from helpdesk.mail.addressing.typed_addresses import LONGEST_TYPED, as_typed
from helpdesk.models import DraftKind, HeldReply, Message, Status, Ticket
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket import ticket_page
from helpdesk.pages.ticket.answering.after_sending import way_on
from helpdesk.pages.ticket.composer import Composer, SendingStopped, may_be_answered, typed_in
from helpdesk.pages.ticket.correspondents.reply_copies import ReplyCopies
from helpdesk.pages.ticket.files_to_send import FilesToSend, files_to_send, send_along
from helpdesk.pages.ticket.timeline.newer_events import newer_events
from helpdesk.refusal import Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


MOST_SHOWN = 5
"""So many messages are shown beside the composer where they stop a reply; all of them stand above."""


@login_required
@require_POST
def create(request: HttpRequest, reference: str) -> HttpResponse:
    """Send what was typed; where something newer was said, or a rule forbids it, show that and keep the text."""
    ticket = visible_ticket(request, reference)
    typed, files, had_by = Composer(request.POST), files_to_send(request, ticket.store), ticket.assignee_id
    if not typed.is_valid() or files.refusals:
        return _shown_again(request, ticket, files)
    try:
        with transaction.atomic():
            message = _send(request, ticket, typed, files)
    except Refused as refused:
        return _shown_again(request, visible_ticket(request, reference), files, refused)
    page = reverse("ticket", args=[reference])
    if message is None:
        return way_on(request, f"{page}#held")
    messages.success(request, _sentence(ticket, typed))
    for noticed in _noticed(ticket, message, had_by=had_by):
        messages.warning(request, noticed)
    stay = f"{page}#m{message.pk}"
    return HttpResponseRedirect(stay) if typed.is_note else way_on(request, stay)


def _noticed(ticket: Ticket, message: Message, *, had_by: int | None) -> Iterator[str | _StrPromise]:
    """Yield what became of the ticket besides: whoever answers one that nobody has, has it."""
    if had_by is None and message.agent_id and ticket.assignee_id == message.agent_id:
        yield _("Nobody had this ticket: it is yours now.")
    yield from message.ticket.noticed


def _send(request: HttpRequest, ticket: Ticket, typed: Composer, files: FilesToSend) -> Message | None:
    """Write it down, with its files; null where it is held, for its author may still take it back.

    It is tried first: what is refused is refused at once.
    """
    with transaction.atomic():
        message = _write(request, ticket, typed)
        forget_sent(author=agent_of(request), token=typed.cleaned_data["token"])
        send_along(request, files.numbers, message)
        if not typed.is_note and message.received_at == now_of(request):
            _do_besides(request, typed, message)
        if not held_replies.can_wait(message, now=now_of(request)):
            return message
        transaction.set_rollback(True)
    _hold(request, ticket, typed, files)
    return None


def _do_besides(request: HttpRequest, typed: Composer, message: Message) -> None:
    reply_actions.apply(typed.actions, ticket=message.ticket, by=agent_of(request), now=now_of(request))


def _hold(request: HttpRequest, ticket: Ticket, typed: Composer, files: FilesToSend) -> None:
    """Keep it for a while; raises `SentBefore` where it is held already, with anything else or by another button."""
    given = typed.cleaned_data
    DraftPlace(author=agent_of(request), kind=DraftKind.COMPOSER, ticket=ticket).lock()
    forget_sent(author=agent_of(request), token=given["token"])
    held = held_replies.hold(
        ticket=ticket,
        author=agent_of(request),
        now=now_of(request),
        files=files.numbers,
        cc=given["copies"],
        body=given["body"],
        holding=given["holding"],
        then=given["then"],
        external_id=f"page:{given['token']}",
        seen_seq=given["seen_seq"],
        actions=typed.actions,
    )
    told = held.body, held.holding, held.then, set(held.files), held_replies.copies_of(held)
    asked = given["body"], given["holding"], given["then"], set(files.numbers), list(given["copies"])
    if told != asked:
        raise SentBefore


def _write(request: HttpRequest, ticket: Ticket, typed: Composer) -> Message:
    """Write it down once; raises what `refuse_other_words` and `refuse_other_recipients` raise."""
    message = (_add_note if typed.is_note else _reply)(request, ticket, typed.cleaned_data)
    refuse_other_words(message, body=typed.cleaned_data["body"], public=not typed.is_note)
    refuse_other_recipients(message, cc=typed.cleaned_data["copies"])
    return message


def _add_note(request: HttpRequest, ticket: Ticket, given: dict[str, Any]) -> Message:
    author = agent_of(request)
    return replies.add_note(
        ticket=ticket,
        author=author,
        body=given["body"],
        mentions=mentioned_in(given["body"], ticket=ticket, by=author),
        now=now_of(request),
        external_id=f"page:{given['token']}",
    )


def _reply(request: HttpRequest, ticket: Ticket, given: dict[str, Any]) -> Message:
    if is_only_watched(ticket):
        raise OnlyWatched
    refuse_unfilled(given["body"])
    return replies.reply_in_public(
        ticket=ticket,
        author=agent_of(request),
        body=given["body"],
        now=now_of(request),
        then=answers.AfterReply(given["then"]),
        seen_seq=given["seen_seq"],
        external_id=f"page:{given['token']}",
        cc=given["copies"],
        holding=given["holding"],
    )


def _shown_again(
    request: HttpRequest, ticket: Ticket, files: FilesToSend, refused: Refused | None = None
) -> HttpResponse:
    """Show what was typed on a page that is true now, with what has happened since the last one."""
    anew = {"token": str(uuid4())} if isinstance(refused, SentBefore) else {}
    composer = Composer.again(ticket, typed_in(request) | anew, str(refused or ""))
    composer.keep_files(files)
    seen_seq = read_number(request.POST.get("seen_seq", ""))
    if isinstance(refused, SomethingNewer | ChangedMeanwhile):
        composer.stopped = SendingStopped(_said_since(request, ticket, seen_seq or 0), request.POST["then"])
    status = refused.status if refused else 422
    return ticket_page.page(request, ticket, composer=composer, seen_seq=seen_seq, status=status)


def _said_since(request: HttpRequest, ticket: Ticket, seen_seq: int) -> list[Message]:
    """Return what others have said since its author last looked, for them to read before they send."""
    heard = unseen(ticket, seen_seq=seen_seq).filter(HEARD, message__isnull=False)
    events = heard.exclude(actor=agent_of(request)).select_related("message__agent").order_by("-seq")
    return [event.message for event in reversed(events[:MOST_SHOWN]) if event.message]


def _sentence(ticket: Ticket, typed: Composer) -> str:
    """Say what became of it: by how the ticket stands, not by what the button said."""
    if typed.is_note:
        return _("Note added. The customer does not see it.")
    return {
        Status.PENDING: _("Sent. The ticket waits for the customer."),
        Status.RESOLVED: _("Sent, and the ticket is resolved."),
        Status.ON_HOLD: _("Sent. The ticket stays on hold."),
    }.get(Status(ticket.status), _("Sent. The ticket stays open."))


@login_required
@require_safe
def newer(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what happened since the page was opened, and how the ticket stands; asked by the standing page."""
    ticket = visible_ticket(request, reference)
    seen_seq = read_number(request.GET.get("seen", ""))
    reader = agent_of(request)
    found = newer_events(ticket, reader=reader, seen_seq=seen_seq) if seen_seq is not None else None
    context = {"ticket": ticket, "newer": found, "beside": True, "now": now_of(request)}
    return render(request, "helpdesk/parts/newer.html", context)


@login_required
@require_POST
def copies(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what the buttons are to say for the addresses on Cc as they stand now, and who of them is new."""
    ticket = visible_ticket(request, reference)
    found = ReplyCopies.of(ticket, request.POST.get("cc", "")[:LONGEST_TYPED])
    context = {"ticket": ticket, "copies": found, "may_be_answered": may_be_answered(ticket)}
    return render(request, "helpdesk/parts/send_reply.html", context)


@login_required
@require_POST
def take_back(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Put a reply that is held back into the composer, as it was typed; or say that it has left."""
    ticket = visible_ticket(request, reference)
    try:
        with transaction.atomic():
            held = held_replies.take_back(ticket=ticket, number=number, by=agent_of(request))
            place = DraftPlace(author=held.author, kind=DraftKind.COMPOSER, ticket=ticket)
            handed_on.put_back(place, _as_typed(held), now=now_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("ticket", args=[reference]))
    messages.success(request, _("Taken back: nothing was said."))
    since = "" if held.seen_seq is None else f"?seen={held.seen_seq}"
    return HttpResponseRedirect(f"{reverse('ticket', args=[reference])}{since}#composer")


def _as_typed(held: HeldReply) -> DraftText:
    """Return what was held as it stood in the composer: what is sent next is not what was taken back."""
    copies = as_typed(held_replies.copies_of(held))
    fields = {"mode": ["public"], "then": [held.then], "cc": [copies], "action": list(held.actions)}
    fields |= {"holding": ["on"]} if held.holding else {}
    return DraftText(body=held.body, token=uuid4(), fields=fields, files=held.files)
