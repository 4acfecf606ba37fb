"""Canned replies: answers that are kept to be used again, one's own or shared with a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.queue import Queue

if TYPE_CHECKING:
    from helpdesk.models.agent import Agent


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def there(self) -> Self:
        """Leave out what was removed, which its undo brings back."""
        return self.filter(removed_at=None)

    def visible_to(self, agent: Agent) -> Self:
        """Keep the agent's own, and those shared with queues whose tickets they see."""
        return self.filter(Q(owner=agent) | Q(queue__in=Queue.objects.visible_to(agent)))

    def kept_by(self, agent: Agent) -> Self:
        """Keep those that the agent may change: their own, and those shared with queues that they oversee."""
        return self.filter(Q(owner=agent) | Q(queue__in=Queue.objects.overseen_by(agent)))

    def naming(self, words: str) -> Self:
        """Keep those in whose name or texts all the words stand."""
        found = self
        for word in words.split()[:10]:
            texts = CannedText.objects.filter(body__icontains=word).values("reply")
            found = found.filter(Q(name__icontains=word) | Q(pk__in=texts))
        return found

    def most_used_first(self) -> Self:
        return self.order_by("-uses", "name", "pk")


class CannedReply(models.Model):
    """An answer kept under a name, in one language or several, with what is done to the ticket besides."""

    name = VisibleLineField(_("name"), max_length=100)
    owner = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.CASCADE, null=True, related_name="canned_replies"
    )
    queue = models.ForeignKey(
        "helpdesk.Queue", on_delete=models.CASCADE, null=True, related_name="canned_replies"
    )
    actions = ArrayField(
        models.CharField(max_length=110),
        default=list,
        blank=True,
        help_text=_("what is done to the ticket once it is sent, each a word, a colon and a value"),
    )
    holding = models.BooleanField(
        _("holding"),
        default=False,
        db_default=False,
        help_text=_("it says no more than that somebody has seen what was asked"),
    )
    files = ArrayField(models.BigIntegerField(), default=list, help_text=_("numbers of files that go along"))
    uses = models.IntegerField(_("times used"), default=0)
    used_at = models.DateTimeField(_("last used"), null=True)
    removed_at = models.DateTimeField(null=True, help_text=_("it can be brought back for a while"))

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        constraints = [
            models.CheckConstraint(
                name="canned_reply_is_own_or_shared",
                condition=Q(owner=None, queue__isnull=False) | Q(owner__isnull=False, queue=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CannedText(models.Model):
    """What a canned reply says in one language."""

    reply = models.ForeignKey(CannedReply, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=35)
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("text of a canned reply")
        verbose_name_plural = _("texts of canned replies")
        constraints = [
            models.UniqueConstraint(name="canned_text_one_per_language", fields=["reply", "language"]),
        ]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.language}"
