"""Mailboxes: the addresses by which a store is written to and writes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.mail.line_security import LineSecurity
from helpdesk.models.mail.mailbox_consent import SignIn
from helpdesk.models.store import Environment
from helpdesk.secrets.sealed_field import SealedField, closed


class MailboxMode(models.TextChoices):
    """What Attend does with a mailbox."""

    FULL = "full", _("read and answer")
    WATCH = "watch", _("watch only: read, and let nothing leave")


def folded_address(address: str) -> str:
    """Return an address as it is kept and compared: without capitals, whatever RFC 5321 says of the part before @."""
    return address.strip().casefold()


def default_folders() -> list[str]:
    return ["INBOX"]


def _host(of_what: Any) -> Any:
    return VisibleLineField(of_what, max_length=253, blank=True)


def _port(standard: int) -> Any:
    bounds = [MinValueValidator(1), MaxValueValidator(65535)]
    return models.PositiveIntegerField(_("port"), default=standard, validators=bounds)


def _security(usual: LineSecurity) -> Any:
    return models.CharField(_("encryption"), max_length=8, choices=LineSecurity.choices, default=usual)


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def in_environment(self, environment: str) -> Self:
        return self.filter(environment=environment)

    def answering(self) -> Self:
        """Keep those by which something may leave."""
        return self.filter(mode=MailboxMode.FULL)

    def read_by_us(self) -> Self:
        """Keep those that Attend fetches from; mail of the others is brought to it."""
        return self.exclude(imap_host="")

    def known_by(self, addresses: Collection[str]) -> Self:
        """Keep those that have one of the addresses, as their own or as an alias."""
        folded = [folded_address(each) for each in addresses]
        return self.filter(Q(address__in=folded) | Q(aliases__overlap=folded))


class Mailbox(models.Model):
    """An address of a store: what comes there goes to its queue, and answers leave from it.

    A login is whom its server knows us as, which need not be the address: a shared mailbox has none of its own.
    """

    store = models.ForeignKey("helpdesk.Store", on_delete=models.CASCADE, related_name="mailboxes")
    environment = models.CharField(
        max_length=4, choices=Environment.choices, editable=False, help_text=_("its store's, for ever")
    )
    address = models.CharField(_("address"), max_length=320, validators=[validate_email])
    aliases = ArrayField(
        models.CharField(max_length=320, validators=[validate_email]),
        verbose_name=_("other addresses"),
        default=list,
        blank=True,
    )
    queue = models.ForeignKey(
        "helpdesk.Queue", on_delete=models.PROTECT, related_name="mailboxes", verbose_name=_("queue")
    )
    locale = models.CharField(_("language"), max_length=35, default="en")
    public_name = VisibleLineField(_("public name"), max_length=200)
    greeting = models.TextField(_("greeting"), max_length=2000, blank=True)
    signature = models.TextField(_("signature"), max_length=2000, blank=True)
    mode = models.CharField(_("what Attend does"), max_length=5, choices=MailboxMode.choices)
    signs_in_by = models.CharField(
        _("signs in by"),
        max_length=9,
        choices=SignIn.choices,
        default=SignIn.PASSWORD,
        db_default=SignIn.PASSWORD,
    )
    receipts_since = models.DateTimeField(
        null=True,
        editable=False,
        help_text=_("since when receipts leave by it; null until somebody has seen what they say"),
    )
    receipt_openings = models.JSONField(
        default=dict,
        db_default=models.Value({}, output_field=models.JSONField()),
        editable=False,
        help_text=_("how receipts begin, by language; else as we begin them"),
    )

    imap_host = _host(_("IMAP server"))
    imap_port = _port(993)
    imap_security = _security(LineSecurity.TLS)
    imap_login = models.CharField(_("login"), max_length=320, blank=True)
    imap_password = SealedField(_("password"))
    folders = ArrayField(
        models.CharField(max_length=200), verbose_name=_("folders that are read"), default=default_folders
    )
    sent_folder = models.CharField(_("folder of what was sent"), max_length=200, blank=True)

    smtp_host = _host(_("SMTP server"))
    smtp_port = _port(587)
    smtp_security = _security(LineSecurity.STARTTLS)
    smtp_login = models.CharField(_("login"), max_length=320, blank=True)
    smtp_password = SealedField(_("password"))

    fetches_since = models.DateTimeField(
        null=True, editable=False, help_text=_("what came before is left there")
    )
    read_at = models.DateTimeField(null=True, editable=False, help_text=_("when it was last read to the end"))
    failing_since = models.DateTimeField(
        null=True, editable=False, help_text=_("since when it cannot be read")
    )
    said = models.CharField(
        max_length=500, blank=True, editable=False, help_text=_("what its server said then")
    )
    created_at = models.DateTimeField(_("created at"), db_default=models.functions.Now())

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints = [
            models.UniqueConstraint(
                name="mailbox_address_once_per_environment", fields=["environment", "address"]
            ),
            models.CheckConstraint(
                name="mailbox_environment_is_known", condition=Q(environment__in=Environment.values)
            ),
            models.CheckConstraint(name="mailbox_mode_is_known", condition=Q(mode__in=MailboxMode.values)),
            models.CheckConstraint(
                name="mailbox_sign_in_is_known", condition=Q(signs_in_by__in=SignIn.values)
            ),
            models.CheckConstraint(
                name="mailbox_security_is_known",
                condition=Q(imap_security__in=LineSecurity.values, smtp_security__in=LineSecurity.values),
            ),
            models.CheckConstraint(
                name="mailbox_address_has_no_capitals", condition=Q(address=models.functions.Lower("address"))
            ),
            models.CheckConstraint(
                name="mailbox_that_answers_has_a_way_out",
                condition=~Q(smtp_host="") | Q(mode=MailboxMode.WATCH),
            ),
            models.CheckConstraint(
                name="mailbox_that_watches_is_read", condition=~Q(imap_host="") | Q(mode=MailboxMode.FULL)
            ),
            models.CheckConstraint(
                name="mailbox_that_fails_says_why", condition=Q(failing_since=None) | ~Q(said="")
            ),
            closed("imap_password", "smtp_password"),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def folders_to_read(self) -> list[str]:
        """All that is read there; the first of what comes is last, where a look ends and its server tells of more."""
        return [*([self.sent_folder] if self.sent_folder else []), *reversed(self.folders)]

    @property
    def sends_receipts(self) -> bool:
        return self.mode == MailboxMode.FULL and self.receipts_since is not None

    def clean(self) -> None:
        """Say what a mailbox lacks for its mode, and which other one has its address in its environment."""
        super().clean()
        if self.mode == MailboxMode.FULL and not self.smtp_host:
            raise ValidationError({"smtp_host": _("To answer, it needs a server to send by.")})
        if self.mode == MailboxMode.WATCH and not self.imap_host:
            raise ValidationError({"imap_host": _("To watch it, Attend has to read it.")})
        if self.sent_folder.casefold() in {folder.casefold() for folder in self.folders}:
            raise ValidationError({"sent_folder": _("What was sent lies in a folder of its own.")})
        others = Mailbox.objects.in_environment(self.environment).exclude(pk=self.pk)
        if other := others.known_by([self.address, *self.aliases]).first():
            told = _("The mailbox %(mailbox)s has this address, or one of the others.")
            raise ValidationError({"address": ValidationError(told, params={"mailbox": other.address})})
