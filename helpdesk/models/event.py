"""Ticket events: history page, audit trail and outbox at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction_id import CurrentTransactionId, TransactionId
from helpdesk.models.author import Author


class EventKind(models.TextChoices):
    """What can happen to a ticket, in the past tense; each is described in docs/clocks.md."""

    OPENED = "opened", _("opened")
    CUSTOMER_MESSAGE_RECEIVED = "customer_message_received", _("customer message received")
    PUBLIC_REPLY_SENT = "public_reply_sent", _("public reply sent")
    NOTE_ADDED = "note_added", _("note added")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    ASSIGNED = "assigned", _("assigned")
    UNASSIGNED = "unassigned", _("unassigned")
    STATUS_CHANGED = "status_changed", _("status changed")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    REOPENED = "reopened", _("reopened")
    NO_REPLY_NEEDED_MARKED = "no_reply_needed_marked", _("no reply needed")
    PRIORITY_CHANGED = "priority_changed", _("priority changed")
    QUEUE_CHANGED = "queue_changed", _("queue changed")
    TAGS_CHANGED = "tags_changed", _("tags changed")
    TIER_CHANGED = "tier_changed", _("tier changed")
    TOPIC_CHANGED = "topic_changed", _("topic changed")
    ORDER_CHANGED = "order_changed", _("order changed")
    CUSTOMER_CHANGED = "customer_changed", _("customer changed")
    DUE_TIME_SET = "due_time_set", _("due time set")
    DUE_TIME_CLEARED = "due_time_cleared", _("due time cleared")
    MERGED_INTO = "merged_into", _("merged into another ticket")
    ABSORBED = "absorbed", _("another ticket merged in")
    VOIDED = "voided", _("put aside")
    RESTORED = "restored", _("restored")
    REPLY_BOUNCED = "reply_bounced", _("reply bounced")
    REPLY_DELAYED = "reply_delayed", _("reply not accepted yet")
    REPLY_LEFT = "reply_left", _("reply accepted after all")
    SNOOZED = "snoozed", _("snoozed")
    SNOOZE_ENDED = "snooze_ended", _("snoozed no more")
    UNDONE = "undone", _("undone")
    SPLIT_OFF = "split_off", _("messages split off")


WAITING = Q(relayed_at=None, set_aside_at=None)
BY_SILENCE = Q(kind=EventKind.RESOLVED, payload__reason="silence")
RESORTED = Q(kind__in=[EventKind.PRIORITY_CHANGED, EventKind.QUEUE_CHANGED])
SET_ASIDE = Q(relayed_at=None, set_aside_at__isnull=False)

LONGEST_REST = timedelta(minutes=5)
"""How long a ticket whose events could not be relayed is left alone at most."""


class TicketEventQuerySet(models.QuerySet["TicketEvent"]):
    def waiting(self) -> Self:
        """Keep events that no relay has applied yet and that are not set aside."""
        return self.filter(WAITING)

    def ready_tickets(self, now: datetime) -> models.QuerySet[TicketEvent, int]:
        """Return the ids of tickets with waiting events, in order, but of those that rest after a failure.

        A rest that is longer than any was begun by a clock that was fast.
        """
        tickets = self.waiting().values("ticket_id").annotate(rests_until=models.Max("retry_at"))
        rested = Q(rests_until=None) | Q(rests_until__lte=now) | Q(rests_until__gt=now + LONGEST_REST)
        return tickets.filter(rested).order_by("ticket_id").values_list("ticket_id", flat=True)

    def ends_by_silence(self) -> Self:
        """Keep what resolved a ticket because nobody said a word, unless it was reopened or resolved since."""
        since = TicketEvent.objects.filter(ticket=models.OuterRef("ticket"), seq__gt=models.OuterRef("seq"))
        ended_otherwise = since.filter(kind__in=[EventKind.RESOLVED, EventKind.REOPENED])
        return self.filter(BY_SILENCE).exclude(models.Exists(ended_otherwise))

    def set_aside(self) -> Self:
        return self.filter(SET_ASIDE)


class TicketEvent(models.Model):
    """A dated fact about a ticket; append-only. Holds ids, codes and numbers, never names or text."""

    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.CASCADE, related_name="events", db_index=False
    )
    store = models.ForeignKey("helpdesk.Store", on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.IntegerField(help_text=_("1, 2, 3 … within the ticket"))
    kind = models.CharField(max_length=32, choices=EventKind.choices)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    imported = models.BooleanField(default=False)
    told = models.BooleanField(
        null=True, help_text=_("its time was told from outside; null: where it lies before the receipt")
    )
    actor_kind = models.CharField(max_length=11, choices=Author.choices)
    actor = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Written with its message or after it. The database would look through all events for every message deleted.
    message = models.ForeignKey(
        "helpdesk.Message", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    payload = models.JSONField(default=dict)
    txid = TransactionId(db_default=CurrentTransactionId())
    relayed_at = models.DateTimeField(null=True)
    failures = models.SmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    retry_at = models.DateTimeField(null=True, help_text=_("its ticket is left alone until then"))
    set_aside_at = models.DateTimeField(null=True)

    objects = TicketEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")
        constraints = [
            models.UniqueConstraint(name="ticket_event_one_per_seq", fields=["ticket", "seq"]),
            models.CheckConstraint(name="ticket_event_kind_is_known", condition=Q(kind__in=EventKind.values)),
        ]
        indexes = [
            models.Index(name="ticket_event_waiting", fields=["ticket"], condition=WAITING),
            models.Index(name="ticket_event_set_aside", fields=["ticket"], condition=SET_ASIDE),
            models.Index(
                name="ticket_event_moves", fields=["recorded_at"], condition=Q(kind=EventKind.QUEUE_CHANGED)
            ),
            models.Index(name="ticket_event_resorted", fields=["ticket"], condition=RESORTED),
            models.Index(name="ticket_event_silence", fields=["ticket"], condition=BY_SILENCE),
            BrinIndex(name="ticket_event_recorded", fields=["recorded_at"], autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.seq} {self.kind}"
