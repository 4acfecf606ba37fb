"""What was said on a ticket."""

from __future__ import annotations

from typing import Any, Final, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from helpdesk.models.author import Author


class Way(models.TextChoices):
    """How an answer reached the customer that was not written here."""

    PHONE = "phone", _("answered by phone")
    IN_PERSON = "in_person", _("answered in person")
    CHAT = "chat", _("answered in a chat")
    MAIL = "mail", _("answered outside Attend")

    @classmethod
    def told(cls) -> list[tuple[str, Any]]:
        """Return those of which somebody tells, with their words; a mail is found where it was sent."""
        return [(way.value, way.label) for way in cls if way is not cls.MAIL]


GLANCE: Final = 200
"""So many characters of a message are more than a line of a list can show."""


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> Self:
        return self.filter(public=True)

    def in_order(self) -> Self:
        return self.order_by("sent_at", "id")


class Message(models.Model):
    """One thing said on a ticket, in public or as an internal note."""

    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    store = models.ForeignKey("helpdesk.Store", on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.CharField(_("author"), max_length=11, choices=Author.choices)
    agent = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    author_name = models.CharField(
        _("name"), max_length=200, blank=True, help_text=_("of an author who has no account here")
    )
    public = models.BooleanField(_("public"))
    automatic = models.BooleanField(_("automatic"), default=False)
    holding = models.BooleanField(
        _("holding"),
        default=False,
        db_default=False,
        help_text=_("it says no more than that somebody has seen what was asked"),
    )
    way = models.CharField(
        _("way"),
        max_length=9,
        choices=Way.choices,
        blank=True,
        db_default="",
        default="",
        help_text=_("by which an answer was given that is only noted here"),
    )
    body = models.TextField(_("text"))
    rest = models.TextField(
        blank=True,
        db_default="",
        help_text=_("what was too long and was cut off, of the text or of its ticket"),
    )
    external_id = models.CharField(max_length=200, null=True)
    sent_at = models.DateTimeField(_("sent at"))
    received_at = models.DateTimeField(_("received at"))
    bounced_at = models.DateTimeField(_("bounced at"), null=True)
    bounce_reason = models.CharField(
        _("why it bounced"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_("in a server's words, which may repeat addresses"),
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                name="message_external_id_once_per_ticket",
                fields=["ticket", "external_id"],
                condition=Q(external_id__isnull=False),
            ),
            models.CheckConstraint(name="message_author_is_known", condition=Q(author__in=Author.values)),
            models.CheckConstraint(name="message_way_is_known", condition=Q(way__in=["", *Way.values])),
            models.CheckConstraint(
                name="message_from_a_customer_is_public", condition=~Q(author="customer") | Q(public=True)
            ),
        ]
        indexes = [
            models.Index(name="message_in_order", fields=["ticket", "sent_at", "id"]),
            models.Index(
                name="message_by_external_id",
                fields=["store", "external_id"],
                condition=Q(external_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}#{self.pk}"

    @property
    def is_with_outsiders(self) -> bool:
        """Whether it is a letter to people who are neither the customer nor one of us, or what such a person wrote."""
        return not self.public and (self.author == Author.THIRD_PARTY or hasattr(self, "mailed"))

    @property
    def is_marked(self) -> bool:
        """Whether marks in its text are meant: an agent has written it, and not in another program."""
        return self.author == Author.AGENT and self.agent_id is not None and self.way != Way.MAIL


def last_words(ticket: str) -> Subquery:
    """Return an annotation that says the beginning of what the customer wrote last; null where they wrote nothing.

    `ticket` is the row's column with the ticket's number. It is read from the end of the ticket's messages.
    """
    said = Message.objects.filter(ticket=OuterRef(ticket), author=Author.CUSTOMER, automatic=False)
    return Subquery(said.order_by("-sent_at", "-id").values(glance=Left("body", GLANCE))[:1])
