"""Files that go along with what is written on a ticket: chosen in its form, or given before and still ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from helpdesk.attachments import message_files
from helpdesk.attachments.file_keeping import FileTooLarge, GivenFile, take_in
from helpdesk.attachments.file_name import kept_name
from helpdesk.conversation.sent_before import refuse_other_files
from helpdesk.input.id_text import read_number
from helpdesk.models import Agent, Attachment, Draft, Message, Store
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused


@dataclass(slots=True)
class FilesToSend:
    """The numbers of files that were given, those that wait among them, and what was said of any that was refused."""

    numbers: list[int] = field(default_factory=list)
    waiting: list[Attachment] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, numbers: list[int], *, giver: Agent) -> Self:
        """Return these numbers, with those of their files that wait."""
        waiting = Attachment.objects.given_by(giver).filter(pk__in=numbers)
        return cls(numbers, list(waiting.order_by("pk")))

    @property
    def most(self) -> int:
        """Bytes of the largest file that is taken."""
        return int(settings.FILE_MAX_SIZE)

    @property
    def too_large(self) -> str:
        """What is said of a larger one, with a place for its name."""
        return str(FileTooLarge.of("{name}"))

    def take(self, request: HttpRequest, upload: UploadedFile[bytes], store: Store | None) -> None:
        """Take a file in, or note why it was refused."""
        upload.seek(0)
        given = GivenFile(upload.name or "", upload.read())
        try:
            taken = take_in(given, giver=agent_of(request), store=store, now=now_of(request))
        except Refused as refused:
            self.refusals.append(str(refused))
        else:
            self.numbers.append(taken.pk)
            self.waiting.append(taken)


class FormWithFiles(forms.Form):
    """A form with files that go along with what is written in it."""

    to_send = FilesToSend()

    def show_files_of(self, draft: Draft) -> None:
        """Show the files that wait with a draft."""
        waiting = list(draft.files.kept().order_by("pk"))
        self.to_send = FilesToSend([file.pk for file in waiting], waiting)

    @property
    def id_for_files(self) -> str:
        """The id of the control by which they are chosen, once on a page of several forms."""
        return f"id_{self.add_prefix('files')}"

    def keep_files(self, files: FilesToSend) -> None:
        """Show the files that were given, and say which were refused and why: with these it is not valid."""
        self.to_send = files
        self.is_valid()  # an error is added to a form that was looked at
        for sentence in files.refusals:
            self.add_error(None, sentence)


@login_required
@require_POST
def upload(request: HttpRequest, reference: str) -> HttpResponse:
    """Take in one file for what is being written on a ticket: a line of its form, or a sentence that refuses it."""
    return _taken_in(request, visible_ticket(request, reference).store)


@login_required
@require_POST
def upload_for_new_ticket(request: HttpRequest) -> HttpResponse:
    """Take in one file, as above, for a ticket that is not there yet: its store may still be chosen."""
    return _taken_in(request, None)


def _taken_in(request: HttpRequest, store: Store | None) -> HttpResponse:
    files = FilesToSend()
    for each in request.FILES.getlist("file")[:1]:
        files.take(request, each, store)
    if not files.waiting:
        return HttpResponse("".join(files.refusals), status=422, content_type="text/plain; charset=utf-8")
    return render(request, "helpdesk/parts/given_file.html", {"file": files.waiting[0]}, status=201)


def files_to_send(request: HttpRequest, store: Store | None) -> FilesToSend:
    """Take in what the form brings, before anything is sent: what is refused afterwards still has its files."""
    files = _ticked(request)
    for each in request.FILES.getlist("files"):
        files.take(request, each, store)
    return files


def _ticked(request: HttpRequest) -> FilesToSend:
    numbers = [number for text in request.POST.getlist("attachments") if (number := read_number(text))]
    return FilesToSend.of(numbers, giver=agent_of(request))


def names_of_files(request: HttpRequest) -> list[str]:
    """Return what the files are called that would go along with a form; none is taken in."""
    brought = request.FILES.getlist("files")
    return [
        *(file.name for file in _ticked(request).waiting),
        *(kept_name(each.name or "") for each in brought),
    ]


def send_along(request: HttpRequest, numbers: Sequence[int], message: Message) -> None:
    """Put them on a message that was just written; raises `SentBefore` where it was sent already with others."""
    if message.received_at == now_of(request):
        message_files.put_on(message, numbers, giver=agent_of(request))
    else:
        refuse_other_files(message, numbers=numbers)
