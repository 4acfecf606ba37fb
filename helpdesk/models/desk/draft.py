"""What agents are writing and have not sent: it outlives tab, session, device and server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models.ticket import Ticket

if TYPE_CHECKING:
    from helpdesk.models.agent import Agent


class DraftKind(models.TextChoices):
    COMPOSER = "composer", _("reply or note")
    ELSEWHERE = "elsewhere", _("answer given elsewhere")
    INQUIRY = "inquiry", _("question to somebody outside")
    OUTSIDE = "outside", _("answer to a third party")
    NEW_TICKET = "new_ticket", _("new conversation")


class DraftQuerySet(models.QuerySet["Draft"]):
    """Questions about drafts. There is none in which nothing is written: whoever has one is writing, or was."""

    def on(self, ticket: Ticket) -> Self:
        """Keep what is being written on a ticket, whoever writes it and to whom."""
        return self.filter(ticket=ticket)

    def by(self, agent: Agent) -> Self:
        return self.filter(author=agent)

    def visible_to(self, agent: Agent) -> Self:
        """Keep one's own, and what colleagues have begun on tickets that the agent may see."""
        return self.filter(Q(author=agent) | Q(ticket__in=Ticket.objects.visible_to(agent)))


class Draft(models.Model):
    """One text of one agent at one place, as it was saved last. `fields` are all others of its form, as they stood.

    It goes in the transaction in which something with its token is sent, or held. `version` counts savings: who saves
    over another version than they know is told so. A page that saves counts its own (`page`, `nth`), so that what
    arrives late or twice is known.
    """

    author = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.PROTECT, related_name="drafts", db_index=False
    )
    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.CASCADE, null=True, related_name="drafts")
    kind = models.CharField(max_length=10, choices=DraftKind.choices)
    answers = models.ForeignKey(
        "helpdesk.Message",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        help_text=_("the third party's message that it is for"),
    )
    body = models.TextField(_("text"))
    fields = models.JSONField(
        default=dict, help_text=_("lists of what stood in each other field, by its name")
    )
    token = models.UUIDField(help_text=_("under which it will be sent"))
    version = models.PositiveIntegerField(default=1)
    page = models.UUIDField(help_text=_("the page that saved it, as opened once in one tab"))
    nth = models.PositiveIntegerField(help_text=_("the how manieth time that page saved"))
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(
                name="draft_one_at_a_place",
                fields=["author", "ticket", "kind", "answers"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="draft_kind_is_known", condition=Q(kind__in=DraftKind.values)),
            models.CheckConstraint(
                name="draft_has_a_ticket_unless_it_begins_one",
                condition=Q(kind=DraftKind.NEW_TICKET) & Q(ticket=None)
                | ~Q(kind=DraftKind.NEW_TICKET) & Q(ticket__isnull=False),
            ),
            models.CheckConstraint(
                name="draft_to_a_third_party_says_to_which",
                condition=Q(kind=DraftKind.OUTSIDE) & Q(answers__isnull=False)
                | ~Q(kind=DraftKind.OUTSIDE) & Q(answers=None),
            ),
        ]
        indexes = [
            models.Index(name="draft_by_age", fields=["saved_at"]),
            models.Index(name="draft_answers", fields=["answers"], condition=Q(answers__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}#{self.pk}"

    @property
    def is_note(self) -> bool:
        """Whether it is being written for colleagues only."""
        return "note" in (*self.fields.get("mode", ()), *self.fields.get("then", ()))
