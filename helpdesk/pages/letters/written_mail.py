"""A mail as it was written: its HTML, alone in a frame."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from helpdesk.mail.markup.pictures import with_pictures
from helpdesk.models import Attachment, MessageMarkup
from helpdesk.pages.frame.gate.content_policy import sealed
from helpdesk.pages.frame.permission import visible_ticket


@login_required
@require_safe
def show(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the HTML of a message; with `pictures`, also those that lie elsewhere, whose owner learns of it."""
    ticket = visible_ticket(request, reference)
    markup = get_object_or_404(MessageMarkup, message=number, message__ticket=ticket)
    asked = "pictures" in request.GET
    shown = with_pictures(markup.html, enclosed=_enclosed(number), elsewhere=asked)
    context = {"ticket": ticket, "number": number, "shown": shown, "framed": "framed" in request.GET}
    return sealed(request, "helpdesk/written_mail.html", context, pictures_from_elsewhere=asked)


def _enclosed(message: int) -> dict[str, str]:
    """Return where the pictures are shown that came with a message: drawn anew, by their `Content-ID`."""
    pictures = (
        Attachment.objects.filter(message=message, has_preview=True).exclude(content_id="").order_by("-pk")
    )
    return {
        known: reverse("attachment-picture", args=[pk])
        for known, pk in pictures.values_list("content_id", "pk")
    }
