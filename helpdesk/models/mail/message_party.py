"""Who is named in the head of a message's mail: who wrote it, and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PartyRole(models.TextChoices):
    """In which line of the head somebody is named."""

    SENDER = "sender", _("from")
    TO = "to", _("to")
    CC = "cc", _("Cc")


WAITING = ~Q(role=PartyRole.SENDER) & Q(taken_at=None, failed_at=None)


class MessagePartyQuerySet(models.QuerySet["MessageParty"]):
    def written_to(self) -> Self:
        """Keep those to whom a message went."""
        return self.exclude(role=PartyRole.SENDER)

    def waiting(self) -> Self:
        """Keep those for whom no server has taken a message of ours yet, nor refused it for good."""
        return self.filter(WAITING)

    def in_order(self) -> Self:
        """In the order in which the mail names them."""
        return self.order_by("message_id", "id")


class MessageParty(models.Model):
    """Somebody by whom or to whom a message was mailed, in or out: by value, as the mail said it.

    Of a reply of ours they are whom it goes to, settled when *Send* was pressed, and no sender; and it says of each
    when a server took it for them, and when it was known not to reach them.
    """

    message = models.ForeignKey(
        "helpdesk.Message", on_delete=models.CASCADE, related_name="parties", db_index=False
    )
    role = models.CharField(max_length=6, choices=PartyRole.choices)
    name = models.CharField(_("name"), max_length=200, blank=True)
    address = models.CharField(_("e-mail"), max_length=320)
    address_key = models.CharField(max_length=640, help_text=_("the e-mail in lower case"))
    is_new = models.BooleanField(
        default=False, db_default=False, help_text=_("had no part in the ticket before a reply went to them")
    )
    taken_at = models.DateTimeField(null=True, help_text=_("when a server took it for them"))
    failed_at = models.DateTimeField(null=True, help_text=_("when it was known not to reach them"))

    objects = MessagePartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party of a message")
        verbose_name_plural = _("parties of messages")
        constraints = [
            models.UniqueConstraint(
                name="message_party_once_in_a_role", fields=["message", "role", "address_key"]
            ),
            models.CheckConstraint(
                name="message_party_role_is_known", condition=Q(role__in=PartyRole.values)
            ),
            models.CheckConstraint(name="message_party_has_an_address", condition=~Q(address_key="")),
        ]
        indexes = [models.Index(name="message_party_by_address", fields=["address_key"])]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def by_role(parties: Iterable[MessageParty]) -> dict[str, list[MessageParty]]:
    """Return who stands in each line of a head, in the order given; of a line that is not there, nobody."""
    named: dict[str, list[MessageParty]] = {role: [] for role in PartyRole}
    for party in parties:
        named[party.role].append(party)
    return named
