"""Stores and the keys by which they speak."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.alike_names import namesake, one_of_a_name
from helpdesk.models.queue import Queue

if TYPE_CHECKING:
    from helpdesk.models.agent import Agent


class Environment(models.TextChoices):
    """What a store is for; given once, inherited by everything under it."""

    LIVE = "live", _("live")
    TEST = "test", _("test")
    DEMO = "demo", _("demo")


def new_webhook_secret() -> str:
    """Return 32 random bytes, spelled as Standard Webhooks has it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class StoreQuerySet(models.QuerySet["Store"]):
    def in_environment(self, environment: str) -> Self:
        return self.filter(environment=environment)

    def visible_to(self, agent: Agent) -> Self:
        """Keep the stores whose tickets come to the agent's queues; an admin sees all."""
        if agent.is_admin:
            return self
        theirs = Queue.objects.visible_to(agent)
        handing = Store.other_queues.through.objects.filter(queue__in=theirs).values("store")
        writing = theirs.filter(mailboxes__isnull=False).values("mailboxes__store")
        return self.filter(Q(default_queue__in=theirs) | Q(pk__in=handing) | Q(pk__in=writing))


class Store(models.Model):
    """An e-commerce site, or another inlet, that tickets come from."""

    name = VisibleLineField(_("name"), max_length=200)
    environment = models.CharField(_("environment"), max_length=4, choices=Environment.choices)
    default_queue = models.ForeignKey(
        "helpdesk.Queue", on_delete=models.PROTECT, related_name="stores", verbose_name=_("queue")
    )
    other_queues = models.ManyToManyField(
        "helpdesk.Queue",
        related_name="+",
        blank=True,
        verbose_name=_("other queues"),
        help_text=_("Where its keys may hand tickets to, besides its own queue."),
    )
    locale = models.CharField(_("language"), max_length=35, default="en")
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    webhook_url = models.URLField(_("webhook address"), max_length=500, blank=True)
    webhook_secret = models.CharField(_("webhook secret"), max_length=100, default=new_webhook_secret)
    created_at = models.DateTimeField(_("created at"), db_default=models.functions.Now())

    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        constraints = [
            models.CheckConstraint(
                name="store_environment_is_known", condition=Q(environment__in=Environment.values)
            ),
            models.CheckConstraint(name="store_has_a_webhook_secret", condition=~Q(webhook_secret="")),
            one_of_a_name("environment"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse the name of another store of the environment, however it is spelled."""
        super().clean()
        others = Store.objects.in_environment(self.environment).exclude(pk=self.pk)
        if other := namesake(others, self.name):
            told = _("There is a store of this name: “%(store)s”.")
            raise ValidationError({"name": ValidationError(told, params={"store": other.name})})
