"""Files that go along with what is written on a ticket: chosen in its form, or given before and still ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest

from helpdesk.attachments import message_files
from helpdesk.attachments.file_keeping import GivenFile, take_in
from helpdesk.models import Attachment, Message, Store
from helpdesk.pages.frame.address import read_number
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.written_text import SentBefore
from helpdesk.refusal import Refused


@dataclass(slots=True)
class FilesToSend:
    """The numbers of files that were given, those that wait among them, and what was said of any that was refused."""

    numbers: list[int] = field(default_factory=list)
    waiting: list[Attachment] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def files_to_send(request: HttpRequest, store: Store) -> FilesToSend:
    """Take in what the form brings, before anything is sent: what is refused afterwards still has its files."""
    ticked = [number for text in request.POST.getlist("attachments") if (number := read_number(text))]
    known = Attachment.objects.given_by(agent_of(request)).filter(store=store, pk__in=ticked)
    files = FilesToSend(ticked, list(known.order_by("pk")))
    for upload in request.FILES.getlist("files"):
        upload.seek(0)
        given = GivenFile(upload.name or "", upload.read())
        try:
            taken = take_in(given, giver=agent_of(request), store=store, now=now_of(request))
        except Refused as refused:
            files.refusals.append(str(refused))
        else:
            files.numbers.append(taken.pk)
            files.waiting.append(taken)
    return files


def send_along(request: HttpRequest, numbers: Sequence[int], message: Message) -> None:
    """Put them on a message that was just written; raises `SentBefore` where it was sent already with others."""
    if message.received_at == now_of(request):
        message_files.put_on(message, numbers, giver=agent_of(request))
    elif set(numbers) != set(message.attachments.values_list("pk", flat=True)):
        raise SentBefore
