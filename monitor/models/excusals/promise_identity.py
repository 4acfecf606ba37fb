"""By what something that was said of a promise names it: never by the row of its clock, which is worked out anew."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Ticket
from monitor.models.clock_labels import METRIC_LABELS


class PromiseIdentity(models.Model):
    """A clock by its ticket, its metric and the event that started it; it may be broken no more, or be gone."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    metric = models.CharField(_("promise"), max_length=20, choices=METRIC_LABELS)
    start_seq = models.IntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.metric} {self.start_seq}"

    @property
    def identity(self) -> tuple[int, str, int]:
        return self.ticket_id, self.metric, self.start_seq
