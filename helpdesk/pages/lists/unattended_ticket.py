"""What is urgent while whoever has it is not here: taken over only by who was asked, and said so."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.input.id_text import read_number
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused
from helpdesk.tickets.custody import handover


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask whether to take a ticket over from whoever has it, and do so."""
    ticket = visible_ticket(request, reference)
    if request.method != "POST":
        if ticket.assignee is None or not ticket.is_live:
            return HttpResponseRedirect(reverse("ticket", args=[reference]))
        return render(request, "helpdesk/unattended.html", {"ticket": ticket, "now": now_of(request)})
    try:
        with transaction.atomic():
            holder = read_number(request.POST.get("holder", ""))
            handover.take_over(ticket=ticket, holder=holder, by=agent_of(request), now=now_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is yours."))
    return HttpResponseRedirect(reverse("ticket", args=[reference]))
