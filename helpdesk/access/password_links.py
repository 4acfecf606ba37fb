"""A link by which somebody chooses a new password: by mail, good once and for an hour.

It leaves by the outbox, and is made when it is sent: nothing that lets anybody in is kept, a mail server that sleeps
costs nothing, and whoever asks learns nothing from how long the answer took.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from helpdesk.access import security_log
from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.outbox import items, mail_server
from helpdesk.outbox.channel import Channel, Parcel, Sent

CHANNEL_NAME = "password_link"
KIND = "password_link"


def ask(*, email: str, address: str | None, now: datetime) -> None:
    """Have a link sent to whoever has a login by this e-mail; nobody is told whether somebody has."""
    require_transaction()
    agent = _who_may_choose().filter(email=email.strip().lower()).first()
    if agent is None:
        return
    items.put(channel_name=CHANNEL_NAME, key=agent.pk, kind=KIND, numbers=[agent.pk], now=now)
    security_log.record(Kind.PASSWORD_LINK_ASKED, address=address, agent=agent.pk)


def way_out(key: int) -> str | None:
    """Return the mail server, where the agent may still log in."""
    return mail_server.way_out() if _who_may_choose().filter(pk=key).exists() else None


def send(parcel: Parcel, *, now: datetime) -> Sent:
    """Mail a link that is made this moment, in the agent's language; raises `AttemptFailed`."""
    agent = _who_may_choose().get(pk=parcel.key)
    with override(agent.locale):
        told = {"agent": agent, "link": link_for(agent)}
        body = render_to_string("helpdesk/mail/password_link.txt", told).lstrip()
        subject = _("[Attend] A new password")
    mail_server.send(mail_server.automatic(subject, body, to=[agent.email], name=parcel.message_id))
    return Sent((str(agent.pk),))


CHANNEL = Channel(pace=timedelta(minutes=1), way_out=way_out, send=send)


def link_for(agent: Agent) -> str:
    """Return the address that lets this agent choose a password; a new password or a login makes it worthless."""
    whose, token = user_pk_to_url_str(agent), default_token_generator.make_token(agent)
    return settings.PUBLIC_URL + reverse("account_reset_password_from_key", args=[whose, token])


def _who_may_choose() -> QuerySet[Agent]:
    """Return the agents who can log in at all: the demo's passwords are everybody's, and stay so."""
    return Agent.objects.filter(is_active=True, is_demo=False)
