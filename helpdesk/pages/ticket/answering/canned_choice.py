"""Choosing a canned reply for what is being written on a ticket: with script it is put where one writes."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from babel import Locale, UnknownLocaleError
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.conversation.canned import canned_replies, reply_actions
from helpdesk.conversation.canned.canned_replies import ChosenText
from helpdesk.input.id_text import read_number
from helpdesk.input.visible_text import isolated
from helpdesk.models import CannedReply, Ticket
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket import ticket_page
from helpdesk.pages.ticket.answering.canned_files import copies_of
from helpdesk.pages.ticket.composer import Composer, typed_in
from helpdesk.pages.ticket.files_to_send import FilesToSend, files_to_send

SHOWN: Final = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, reference: str) -> HttpResponse:
    """List what can be used on the ticket, or put the one named into what is being written."""
    ticket = visible_ticket(request, reference)
    if request.method != "POST":
        return render(request, "helpdesk/parts/canned_picker.html", _picker(request, ticket))
    number = read_number(request.POST.get("canned", ""))
    if number is None or "list" in request.POST:
        return written_again(request, ticket, files_to_send(request, ticket.store))
    offered = canned_replies.offered(ticket, to=agent_of(request))
    return _put_in(request, ticket, get_object_or_404(offered, pk=number))


def _picker(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    words = request.GET.get("q", "")[:200]
    offered = canned_replies.offered(ticket, to=agent_of(request)).naming(words)
    return {"ticket": ticket, "words": words, "canned": list(offered.select_related("queue")[:SHOWN])}


def _put_in(request: HttpRequest, ticket: Ticket, reply: CannedReply) -> HttpResponse:
    agent, now = agent_of(request), now_of(request)
    with transaction.atomic():
        chosen = canned_replies.use(reply, ticket=ticket, by=agent, now=now)
    copied, told = copies_of(reply, to=agent, store=ticket.store, now=now), _missing(chosen)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(_parts(request, reply, chosen, copied) | {"told": told})
    files = files_to_send(request, ticket.store)
    files.numbers += copied.numbers
    files.waiting += copied.waiting
    return written_again(request, ticket, files, added=chosen.body, told=told, reply=reply)


def _parts(
    request: HttpRequest, reply: CannedReply, chosen: ChosenText, copied: FilesToSend
) -> dict[str, Any]:
    """Return what a script puts into the page: the text, the lines of files, and the chips."""
    files = [render_to_string("helpdesk/parts/given_file.html", {"file": file}) for file in copied.waiting]
    chips = {"chips": reply_actions.shown(reply.actions, by=agent_of(request))}
    return {
        "body": chosen.body,
        "holding": reply.holding,
        "files": "".join(files),
        "chips": render_to_string("helpdesk/parts/reply_chips.html", chips),
    }


def _missing(chosen: ChosenText) -> str:
    """Say that there is no text in the customer's language."""
    if not chosen.missing:
        return ""
    names = {
        "wanted": isolated(language_name(chosen.missing)),
        "given": isolated(language_name(chosen.language)),
    }
    return _("There is no text of this in %(wanted)s: what was put in is in %(given)s.") % names


def language_name(tag: str) -> str:
    """Name a language in the viewer's own; a tag that CLDR does not know stays as it is."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(get_language()) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def written_again(
    request: HttpRequest,
    ticket: Ticket,
    files: FilesToSend,
    *,
    added: str = "",
    told: str = "",
    reply: CannedReply | None = None,
) -> HttpResponse:
    """Show what was typed, with what is added after it; without one chosen, with what can be chosen from."""
    typed = typed_in(request)
    body = "\n\n".join(part for part in (typed.get("body", "").rstrip(), added) if part)
    done = [*typed["action"], *(reply.actions if reply else ())]
    holding = "holding" in typed or bool(reply and reply.holding)
    start = {"mode": "public", "token": uuid4()} | typed | {"holding": holding}
    composer = Composer(initial=start | {"body": body, "seen_seq": ticket.last_seq, "action": done})
    composer.keep_files(files)
    composer.picker = {} if added else _picker(request, ticket)
    composer.told = told
    seen_seq = read_number(request.POST.get("seen_seq", ""))
    return ticket_page.page(request, ticket, composer=composer, seen_seq=seen_seq)
