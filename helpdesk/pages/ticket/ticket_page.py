"""The ticket page: what was said and done, and what can be said and done next."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.conversation.attention import readings
from helpdesk.input.id_text import read_number
from helpdesk.models import DraftKind, HeldReply, Ticket
from helpdesk.pages.drafts.drafts_on_page import DraftsOnPage
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.shell import LIVE_FRAME
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.answering import after_sending
from helpdesk.pages.ticket.composer import Composer, composer_context, may_be_answered
from helpdesk.pages.ticket.correspondents.inquiry_form import InquiryForm
from helpdesk.pages.ticket.correspondents.reply_copies import leaves_by_mail
from helpdesk.pages.ticket.customer.question_list import question_list, unticked_words
from helpdesk.pages.ticket.elsewhere_form import ElsewhereForm
from helpdesk.pages.ticket.ticket_side import side
from helpdesk.pages.ticket.timeline.newer_events import newer_events
from helpdesk.pages.ticket.timeline.timeline import Timeline, TimelinePart, timeline
from helpdesk.pages.ticket.timeline.timeline_message import TimelineReader
from helpdesk.tickets import undo

logger = logging.getLogger(__name__)


@login_required
@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a ticket that the agent may see; with `seen`, what came after that event is marked as new.

    With `part` it is what a standing page fetches anew of it.
    """
    ticket = visible_ticket(request, reference)
    seen_seq = read_number(request.GET.get("seen", ""))
    if request.GET.get("part") == "live":
        return page(request, ticket, seen_seq=seen_seq, frame=LIVE_FRAME)
    return page(request, ticket, seen_seq=seen_seq)


def page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    composer: Composer | None = None,
    elsewhere: ElsewhereForm | None = None,
    inquiry: InquiryForm | None = None,
    seen_seq: int | None = None,
    frame: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page; what came after `seen_seq` is marked as new, and told beside the composer."""
    context = {
        "ticket": ticket,
        **_how_it_is_renewed(request, ticket, seen_seq),
        **_forms(DraftsOnPage.of(ticket, viewer=agent_of(request)), ticket, composer, elsewhere, inquiry),
        **_what_can_be_done(request, ticket),
        **_what_was_said(request, ticket, seen_seq),
        "panels": panels(request, ticket),
        "now": now_of(request),
        **side(request, ticket),
    }
    return render(request, "helpdesk/ticket.html", {**context, "frame": frame}, status=status)


def _how_it_is_renewed(request: HttpRequest, ticket: Ticket, seen_seq: int | None) -> dict[str, str]:
    """Return where the page asks for itself anew, showing as much as now, and what it heeds."""
    query = request.GET.copy()
    query["part"], query["seen"] = "live", str(ticket.last_seq if seen_seq is None else seen_seq)
    heeds = f"ticket:{ticket.reference}"
    return {
        "live_address": f"{reverse('ticket', args=[ticket.reference])}?{query.urlencode()}",
        "heeds": heeds,
    }


def _forms(
    drafts: DraftsOnPage,
    ticket: Ticket,
    composer: Composer | None,
    elsewhere: ElsewhereForm | None,
    inquiry: InquiryForm | None,
) -> dict[str, Any]:
    """Return the page's forms: as they were refused, else as they were being filled in, else empty."""
    begun = drafts.mine.get
    return {
        "drafts": drafts,
        **composer_context(ticket, composer, draft=begun(DraftKind.COMPOSER)),
        "elsewhere": elsewhere or ElsewhereForm(draft=begun(DraftKind.ELSEWHERE)),
        "inquiry": inquiry or InquiryForm(draft=begun(DraftKind.INQUIRY)),
    }


def _what_can_be_done(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """Return whether somebody has acknowledged it, what can be undone of the last deed, and where one goes on."""
    undoable = undo.offered(ticket, by=agent_of(request), now=now_of(request))
    done = {"acknowledged": ticket.unacknowledged_since is None, "undoable": undoable}
    return done | after_sending.choices(request)


def _what_was_said(request: HttpRequest, ticket: Ticket, seen_seq: int | None) -> dict[str, Any]:
    """Return the conversation, what of it is held, and what came after the reader last looked."""
    history = _history(request, ticket, seen_seq)
    questions = question_list(history, ticket, agent=agent_of(request))
    return {
        "history": history,
        "questions": questions,
        "unticked_words": json.dumps(unticked_words(len(questions))),
        "held": _held_on(ticket),
        "newer": None
        if seen_seq is None
        else newer_events(ticket, reader=agent_of(request), seen_seq=seen_seq),
    }


def _held_on(ticket: Ticket) -> Sequence[HeldReply]:
    """Return the replies on it that are not said yet, in the order in which they were sent."""
    if not ticket.holds_replies:  # type: ignore[attr-defined]  # annotated by `visible_ticket`
        return []
    return list(ticket.held_replies.select_related("author").order_by("sent_at"))


def _history(request: HttpRequest, ticket: Ticket, seen_seq: int | None) -> Timeline:
    """Return the part of the timeline that the address asks for; who reads the newest has read the ticket."""
    before, agent = read_number(request.GET.get("before", "")), agent_of(request)
    opened = request.GET.get("part") != "live"
    since = None if before else readings.read(ticket, by=agent, now=now_of(request), opened=opened)
    all_of = read_number(request.GET.get("rest", ""))
    reader = TimelineReader(agent, seen_seq, since_seq=since, all_of=all_of)
    return timeline(ticket, reader=reader, part=TimelinePart(before, whole="all" in request.GET))


@login_required
@require_safe
def earlier(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what stands on the timeline before an event, to be put in where the page has left it out."""
    ticket = visible_ticket(request, reference)
    part = TimelinePart(read_number(request.GET.get("before", "")), beside_opening=True)
    history = timeline(ticket, reader=TimelineReader(agent_of(request)), part=part)
    answers = {"may_be_answered": may_be_answered(ticket), "leaves_by_mail": leaves_by_mail(ticket)}
    context = {"ticket": ticket, "history": history, "now": now_of(request), **answers}
    return render(request, "helpdesk/parts/earlier_entries.html", context)


def panels(request: HttpRequest, ticket: Ticket) -> list[SafeString]:
    """Ask each callable of `settings.TICKET_PANELS` for its part; one that fails never hides the ticket."""
    return [panel for path in settings.TICKET_PANELS if (panel := _panel(path, request, ticket))]


def _panel(path: str, request: HttpRequest, ticket: Ticket) -> SafeString:
    try:
        panel: SafeString = import_string(path)(request, ticket)
    except Exception:
        logger.exception("a ticket panel failed: %s", path)
        return format_html('<p class="notice">{}</p>', _("A part of this page could not be shown."))
    return panel
