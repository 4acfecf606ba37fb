"""Mail to an admin about mail: by the house's own server, which is none of those in trouble, and in their language."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from helpdesk.input import zone_name
from helpdesk.mail.trouble.trouble_words import trouble_subject, trouble_text
from helpdesk.models import Agent, Environment, Mailbox, MailTrouble
from helpdesk.outbox import mail_server
from helpdesk.outbox.channel import Channel, Needless, Parcel, Sent, named_each

MAIL_TROUBLE = "mail_trouble"
"""The channel; its key is the admin's number."""
TROUBLE = "trouble"


def admins_to_tell() -> QuerySet[Agent]:
    """Return who is told: admins who can log in, those of the demo while mail stays on this machine."""
    admins = Agent.objects.filter(is_admin=True, is_active=True).order_by("pk")
    return admins.filter(is_demo=False) if mail_server.is_remote() else admins


def may_be_told(mailbox: Mailbox) -> bool:
    """Whether anybody is to hear of it: of test and demo only while mail stays on this machine."""
    return mailbox.environment == Environment.LIVE or not mail_server.is_remote()


def way_out(key: int) -> str | None:
    """Return the house's mail server, while the agent is an admin to tell."""
    return mail_server.way_out() if admins_to_tell().filter(pk=key).exists() else None


def send(parcel: Parcel, *, now: datetime) -> Sent | Needless:
    """Mail how these troubles stand as it leaves; raises `AttemptFailed`."""
    admin = Agent.objects.get(pk=parcel.key)
    found = MailTrouble.objects.filter(pk__in=parcel.numbers(TROUBLE)).select_related(
        "mailbox__consent__given_by"
    )
    troubles = list(found.order_by("over_at", "since"))
    if not troubles:
        return Needless()
    with override(admin.locale):
        zone = zone_name.read(admin.timezone) or UTC
        subject, body = trouble_subject(troubles), trouble_text(troubles, zone=zone)
    mail_server.send(mail_server.automatic(subject, body, to=[admin.email], name=parcel.message_id))
    return Sent((str(admin.pk),))


def whom(keys: Collection[int]) -> dict[int, str]:
    return named_each(_("Trouble with mail, told to %s"), Agent.objects.in_bulk(keys), keys)


CHANNEL = Channel(pace=timedelta(), way_out=way_out, send=send, whom=whom)
