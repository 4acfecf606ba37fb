"""In the customer's shoes: a ticket as they live it, in their zone, with the silence between."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpdesk.conversation.attention.lived_conversation import lived
from helpdesk.input import zone_name
from helpdesk.mail.composing.text_direction import direction_of_language
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import now_of


@login_required
@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what the customer said and heard, and when; where their zone is unknown, in the reader's."""
    ticket, now = visible_ticket(request, reference), now_of(request)
    theirs = zone_name.read(ticket.customer.timezone)
    language = ticket.language or ticket.customer.locale
    context = {
        "ticket": ticket,
        "lived": lived(ticket, now=now),
        "knows_zone": theirs is not None,
        "way": direction_of_language(language),
        "now": now,
    }
    with timezone.override(theirs or timezone.get_current_timezone()):
        return render(request, "helpdesk/as_the_customer.html", context)
