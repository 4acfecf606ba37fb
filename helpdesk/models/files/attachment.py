"""Files on messages, and files that were given and are on none yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models.agent import Agent
from helpdesk.models.desk.canned_reply import CannedReply
from helpdesk.models.keys.api_key import ApiKey, Scope
from helpdesk.models.mail.held_reply import HeldReply
from helpdesk.models.message import Message
from helpdesk.models.ticket import Ticket

GIVEN_FOR: Final = timedelta(days=1)
"""How long a file that somebody gave waits for the message that it is for."""

ON_ITS_WAY_FOR: Final = timedelta(minutes=10)
"""How long whoever keeps a file that is nobody's may take until it is on a message: longer than any task or request."""


PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""Types of pictures that are drawn anew, to be shown."""


class LeftOut(models.TextChoices):
    """Why a file of a mail is named on its message, and stays in the mail."""

    TOO_LARGE = "too_large", _("too large")
    TOO_MANY = "too_many", _("too many")
    NOT_KEPT = "not_kept", _("could not be kept")


_LOOSE = Q(message=None)
_UNWANTED = Q(message=None, draft=None)
_NOBODYS = Q(agent=None, api_key=None)
_UNSCANNED = Q(kept_at__isnull=False, scanned_at=None)
_UNDRAWN = Q(content_type__in=PICTURES, kept_at__isnull=False, drawn_at=None)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, viewer: Agent | ApiKey) -> Self:
        """Keep files on messages that the viewer may read: of a key without the scope for them, no note's."""
        theirs = self.filter(message__ticket__in=Ticket.objects.visible_to(viewer))
        reads_notes = isinstance(viewer, Agent) or Scope.NOTES in viewer.scopes
        return theirs if reads_notes else theirs.filter(message__public=True)

    def given_by(self, giver: Agent | ApiKey) -> Self:
        """Keep whole files that they gave and that are on no message yet."""
        whose: dict[str, Any] = {"agent" if isinstance(giver, Agent) else "api_key": giver}
        return self.filter(_LOOSE, kept_at__isnull=False, **whose)

    def fit_for(self, message: Message) -> Self:
        """Keep those given for the message's store, and those given for whichever one is chosen."""
        return self.filter(Q(store=message.store_id) | Q(store=None))

    def kept(self) -> Self:
        """Keep those whose bytes are here."""
        return self.filter(kept_at__isnull=False)

    def undrawn(self) -> Self:
        """Keep pictures of which nobody has tried to make a preview."""
        scanned = Q(scanned_at__isnull=False) if settings.CLAMD else Q()
        return self.filter(_UNDRAWN, scanned, infection="")

    def unscanned(self, now: datetime) -> Self:
        """Keep those that the virus scanner may look into now."""
        return self.filter(_UNSCANNED).filter(Q(scan_rests_until=None) | Q(scan_rests_until__lte=now))

    def needless(self, now: datetime) -> Self:
        """Keep those that nobody will put on a message any more, or whose message is gone.

        What a draft has, a canned reply, or a reply that is held, is waited for as long as that is there.
        """
        waited = Q(_NOBODYS, given_at__lt=now - ON_ITS_WAY_FOR) | Q(given_at__lt=now - GIVEN_FOR)
        held = HeldReply.objects.filter(files__contains=[OuterRef("pk")])
        canned = CannedReply.objects.filter(files__contains=[OuterRef("pk")])
        return self.filter(_UNWANTED & waited).exclude(Exists(held)).exclude(Exists(canned))


class Attachment(models.Model):
    """A file. Its bytes are in the storage under `path`, from `kept_at` on, and until this row is gone.

    Whoever deletes a message leaves the file to be swept, bytes first: so no bytes are ever without a row. Until it is
    on a message it is whoever's gave it; nobody's, while a mail is being filed. In a draft it waits as long as that.
    """

    store = models.ForeignKey(
        "helpdesk.Store",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text=_("null: of whichever its message will be"),
    )
    message = models.ForeignKey(
        "helpdesk.Message", on_delete=models.SET_NULL, null=True, related_name="attachments"
    )
    agent = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    api_key = models.ForeignKey(
        "helpdesk.ApiKey", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    draft = models.ForeignKey(
        "helpdesk.Draft", on_delete=models.SET_NULL, null=True, related_name="files", db_index=False
    )
    name = models.CharField(_("name"), max_length=200, blank=True, help_text=_("as strangers have given it"))
    content_type = models.CharField(_("type"), max_length=100, help_text=_("as it was found in the content"))
    size = models.PositiveIntegerField(_("size"))
    digest = models.BinaryField(max_length=32, help_text=_("SHA-256 of its bytes"))
    content_id = models.CharField(
        max_length=998,
        blank=True,
        db_default="",
        default="",
        help_text=_("by which the mail's HTML shows it"),
    )
    path = models.CharField(max_length=40, blank=True, help_text=_("its name in the storage"))
    given_at = models.DateTimeField(_("given at"))
    kept_at = models.DateTimeField(null=True, help_text=_("since when all its bytes are in the storage"))
    scanned_at = models.DateTimeField(null=True, help_text=_("when a virus scanner gave its verdict"))
    scan_rests_until = models.DateTimeField(null=True, help_text=_("left alone until then"))
    infection = models.CharField(max_length=200, blank=True, default="", db_default="")
    drawn_at = models.DateTimeField(null=True, help_text=_("when a preview was tried"))
    has_preview = models.BooleanField(db_default=False, default=False)
    left_out = models.CharField(max_length=9, choices=LeftOut.choices, blank=True, default="", db_default="")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(name="attachment_path_once", fields=["path"], condition=~Q(path="")),
            models.CheckConstraint(
                name="attachment_left_out_reason_is_known", condition=Q(left_out__in=["", *LeftOut.values])
            ),
            models.CheckConstraint(
                name="attachment_has_a_path_or_is_left_out",
                condition=Q(path="", kept_at=None) & ~Q(left_out="") | ~Q(path="") & Q(left_out=""),
            ),
            models.CheckConstraint(
                name="attachment_on_a_message_is_whole",
                condition=_LOOSE | Q(kept_at__isnull=False) | ~Q(left_out=""),
            ),
            models.CheckConstraint(
                name="attachment_on_a_message_is_its_stores", condition=_LOOSE | Q(store__isnull=False)
            ),
            models.CheckConstraint(name="attachment_on_a_message_is_nobodys", condition=_LOOSE | _NOBODYS),
            models.CheckConstraint(
                name="attachment_on_a_message_is_in_no_draft", condition=_LOOSE | Q(draft=None)
            ),
        ]
        indexes = [
            models.Index(name="attachment_unwanted", fields=["given_at"], condition=_UNWANTED),
            models.Index(name="attachment_of_draft", fields=["draft"], condition=Q(draft__isnull=False)),
            models.Index(name="attachment_unscanned", fields=["id"], condition=_UNSCANNED),
            models.Index(name="attachment_undrawn", fields=["id"], condition=_UNDRAWN),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def waits_for_scan(self) -> bool:
        """Whether it is held until a virus scanner has looked into it."""
        return bool(settings.CLAMD) and self.scanned_at is None

    @property
    def preview_path(self) -> str:
        """Where its preview lies in the storage, if it has one."""
        return f"{self.path}-preview"
