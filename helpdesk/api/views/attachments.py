"""Files: given before the message that they are for, and read from the messages that have them."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from helpdesk.api import message_shapes
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.request import request_body
from helpdesk.api.request.path_number import number_in
from helpdesk.api.ticket_representation import represent_attachment
from helpdesk.attachments import file_answer
from helpdesk.attachments.file_keeping import GivenFile, take_in
from helpdesk.models import Attachment, Scope


class Attachments(Door):
    """Files that a key gives."""

    @Operation(
        name="giveAttachment",
        summary="Give a file",
        description="The file itself is the body. It waits a day for the message or ticket of this key that names"
        " its id in `attachments`.",
        scope=Scope.WRITE,
        query=message_shapes.AttachmentQuery,
        is_raw=True,
        answers={201: message_shapes.AttachmentShape},
        idempotency_key=True,
    )
    def post(self, request: Request) -> HttpResponse:
        query = self.ask(message_shapes.AttachmentQuery)
        file = GivenFile(query.name, request_body.raw_file(self.plain))
        self.given = {"name": query.name, "sha256": file.digest.hex()}
        given = take_in(file, giver=self.key, store=self.key.store, now=self.now)
        return self.transact(lambda now: self._told(given, now))

    def _told(self, given: Attachment, now: datetime) -> HttpResponse:
        """Tell of what was kept before the transaction began; of a repeat that is swept, and the first one is told."""
        return answer(represent_attachment(given), status=201, location=f"/api/v1/attachments/{given.pk}")


class OneAttachment(Door):
    """A file of a message."""

    @Operation(
        name="readAttachment",
        summary="Read a file of a message",
        description="Its bytes, as a download. A note's file needs the scope `notes` too.",
        scope=Scope.READ,
        answers={200: bytes},
    )
    def get(self, request: Request, attachment: str) -> HttpResponse:
        files = Attachment.objects.visible_to(self.key).kept()
        return file_answer.as_download(get_object_or_404(files, pk=number_in(attachment)))
