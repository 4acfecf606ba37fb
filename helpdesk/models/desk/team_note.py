"""Team notes: what was answered once, kept for whoever in the queue is asked the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.queue import Queue

if TYPE_CHECKING:
    from helpdesk.models.agent import Agent


class TeamNoteQuerySet(models.QuerySet["TeamNote"]):
    def there(self) -> Self:
        """Leave out what was removed, which its undo brings back."""
        return self.filter(removed_at=None)

    def visible_to(self, agent: Agent) -> Self:
        return self.filter(queue__in=Queue.objects.visible_to(agent))

    def changeable_by(self, agent: Agent) -> Self:
        """Keep what the agent has kept themself in queues of theirs, and all of queues that they oversee."""
        own = Q(kept_by=agent, queue__in=Queue.objects.visible_to(agent))
        return self.filter(own | Q(queue__in=Queue.objects.overseen_by(agent)))

    def naming(self, words: str) -> Self:
        """Keep those in whose title or text all the words stand."""
        found = self
        for word in words.split()[:10]:
            found = found.filter(Q(title__icontains=word) | Q(body__icontains=word))
        return found


class TeamNote(models.Model):
    """An answer under a title, for the people of one queue; used like a canned reply, and counted."""

    title = VisibleLineField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    queue = models.ForeignKey("helpdesk.Queue", on_delete=models.CASCADE, related_name="team_notes")
    topic = models.ForeignKey(
        "helpdesk.StoreTopic",
        on_delete=models.SET_NULL,
        null=True,
        related_name="notes",
        verbose_name=_("topic"),
    )
    message = models.ForeignKey(
        "helpdesk.Message",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("the answer of which it was made"),
    )
    kept_by = models.ForeignKey("helpdesk.Agent", on_delete=models.PROTECT, related_name="+", db_index=False)
    kept_at = models.DateTimeField(_("kept at"))
    uses = models.IntegerField(_("times used"), default=0)
    used_at = models.DateTimeField(_("last used"), null=True)
    removed_at = models.DateTimeField(null=True, help_text=_("it can be brought back for a while"))

    objects = TeamNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("team note")
        verbose_name_plural = _("team notes")
        indexes = [GinIndex(OpClass("title", name="gin_trgm_ops"), name="team_note_by_part_of_title")]

    def __str__(self) -> str:
        return self.title
