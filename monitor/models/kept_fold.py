"""Folds that long tickets keep."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptFold(models.Model):
    """What the first events of a long ticket have made of it, so that the next one need not ask them again.

    Written by the relay only, with the clocks. It stands for every event up to `last_seq` that could be
    applied, and says what `clock.replay` says of them; what is wrong with it costs nothing once it is gone.
    """

    ticket = models.OneToOneField(
        "helpdesk.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="kept_fold"
    )
    last_seq = models.IntegerField()
    checkpoint = models.JSONField(help_text=_("a checkpoint of monitor/clock/checkpoint.py"))

    def __str__(self) -> str:
        return f"{self.ticket_id} up to {self.last_seq}"
