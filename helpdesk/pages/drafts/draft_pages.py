"""Saving what is being written, and going on with what a colleague has begun."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.conversation.drafts import draft_saving, handed_on
from helpdesk.conversation.drafts.draft_place import DraftPlace
from helpdesk.conversation.drafts.draft_saving import SavedElsewhere
from helpdesk.models import Author, Draft, DraftKind, Message, Ticket
from helpdesk.pages.drafts.draft_form import SavingForm, text_of
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused
from helpdesk.templatetags.times import on_the_clock

ON_TICKETS = (DraftKind.COMPOSER, DraftKind.ELSEWHERE, DraftKind.INQUIRY)


@login_required
@require_POST
def save(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Save what stands in a form of a ticket's page."""
    if kind not in ON_TICKETS:
        raise Http404
    ticket = visible_ticket(request, reference)
    return _saved(request, DraftPlace(author=agent_of(request), kind=DraftKind(kind), ticket=ticket))


@login_required
@require_POST
def save_outside(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Save what is written to a third party."""
    ticket = visible_ticket(request, reference)
    theirs = Message.objects.filter(ticket=ticket, author=Author.THIRD_PARTY)
    answered = get_object_or_404(theirs, pk=number)
    place = DraftPlace(author=agent_of(request), kind=DraftKind.OUTSIDE, ticket=ticket, answers=answered)
    return _saved(request, place)


@login_required
@require_POST
def save_new(request: HttpRequest) -> HttpResponse:
    """Save what is to begin a conversation."""
    return _saved(request, DraftPlace(author=agent_of(request), kind=DraftKind.NEW_TICKET))


def _saved(request: HttpRequest, place: DraftPlace) -> HttpResponse:
    """Say which version was saved, and when; or what stands in the way, with what was saved elsewhere."""
    form = SavingForm(request.POST, kind=place.kind)
    try:
        text = text_of(request.POST, form, kind=place.kind)
        with transaction.atomic():
            draft = draft_saving.save(place, text, form.saving, now=now_of(request))
    except Refused as refused:
        elsewhere = _elsewhere(request, refused) if isinstance(refused, SavedElsewhere) else {}
        told = {"code": refused.code, "said": str(refused)} | elsewhere
        return JsonResponse(told, status=refused.status)
    return JsonResponse({"version": draft.version if draft else 0, "said": _when_saved(request, draft)})


def _when_saved(request: HttpRequest, draft: Draft | None) -> str:
    if draft is None:
        return ""
    return _("Saved %(time)s") % {"time": on_the_clock(draft.saved_at, now_of(request))}


def _elsewhere(request: HttpRequest, refused: SavedElsewhere) -> dict[str, object]:
    there = refused.draft
    context = {"draft": there, "said": str(refused), "now": now_of(request)}
    shown = render_to_string("helpdesk/parts/draft_elsewhere.html", context, request)
    kept = {"body": there.body, "fields": there.fields, "version": there.version}
    return {"shown": shown, **kept}


@login_required
@require_POST
def discard(request: HttpRequest, reference: str) -> HttpResponse:
    """Let go of what was being written to the customer: somebody has said it, or nothing is to be said."""
    place = DraftPlace(
        author=agent_of(request), kind=DraftKind.COMPOSER, ticket=visible_ticket(request, reference)
    )
    with transaction.atomic():
        draft_saving.let_go(place.drafts())
    messages.success(request, _("Discarded. Nothing was sent."))
    return HttpResponseRedirect(reverse("ticket", args=[reference]))


@login_required
@require_POST
def take_over(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Go on with what a colleague has begun on a ticket."""
    ticket = visible_ticket(request, reference)
    begun = get_object_or_404(Draft.objects.on(ticket), pk=number)
    with transaction.atomic():
        taken = handed_on.take_over(begun, by=agent_of(request), now=now_of(request))
    if taken is None:
        messages.error(request, _("It was sent, emptied, or taken over by somebody else in the meantime."))
    else:
        messages.success(request, _("It is yours to go on with."))
    return HttpResponseRedirect(_form_of(ticket, begun))


def _form_of(ticket: Ticket, draft: Draft) -> str:
    """Return where the form is in which a draft of the ticket stands."""
    if draft.answers_id:
        return reverse("ticket-third-party-answer", args=[ticket.reference, draft.answers_id])
    return f"{reverse('ticket', args=[ticket.reference])}#{draft.kind}"
