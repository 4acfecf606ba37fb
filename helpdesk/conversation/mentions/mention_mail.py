"""Mail to a colleague who was mentioned and has not looked for a while: one for all of it, and once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from helpdesk.input.visible_text import isolated, one_line, unturned
from helpdesk.models import Agent, Environment, Mention, Message
from helpdesk.models.desk.mention import MentionQuerySet
from helpdesk.outbox import items, mail_server
from helpdesk.outbox.channel import Channel, Needless, Parcel, Sent, named_each

MENTION_MAIL: Final = "mention_mail"
"""The channel; its key is the number of who was mentioned."""
MENTION: Final = "mention"
SHOWN: Final = 120
"""So much of a note is told: what it is about, not what it says."""


def tell(agents: Iterable[Agent], message: Message, *, now: datetime | None) -> None:
    """Note whom a note mentions; from `now` on they have time to look before they are mailed, null: nobody is."""
    wait = settings.MENTIONS_MAILED_AFTER
    mail_at = now + wait if now and wait else None
    Mention.objects.bulk_create([Mention(message=message, agent=agent, mail_at=mail_at) for agent in agents])


def make_out(*, now: datetime, limit: int) -> int:
    """Put mentions that nobody has looked at in time into the outbox; return at how many was looked."""
    with transaction.atomic():
        due = Mention.objects.filter(mail_at__lte=now).order_by("mail_at", "pk")
        found = list(due.select_for_update(skip_locked=True)[:limit])
        unread: dict[int, list[int]] = defaultdict(list)
        for each in found:
            if each.read_at is None:
                unread[each.agent_id].append(each.pk)
        for agent, numbers in sorted(unread.items()):
            items.put(channel_name=MENTION_MAIL, key=agent, kind=MENTION, numbers=numbers, now=now)
        Mention.objects.filter(pk__in=[each.pk for each in found]).update(mail_at=None)
    return len(found)


def way_out(key: int) -> str | None:
    """Return the house's mail server, while somebody can be reached by it."""
    return mail_server.way_out() if _reachable(key) else None


def send(parcel: Parcel, *, now: datetime) -> Sent | Needless:
    """Mail what they have still not read and may still see, in their language; raises `AttemptFailed`."""
    agent = _reachable(parcel.key)
    mentions = list(_to_tell(agent, parcel.numbers(MENTION))) if agent and agent.mails_mentions else []
    if agent is None or not mentions:
        return Needless()
    with override(agent.locale):
        subject, body = _subject(mentions), _body(mentions)
    mail_server.send(mail_server.automatic(subject, body, to=[agent.email], name=parcel.message_id))
    return Sent((str(agent.pk),))


def whom(keys: Collection[int]) -> dict[int, str]:
    return named_each(_("Mentions, told to %s"), Agent.objects.in_bulk(keys), keys)


CHANNEL = Channel(pace=timedelta(minutes=1), way_out=way_out, send=send, whom=whom)


def _reachable(key: int) -> Agent | None:
    """Return who can log in and be mailed: those of the demo while mail stays on this machine."""
    agents = Agent.objects.filter(pk=key, is_active=True)
    return (agents.filter(is_demo=False) if mail_server.is_remote() else agents).first()


def _to_tell(agent: Agent, numbers: Collection[int]) -> MentionQuerySet:
    """Keep what may leave, too: of test and demo only while mail stays on this machine."""
    told = Mention.objects.of(agent).unread().filter(pk__in=numbers)
    if mail_server.is_remote():
        told = told.filter(message__ticket__store__environment=Environment.LIVE)
    return told.select_related("message__ticket", "message__agent").order_by("pk")


def _subject(mentions: Sequence[Mention]) -> str:
    message = mentions[0].message
    told = {"who": unturned(str(message.agent)), "reference": message.ticket.reference}
    if len(mentions) == 1:
        return "[Attend] " + _("%(who)s mentioned you on %(reference)s") % told
    words = ngettext("%(n)d note mentions you", "%(n)d notes mention you", len(mentions))
    return "[Attend] " + words % {"n": len(mentions)}


def _body(mentions: Sequence[Mention]) -> str:
    told = [
        {
            "who": isolated(str(each.message.agent)),
            "reference": each.message.ticket.reference,
            "line": one_line(unturned(each.message.body))[:SHOWN],
            "link": settings.PUBLIC_URL + reverse("ticket", args=[each.message.ticket.reference]),
        }
        for each in mentions
    ]
    context = {"mentions": told, "preferences": settings.PUBLIC_URL + reverse("preferences")}
    return render_to_string("helpdesk/mail/mentions.txt", context).lstrip()
