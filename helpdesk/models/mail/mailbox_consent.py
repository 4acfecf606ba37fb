"""Consents: what lets us into a mailbox without a password, given by whoever may open it, and taken back at will."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.secrets.sealed_field import SealedField, closed


class SignIn(models.TextChoices):
    """How a mailbox's servers know that it is us: by a password, or by a provider's word that somebody consented."""

    PASSWORD = "password", _("a login and a password")
    GOOGLE = "google", _("Google, by consent")
    MICROSOFT = "microsoft", _("Microsoft 365, by consent")


class MailboxConsent(models.Model):
    """What a provider gave for one mailbox when `account` consented, which `given_by` asked it to.

    The access token is for mail servers and ends soon; the refresh token brings the next one. Both are secrets. A
    provider that refuses it has refused for good: it takes another consent.
    """

    mailbox = models.OneToOneField(
        "helpdesk.Mailbox", on_delete=models.CASCADE, primary_key=True, related_name="consent"
    )
    provider = models.CharField(max_length=9, choices=SignIn.choices)
    account = models.CharField(_("account"), max_length=320)
    given_by = models.ForeignKey("helpdesk.Agent", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given at"))
    access_token = SealedField()
    access_until = models.DateTimeField(help_text=_("when the access token ends"))
    refresh_token = SealedField()
    refused_at = models.DateTimeField(null=True, help_text=_("when the provider took it for good no more"))
    said = models.CharField(max_length=500, blank=True, help_text=_("what the provider said then"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                name="mailbox_consent_is_of_a_provider",
                condition=Q(provider__in=[SignIn.GOOGLE, SignIn.MICROSOFT]),
            ),
            models.CheckConstraint(
                name="mailbox_consent_that_is_refused_says_why",
                condition=Q(refused_at=None, said="") | Q(refused_at__isnull=False) & ~Q(said=""),
            ),
            closed("access_token", "refresh_token"),
        ]

    def __str__(self) -> str:
        return self.account
