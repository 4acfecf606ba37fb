"""Keys by which a store proves itself to the API."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.store import Store


class Scope(models.TextChoices):
    """What an API key may do."""

    READ = "read", _("read tickets, clocks and flags")
    WRITE = "write", _("send tickets and customer messages")
    ACT = "act", _("answer and act as a named agent")
    NOTES = "notes", _("read internal notes")
    MAIL = "mail", _("hand in mail, and read what became of it")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def valid(self) -> Self:
        return self.filter(revoked_at=None)


class ApiKey(models.Model):
    """A store's key: `att_<environment>_<public_id>_<secret>`, of which only a digest is kept.

    A store holds at most two valid keys at a time, one in each slot, so that they can be rotated.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="api_keys")
    name = VisibleLineField(_("name"), max_length=100, blank=True)
    public_id = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=5, choices=Scope.choices))
    slot = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(_("created at"), db_default=models.functions.Now())
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.UniqueConstraint(
                name="api_key_two_at_a_time", fields=["store", "slot"], condition=Q(revoked_at=None)
            ),
            models.CheckConstraint(name="api_key_slot_is_one_or_two", condition=Q(slot__in=[1, 2])),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.store})"

    @property
    def rights(self) -> list[str]:
        """What it may do, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]
