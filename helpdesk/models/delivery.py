"""The outbox: what is to be told, at which address, by which way out; and what came of it. It holds no content."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WayOut(models.Model):
    """What deliveries leave by: the mail server, or a receiver's host. While it is down, it is probed.

    One that is down is one outage, however many deliveries wait behind it: one of them at a time is attempted
    from `probe_at` on.
    """

    name = models.CharField(_("name"), max_length=300, unique=True)
    down_since = models.DateTimeField(_("down since"), null=True)
    probe_at = models.DateTimeField(_("next probe at"), null=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("way out")
        verbose_name_plural = _("ways out")
        constraints = [
            models.CheckConstraint(
                name="way_out_is_probed_while_it_is_down",
                condition=Q(down_since=None, probe_at=None)
                | Q(down_since__isnull=False, probe_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryAddress(models.Model):
    """Where things are told: a channel by its name in `OUTBOX_CHANNELS`, and whom the channel knows by the key.

    At most one delivery of an address is under way: `leased_until` is null, or in the past, if none is. Its
    way out is what the last attempt found. `left_at` is when something last left for it.
    """

    channel = models.CharField(_("channel"), max_length=50)
    key = models.BigIntegerField(_("number"))
    way_out = models.ForeignKey(
        WayOut,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("way out"),
    )
    leased_until = models.DateTimeField(null=True)
    left_at = models.DateTimeField(_("last sent at"), null=True)
    switched_off_at = models.DateTimeField(_("switched off at"), null=True)

    class Meta:
        verbose_name = _("delivery address")
        verbose_name_plural = _("delivery addresses")
        constraints = [
            models.UniqueConstraint(name="delivery_address_once", fields=["channel", "key"]),
        ]
        indexes = [
            models.Index(
                name="delivery_address_under_way",
                fields=["way_out"],
                condition=Q(leased_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(due_at__isnull=False)

    def collecting(self) -> Self:
        """Keep those that further items may still join."""
        return self.waiting().filter(sealed_at=None)

    def given_up(self) -> Self:
        return self.filter(given_up_at__isnull=False)

    def too_old(self, now: datetime) -> Self:
        return self.waiting().filter(gives_up_at__lte=now)


STATES = ("due_at", "sent_at", "given_up_at", "needless_at")
"""A delivery is in the one whose instant is known."""


def _exactly_one(*instants: str) -> Q:
    """Say that one of these columns is not null, and the others are."""
    ways = [Q(**{f"{each}__isnull": each != chosen for each in instants}) for chosen in instants]
    return reduce(or_, ways)


class Delivery(models.Model):
    """One sending to one address. Attempts are counted before they are made; its id is that of its message.

    It waits while `due_at` says from when it may be attempted, and is over when it was sent, was given up, or
    had nothing left to tell. From `sealed_at` on nothing joins it any more: a receiver may have seen it.
    `reached` are the recipients who have it, by the channel's own names for them; `missed` says of each of the
    others at the last attempt why not.
    """

    address = models.ForeignKey(
        DeliveryAddress, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("address")
    )
    opened_at = models.DateTimeField(_("opened at"))
    due_at = models.DateTimeField(_("due at"), null=True)
    gives_up_at = models.DateTimeField(_("gives up at"))
    sealed_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True)
    needless_at = models.DateTimeField(_("nothing left to tell at"), null=True)
    reached = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    missed = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                name="delivery_waits_or_is_over_in_one_way", condition=_exactly_one(*STATES)
            ),
            models.UniqueConstraint(
                name="delivery_one_collects_per_address",
                fields=["address"],
                condition=Q(due_at__isnull=False, sealed_at=None),
            ),
        ]
        indexes = [
            models.Index(name="delivery_waiting", fields=["due_at"], condition=Q(due_at__isnull=False)),
            models.Index(name="delivery_over", fields=["opened_at"], condition=Q(due_at=None)),
            models.Index(
                name="delivery_giving_up", fields=["gives_up_at"], condition=Q(due_at__isnull=False)
            ),
            models.Index(
                name="delivery_given_up", fields=["address"], condition=Q(given_up_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class DeliveryItem(models.Model):
    """Something that a delivery tells: a row of some kind, by its number. What it says is read when it leaves."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="items", db_index=False)
    kind = models.CharField(max_length=20)
    number = models.BigIntegerField()

    class Meta:
        verbose_name = _("delivery item")
        verbose_name_plural = _("delivery items")
        constraints = [
            models.UniqueConstraint(name="delivery_item_once", fields=["delivery", "kind", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class DatabaseHome(models.Model):
    """One row: where this database was when it was last looked at, in words that no backup makes true elsewhere.

    Found in another place it is a copy. Nothing leaves from `held_since` on, until somebody has looked.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    place = models.CharField(max_length=100)
    held_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("home of the database")
        verbose_name_plural = _("home of the database")
        constraints = [models.CheckConstraint(name="database_home_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.place
