"""Mail as it came: kept whole before anybody reads it, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models.agent import Agent
from helpdesk.models.keys.api_key import ApiKey
from helpdesk.models.queue import Queue
from helpdesk.models.store import Store


class MailOutcome(models.TextChoices):
    """What became of a mail that was read."""

    OPENED = "opened", _("opened a ticket")
    JOINED = "joined", _("joined a ticket")
    AUTOMATIC = "automatic", _("sent by a machine")
    BOUNCE = "bounce", _("a delivery report")
    PASSED = "passed", _("passed over")
    SET_ASIDE = "set_aside", _("set aside")
    BLOCKED = "blocked", _("stopped: its sender is blocked")


class MailReason(models.TextChoices):
    """Why it became just that, where it isn't plain."""

    UNREADABLE = "unreadable", _("It could not be read.")
    BROKEN_OFF = "broken_off", _("Reading it was broken off each time.")
    NOBODY = "nobody", _("It names nobody who could be answered.")
    TOO_MANY = "too_many", _("There was too much mail from this address within an hour.")
    KNOWN = "known", _("The same message had come before.")
    THIRD_PARTY = "third_party", _("Somebody else wrote into a customer's conversation.")
    FOLLOW_UP = "follow_up", _("Its ticket had ended: this one follows it.")
    NO_TICKET = "no_ticket", _("It belongs to no ticket.")
    MAY_ARRIVE = "may_arrive", _("What it tells of may still arrive.")
    TAKEN_BACK = "taken_back", _("The reply that it tells of never arrived.")
    OUTSIDE = "outside", _("Somebody answered outside Attend.")
    TO_OTHERS = "to_others", _("It was sent to somebody else than the customer.")
    EARLIER = "earlier", _("It was sent before what opened its ticket.")
    ENDED = "ended", _("Its ticket had ended.")
    ERASED = "erased", _("Its customer has been erased.")
    NOT_OURS = "not_ours", _("It lay in the folder of what was sent, and somebody else wrote it.")


_UNREAD = Q(read_at=None)
_READ = Q(read_at__isnull=False)
_SET_ASIDE = Q(outcome=MailOutcome.SET_ASIDE)
_BLOCKED = Q(outcome=MailOutcome.BLOCKED)


class RawMailQuerySet(models.QuerySet["RawMail"]):
    def visible_to(self, key: ApiKey) -> Self:
        return self.filter(store=key.store_id)

    def overseen_by(self, agent: Agent) -> Self:
        """Keep the mail of the stores of which the agent oversees a queue, its own or a mailbox's."""
        queues = Queue.objects.overseen_by(agent)
        theirs = Store.objects.filter(Q(default_queue__in=queues) | Q(mailboxes__queue__in=queues))
        return self.filter(store__in=theirs)

    def unread(self) -> Self:
        return self.filter(_UNREAD)

    def ready(self, now: datetime) -> Self:
        """Keep what may be read now, but for what somebody reads just then, or rests after a failure."""
        return self.unread().filter(Q(rests_until=None) | Q(rests_until__lte=now))

    def read(self) -> Self:
        return self.filter(_READ)

    def whole(self) -> Self:
        """Keep those whose bytes are still there."""
        return self.filter(original__isnull=False)

    def set_aside(self) -> Self:
        return self.filter(_SET_ASIDE)

    def blocked(self) -> Self:
        return self.filter(_BLOCKED)

    def kept_back(self) -> Self:
        """Keep what was read and became nothing on a ticket, so that it may be read again."""
        return self.filter(_SET_ASIDE | _BLOCKED)


class RawMail(models.Model):
    """A mail that a store received, once however often it was brought. Its bytes are a row of their own.

    A mail from a mailbox to itself may lie, byte for byte, where mail comes and where it was sent: there it is two.
    """

    store = models.ForeignKey("helpdesk.Store", on_delete=models.PROTECT, related_name="+", db_index=False)
    mailbox = models.ForeignKey(
        "helpdesk.Mailbox",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        help_text=_("where it was fetched; of mail that was brought to us nobody knows"),
    )
    was_sent = models.BooleanField(
        default=False, db_default=False, help_text=_("it lay in the mailbox's folder of what was sent")
    )
    digest = models.BinaryField(max_length=32, help_text=_("SHA-256 of its bytes"))
    size = models.PositiveIntegerField(_("size"))
    received_at = models.DateTimeField(_("received at"))
    arrived_at = models.DateTimeField(null=True, help_text=_("of history: when its server received it"))
    history = models.ForeignKey(
        "helpdesk.MailboxHistory", on_delete=models.SET_NULL, null=True, related_name="mails", db_index=False
    )
    sender_key = models.CharField(
        max_length=640, blank=True, db_default="", help_text=_("the e-mail of its writer in lower case")
    )

    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    rests_until = models.DateTimeField(null=True, help_text=_("left alone until then"))
    asked_again_at = models.DateTimeField(null=True, help_text=_("when somebody asked to have it read again"))
    read_at = models.DateTimeField(_("read at"), null=True)
    outcome = models.CharField(_("what became of it"), max_length=9, choices=MailOutcome.choices, blank=True)
    reason = models.CharField(_("why"), max_length=11, choices=MailReason.choices, blank=True)
    detail = models.CharField(
        max_length=500,
        blank=True,
        help_text=_("what went wrong, in its own words; of blocked mail its subject"),
    )
    message = models.ForeignKey(
        "helpdesk.Message", on_delete=models.CASCADE, null=True, related_name="raw_mails"
    )
    block = models.ForeignKey(
        "helpdesk.SenderBlock", on_delete=models.SET_NULL, null=True, related_name="mails", db_index=False
    )

    objects = RawMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.UniqueConstraint(name="raw_mail_once_per_store", fields=["store", "digest", "was_sent"]),
            models.CheckConstraint(
                name="raw_mail_outcome_is_known", condition=Q(outcome__in=["", *MailOutcome.values])
            ),
            models.CheckConstraint(
                name="raw_mail_reason_is_known", condition=Q(reason__in=["", *MailReason.values])
            ),
            models.CheckConstraint(
                name="raw_mail_became_something_once_read",
                condition=Q(_UNREAD, outcome="") | Q(_READ) & ~Q(outcome=""),
            ),
            models.CheckConstraint(name="raw_mail_set_aside_says_why", condition=~_SET_ASIDE | ~Q(reason="")),
            models.CheckConstraint(
                name="raw_mail_on_a_ticket_is_a_message",
                condition=~Q(outcome__in=[MailOutcome.OPENED, MailOutcome.JOINED]) | Q(message__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="raw_mail_unread", fields=["id"], condition=_UNREAD),
            models.Index(name="raw_mail_set_aside", fields=["store", "-id"], condition=_SET_ASIDE),
            models.Index(
                name="raw_mail_by_sender",
                fields=["store", "sender_key", "received_at"],
                condition=~Q(sender_key=""),
            ),
            models.Index(name="raw_mail_by_age", fields=["received_at"]),
            models.Index(name="raw_mail_blocked", fields=["block", "-id"], condition=Q(block__isnull=False)),
            models.Index(name="raw_mail_blocked_by_age", fields=["received_at"], condition=_BLOCKED),
            models.Index(
                name="raw_mail_of_history", fields=["history", "id"], condition=Q(history__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class RawMailBytes(models.Model):
    """The bytes of a mail, apart from what lists are made of."""

    mail = models.OneToOneField(RawMail, on_delete=models.CASCADE, primary_key=True, related_name="original")
    raw = models.BinaryField()

    def __str__(self) -> str:
        return str(self.mail)


class MailId(models.Model):
    """A `Message-ID` of a store's mail, in or out, and the ticket that it belongs to.

    Without a message it was only spoken of by another mail: the one that bears it has not come yet.
    """

    store = models.ForeignKey("helpdesk.Store", on_delete=models.PROTECT, related_name="+", db_index=False)
    value = models.CharField(max_length=998, help_text=_("without angle brackets"))
    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.CASCADE, related_name="mail_ids")
    message = models.ForeignKey(
        "helpdesk.Message", on_delete=models.CASCADE, null=True, related_name="mail_ids"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="mail_id_once_per_store", fields=["store", "value"]),
            models.CheckConstraint(name="mail_id_is_not_empty", condition=~Q(value="")),
        ]

    def __str__(self) -> str:
        return self.value
