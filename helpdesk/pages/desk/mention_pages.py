"""Where one was mentioned, what of it one has not read, and who can be mentioned on a ticket."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from helpdesk.conversation.mentions import mentioned_colleagues, read_mentions
from helpdesk.models import Mention
from helpdesk.models.desk.mention import MentionQuerySet
from helpdesk.models.message import GLANCE
from helpdesk.pages.frame.address import page_before
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of

PAGE_SIZE: Final = 50
OFFERED: Final = 8
"""So many colleagues are offered at a time."""


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List where one was mentioned: first what one has not read, then the rest, each the newest first."""
    mine = _shown(Mention.objects.of(agent_of(request)))
    is_read = request.GET.get("show") == "read"
    unread, before = ([], None) if is_read else page_before(request.GET, mine.unread(), size=PAGE_SIZE)
    read, older = _read(request, mine, goes_on=before is not None, is_read=is_read)
    context: dict[str, Any] = {"unread": unread, "before": before, "read": read, "older": older}
    return render(request, "helpdesk/mentions.html", context)


def _shown(mentions: MentionQuerySet) -> MentionQuerySet:
    near = mentions.select_related("message__ticket", "message__agent")
    return near.defer("message__body", "message__rest").annotate(glance=Left("message__body", GLANCE))


def _read(
    request: HttpRequest, mine: MentionQuerySet, *, goes_on: bool, is_read: bool
) -> tuple[list[Mention], int | None]:
    """Return what was read, once all that was not has been shown."""
    if goes_on:
        return [], None
    query = request.GET if is_read else type(request.GET)("")
    return page_before(query, mine.filter(read_at__isnull=False), size=PAGE_SIZE)


@login_required
@require_POST
def reading(request: HttpRequest, number: int) -> HttpResponse:
    """Mark one as read; with nothing posted, as not read after all."""
    read_at = now_of(request) if request.POST.get("read") else None
    with transaction.atomic():
        mine = Mention.objects.of(agent_of(request)).filter(pk=number)
        if not mine.exists():
            raise Http404
        read_mentions.mark(agent_of(request), number=number, read_at=read_at)
    messages.success(request, _("Marked as read.") if read_at else _("Marked as not read."))
    return HttpResponseRedirect(reverse("mentions"))


@login_required
@require_POST
def reading_of_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    with transaction.atomic():
        count = read_mentions.mark_all(agent_of(request), now=now_of(request))
    told = ngettext("%d mention is marked as read.", "%d mentions are marked as read.", count)
    messages.success(request, told % count)
    return HttpResponseRedirect(reverse("mentions"))


@login_required
@require_safe
def colleagues(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer those who may see a ticket by the beginning of a word of their name, or of their address.

    What is written for each is the name, or the address where several are called so.
    """
    ticket, viewer = visible_ticket(request, reference), agent_of(request)
    said = request.GET.get("q", "")[:100].strip()
    begins = Q(name__istartswith=said) | Q(name__icontains=f" {said}") | Q(email__istartswith=said)
    there = mentioned_colleagues.who_may_be(ticket).exclude(pk=viewer.pk)
    found = list(there.filter(begins).order_by("name", "pk")[:OFFERED])
    several = mentioned_colleagues.namesakes_of(found, ticket)
    offered = [
        {"name": str(one), "address": one.address or "", "says": one.email if one in several else one.name}
        for one in found
    ]
    return JsonResponse({"colleagues": offered})
