"""Files on the ticket page: which there are on a message, and taking one along."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from helpdesk.attachments import file_answer
from helpdesk.models import Attachment
from helpdesk.pages.frame.viewer import agent_of

_SHOWN: Final = ("id", "name", "content_type", "size", "left_out", "has_preview", "scanned_at", "infection")


@login_required
@require_safe
def download(request: HttpRequest, number: int) -> HttpResponse:
    """Give out a file of a ticket that the agent may see, to be saved."""
    files = Attachment.objects.visible_to(agent_of(request)).kept()
    return file_answer.as_download(get_object_or_404(files, pk=number))


@login_required
@require_safe
def picture(request: HttpRequest, number: int) -> HttpResponse:
    """Show the preview of a picture of a ticket that the agent may see: ours, drawn from what came."""
    files = Attachment.objects.visible_to(agent_of(request)).filter(has_preview=True)
    return file_answer.as_picture(get_object_or_404(files, pk=number))


def rows_of_files() -> ArraySubquery:
    """Return what reads the files of each event's message along with the events: a page has few statements."""
    files = Attachment.objects.filter(message=OuterRef("message")).order_by("pk")
    return ArraySubquery(files.values(row=JSONObject(**{name: name for name in _SHOWN})))


def files_in(rows: list[dict[str, Any]]) -> list[Attachment]:
    """Return the files that were read so."""
    return [Attachment(**row) for row in rows]
