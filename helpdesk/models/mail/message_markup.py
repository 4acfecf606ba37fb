"""What a mail said as HTML, made harmless, beside the text of its message."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from helpdesk.models.message import Message


class MessageMarkup(models.Model):
    """The HTML of a message, where it shows more than the text; a row of its own, which lists do not read.

    It is harmless, and its pictures are named and not loaded (`helpdesk.mail.markup`).
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="markup")
    html = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(name="message_markup_is_not_empty", condition=~Q(html=""))]

    def __str__(self) -> str:
        return str(self.message)
