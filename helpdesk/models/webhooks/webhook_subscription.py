"""What stores want to be told of their conversations."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models.store import new_webhook_secret


class WebhookKind(models.TextChoices):
    """What can be told, by the type of its message; each is described in docs/api.md."""

    TICKET_OPENED = "ticket.opened", _("a ticket was opened")
    TICKET_STATUS_CHANGED = "ticket.status_changed", _("a ticket stands otherwise")
    MESSAGE_RECEIVED = "message.received", _("a customer wrote")
    MESSAGE_SENT = "message.sent", _("a reply was sent")
    MESSAGE_BOUNCED = "message.bounced", _("a reply never arrived")
    MESSAGE_NOTED = "message.noted", _("an internal note, or a word from or to a third party")


class WebhookSubscription(models.Model):
    """An address that is told what happens in the conversations of a store, of the kinds that it asks for.

    Notes are a kind of their own. Names of agents leave only where `agent_names` says so.
    """

    store = models.ForeignKey(
        "helpdesk.Store", on_delete=models.CASCADE, related_name="webhooks", verbose_name=_("store")
    )
    url = models.URLField(_("address"), max_length=500)
    secret = models.CharField(_("secret"), max_length=100, default=new_webhook_secret)
    kinds = ArrayField(models.CharField(max_length=25, choices=WebhookKind.choices), verbose_name=_("kinds"))
    agent_names = models.BooleanField(
        _("real names of agents"), default=False, help_text=_("Else they are called as the mailbox is.")
    )
    created_at = models.DateTimeField(_("created at"), db_default=models.functions.Now())

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(name="webhook_has_a_secret", condition=~Q(secret="")),
            models.CheckConstraint(
                name="webhook_kinds_are_known", condition=Q(kinds__contained_by=WebhookKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store}: {self.url}"
