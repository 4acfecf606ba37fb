"""Tickets: what a customer asked, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models.keys.api_key import ApiKey
from helpdesk.models.queue import Queue
from helpdesk.models.store import Store

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from helpdesk.models.agent import Agent


class Status(models.TextChoices):
    NEW = "new", _("new")
    OPEN = "open", _("open")
    PENDING = "pending", _("waiting for the customer")
    ON_HOLD = "on_hold", _("on hold")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("merged")
    SPAM = "spam", _("spam")
    DELETED = "deleted", _("deleted")


LIVE_STATUSES = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)


USUAL_CHANNELS = ("api", "email")
USUAL_LANGUAGES = ("en", "")
"""What most tickets are of: an index of the others takes nothing where tickets come in masses (`ticket_by_channel`)."""


class Priority(models.TextChoices):
    LOW = "low", _("low")
    NORMAL = "normal", _("normal")
    HIGH = "high", _("high")
    URGENT = "urgent", _("urgent")


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Questions about tickets; the only ways to reach one that somebody asked for by name."""

    def visible_to(self, viewer: Agent | ApiKey) -> Self:
        """Keep what the viewer may see: an agent their queues, an admin all, an API key its store."""
        if isinstance(viewer, ApiKey):
            return self.filter(store_id=viewer.store_id)
        if viewer.is_admin:
            return self
        return self.filter(queue__in=Queue.objects.visible_to(viewer))

    def asked_by(self, agent: Agent) -> Self:
        """Keep what the agent asked as a customer, by the e-mail of their login: a colleague answers it.

        The stores are named because the index of customers' addresses begins with them.
        """
        return self.filter(customer__store__in=Store.objects.values("pk"), customer__email_key=agent.email)

    def live(self) -> Self:
        return self.filter(status__in=LIVE_STATUSES)

    def in_environment(self, environment: str) -> Self:
        return self.filter(store__environment=environment)


class Ticket(models.Model):
    """One thing a customer asked, from the first message to the end."""

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    store = models.ForeignKey(
        "helpdesk.Store", on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    queue = models.ForeignKey(
        "helpdesk.Queue", on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    customer = models.ForeignKey(
        "helpdesk.Customer", on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    assignee = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.PROTECT, null=True, related_name="tickets", db_index=False
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged", db_index=False
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="followed_by",
        db_index=False,
        help_text=_("the ended ticket for which its customer wrote"),
    )
    topic = models.ForeignKey(
        "helpdesk.StoreTopic", on_delete=models.PROTECT, null=True, related_name="tickets", db_index=False
    )
    split_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="split_off",
        db_index=False,
        help_text=_("the ticket on which its messages stood before"),
    )
    external_id = models.CharField(max_length=200, null=True)
    subject = models.CharField(_("subject"), max_length=500)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.NEW)
    priority = models.CharField(
        _("priority"), max_length=6, choices=Priority.choices, default=Priority.NORMAL
    )
    channel = models.CharField(_("channel"), max_length=50, default="api")
    tier = models.CharField(_("tier"), max_length=50, blank=True)
    language = models.CharField(_("language"), max_length=35, blank=True)
    tags = ArrayField(models.CharField(max_length=100), default=list)
    metadata = models.JSONField(default=dict)
    order = models.JSONField(null=True)
    occurred_at = models.DateTimeField(_("asked at"), help_text=_("when the customer asked"))
    received_at = models.DateTimeField(_("received at"), help_text=_("when we got to know"))
    updated_at = models.DateTimeField(_("updated at"))  # by the database, whoever writes
    last_seq = models.IntegerField(default=0)
    last_event_at = models.DateTimeField(help_text=_("the latest time any of its events speaks of"))
    waiting_since = models.DateTimeField(
        _("waiting since"), null=True, help_text=_("the oldest customer message that no person has answered")
    )
    unacknowledged_since = models.DateTimeField(
        _("unacknowledged since"), null=True, help_text=_("when it asked for somebody to say “I have this”")
    )
    claim_ends_at = models.DateTimeField(
        _("claim ends at"),
        null=True,
        help_text=_(
            "when a claim on which nothing was done goes back to the queue; null: whoever has it keeps it"
        ),
    )
    silent_since = models.DateTimeField(
        _("silent since"),
        null=True,
        help_text=_(
            "since when it waits for its customer, who has been told everything, and nobody says a word"
        ),
    )
    reminded_at = models.DateTimeField(
        _("reminded at"), null=True, help_text=_("when its customer was reminded, once, in this silence")
    )
    begun = models.BooleanField(
        default=True,
        db_default=True,
        help_text=_("somebody asked, or heard from us: what bounced began nothing"),
    )

    relayed: Sequence[object] = ()
    """What the relays made of its latest change, as they returned it; theirs to read, and never stored."""

    noticed: Sequence[str | _StrPromise] = ()
    """What its latest change made of what was asked, in sentences for whoever asked; never stored."""

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(
                name="ticket_external_id_once_per_store",
                fields=["store", "external_id"],
                condition=Q(external_id__isnull=False),
            ),
            models.CheckConstraint(name="ticket_status_is_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="ticket_priority_is_known", condition=Q(priority__in=Priority.values)
            ),
            models.CheckConstraint(
                name="ticket_asked_before_it_was_received", condition=Q(occurred_at__lte=F("received_at"))
            ),
            models.CheckConstraint(
                name="ticket_merged_names_its_target",
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into=None)),
            ),
            models.CheckConstraint(
                name="ticket_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
        ]
        indexes = [
            models.Index(name="ticket_by_store_and_change", fields=["store", "updated_at", "id"]),
            models.Index(name="ticket_by_customer", fields=["customer", "-id"]),
            models.Index(name="ticket_by_status", fields=["queue", "store", "status", "-occurred_at", "-id"]),
            models.Index(
                name="ticket_by_priority",
                fields=["queue", "store", "priority", "-occurred_at", "-id"],
                include=["channel", "tier", "language"],
            ),
            models.Index(
                name="ticket_by_tier",
                fields=["tier", "queue", "store", "-occurred_at", "-id"],
                condition=~Q(tier=""),
            ),
            models.Index(
                name="ticket_by_channel",
                fields=["channel", "queue", "store", "-occurred_at", "-id"],
                condition=~Q(channel__in=USUAL_CHANNELS),
            ),
            models.Index(
                name="ticket_by_language",
                fields=["language", "queue", "store", "-occurred_at", "-id"],
                condition=~Q(language__in=USUAL_LANGUAGES),
            ),
            models.Index(
                name="ticket_by_assignee", fields=["assignee", "queue", "store", "-occurred_at", "-id"]
            ),
            models.Index(
                name="ticket_merged", fields=["merged_into"], condition=Q(merged_into__isnull=False)
            ),
            models.Index(
                name="ticket_waiting",
                fields=["waiting_since", "id"],
                condition=Q(waiting_since__isnull=False),
            ),
            models.Index(
                name="ticket_claim_ends",
                fields=["claim_ends_at"],
                condition=Q(claim_ends_at__isnull=False),
            ),
            models.Index(
                name="ticket_silent",
                fields=["queue", "silent_since"],
                condition=Q(silent_since__isnull=False, reminded_at=None),
            ),
            models.Index(
                name="ticket_reminded",
                fields=["queue", "reminded_at"],
                condition=Q(reminded_at__isnull=False),
            ),
            models.Index(name="ticket_follows", fields=["follows"], condition=Q(follows__isnull=False)),
            models.Index(
                name="ticket_by_topic_and_queue",
                fields=["topic", "queue", "-occurred_at", "-id"],
                condition=Q(topic__isnull=False),
            ),
            models.Index(
                name="ticket_split_from", fields=["split_from"], condition=Q(split_from__isnull=False)
            ),
            GinIndex(name="ticket_by_tag", fields=["tags"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_STATUSES
