"""Mail to those who can act: one a minute and queue, about the promises that are broken or at risk now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from helpdesk.input.visible_text import isolated, unturned
from helpdesk.models import Agent, Author, Environment, MailedReply, Queue
from helpdesk.outbox import mail_server
from helpdesk.outbox.channel import Channel, Misdirected, Needless, NobodyThere, Parcel, Sent, named_each
from helpdesk.outbox.mail_server import Refusals
from monitor.alerts import recipients
from monitor.alerts.news_delivery import NEWS
from monitor.alerts.recipients import Recipients
from monitor.models import Flag, Level, News


def way_out(key: int) -> str | None:
    """Return the mail server, where there still is such a queue."""
    return mail_server.way_out() if Queue.objects.filter(pk=key).exists() else None


def send(parcel: Parcel, *, now: datetime) -> Sent | Needless:
    """Mail what of these news still matters, to those who have not got it; nothing and nobody, no mail.

    A flag that was withdrawn or taken in hand meanwhile, or whose clock has ended, is left out. One whose
    ticket is in another queue by now is told there. Raises `AttemptFailed`.
    """
    queue, flags = Queue.objects.get(pk=parcel.key), _that_matter(parcel.numbers(NEWS))
    if not flags:
        return Needless()
    _refuse_of_other_queues(queue, parcel.numbers(NEWS), flags)
    told = recipients.of(queue, flags)
    if not told.agents:
        raise NobodyThere("there is nobody to be told: no overseer, no assignee, no admin")
    missing = [agent for agent in told.agents if str(agent.pk) not in parcel.reached]
    return _sent(parcel, queue, flags, told, missing, now=now) if missing else Needless()


def whom(keys: Collection[int]) -> dict[int, str]:
    return named_each(_("Alerts of the queue %s"), Queue.objects.in_bulk(keys), keys)


CHANNEL = Channel(pace=timedelta(minutes=1), way_out=way_out, send=send, whom=whom)


def send_test(*, agent: Agent, name: str) -> None:
    """Mail an alert that is none, to see that alerts arrive; raises `AttemptFailed`."""
    body = _("This is a test. Alerts about promises that break in your queues will reach you like this.")
    mail_server.send(mail_server.automatic(_("[Attend] Test alert"), body, to=[agent.email], name=name))


def _that_matter(numbers: Sequence[int]) -> list[Flag]:
    told = Flag.objects.open().filter(news__in=numbers).distinct()
    newest_first = told.select_related("ticket", "ticket__customer", "ticket__assignee", "store", "clock")
    flags = newest_first.order_by("level", "raised_at", "id")
    return [flag for flag in flags if recipients.may_be_told(flag.store.environment)]


def _refuse_of_other_queues(queue: Queue, numbers: Sequence[int], flags: Sequence[Flag]) -> None:
    """Raise `Misdirected` with the news of those flags whose tickets are elsewhere by now."""
    moved = {flag.pk: flag.ticket.queue_id for flag in flags if flag.ticket.queue_id != queue.pk}
    elsewhere: dict[int, list[int]] = defaultdict(list)
    news = News.objects.filter(pk__in=numbers, flag__in=moved).order_by("pk")
    for number, flag_id in news.values_list("pk", "flag_id"):
        elsewhere[moved[flag_id]].append(number)
    if elsewhere:
        raise Misdirected(NEWS, elsewhere)


def _sent(
    parcel: Parcel,
    queue: Queue,
    flags: Sequence[Flag],
    told: Recipients,
    missing: Sequence[Agent],
    *,
    now: datetime,
) -> Sent:
    with override(settings.LANGUAGE_CODE):
        subject, body = _subject(queue, flags), _body(queue, flags, told, now=now)
    to = [agent.email for agent in missing]
    refused = mail_server.send(mail_server.automatic(subject, body, to=to, name=parcel.message_id))
    return _outcome(missing, refused, told)


def _outcome(missing: Sequence[Agent], refused: Refusals, told: Recipients) -> Sent:
    reached = tuple(str(agent.pk) for agent in missing if agent.email not in refused.codes)
    return Sent(reached, missed=refused.named(), why=str(refused), remark=told.remark)


def _subject(queue: Queue, flags: Sequence[Flag]) -> str:
    """Say how many promises of which queue, and of which environment where it is not live."""
    broken, at_risk = _broken(flags), _at_risk(flags)
    if broken:
        text = ngettext(
            "%(n)d promise broken in %(queue)s", "%(n)d promises broken in %(queue)s", len(broken)
        )
    else:
        text = ngettext(
            "%(n)d promise at risk in %(queue)s", "%(n)d promises at risk in %(queue)s", len(at_risk)
        )
    return _mark(flags) + text % {"n": len(broken or at_risk), "queue": unturned(queue.name)}


def _mark(flags: Sequence[Flag]) -> str:
    others = {flag.store.environment for flag in flags} - {Environment.LIVE}
    return "[Attend] " + "".join(f"[{Environment(each).label}] " for each in sorted(others))


def _body(queue: Queue, flags: Sequence[Flag], told: Recipients, *, now: datetime) -> str:
    leaving = _answers_on_their_way(flags)
    context = {
        "queue": _named(queue),
        "broken": [(flag, _where(flag, leaving), _address(flag)) for flag in _broken(flags)],
        "at_risk": [(flag, _where(flag, leaving), _address(flag)) for flag in _at_risk(flags)],
        "nobody_oversees": told.instead,
        "setup": settings.PUBLIC_URL + reverse("checklist"),
        "now": now,
    }
    return render_to_string("monitor/mail/flags.txt", context)


def _broken(flags: Sequence[Flag]) -> list[Flag]:
    return [flag for flag in flags if flag.level == Level.BREACHED]


def _at_risk(flags: Sequence[Flag]) -> list[Flag]:
    """Return the flags of promises at risk that are not broken besides."""
    broken = {flag.clock_id for flag in _broken(flags)}
    return [flag for flag in flags if flag.level == Level.AT_RISK and flag.clock_id not in broken]


def _answers_on_their_way(flags: Sequence[Flag]) -> dict[int, datetime]:
    """Return, by ticket, when a person has answered last whose reply no mail server has accepted yet."""
    by_people = {"message__author": Author.AGENT, "message__automatic": False}
    replies = MailedReply.objects.leaving().filter(
        message__ticket__in={flag.ticket_id for flag in flags}, **by_people
    )
    return dict(replies.order_by("message__sent_at").values_list("message__ticket", "message__sent_at"))


def _where(flag: Flag, leaving: Mapping[int, datetime]) -> str:
    """Say whose ticket it is: the store with its environment, the assignee, and what answer is on its way."""
    parts = [f"{_named(flag.store)} ({flag.store.get_environment_display()})"]
    if flag.ticket.assignee:
        parts.append(_named(flag.ticket.assignee))
    if answered := leaving.get(flag.ticket_id):
        told = _("answered %(at)s UTC, not accepted by a mail server yet")
        parts.append(told % {"at": f"{answered.astimezone(UTC):%Y-%m-%d %H:%M:%S}"})
    return " · ".join(parts)


def _named(whom: object) -> str:
    """Return a name that turns no line of the mail; plain letters need nothing for that."""
    name = str(whom)
    return name if name.isascii() else isolated(name)


def _address(flag: Flag) -> str:
    return settings.PUBLIC_URL + reverse("ticket", args=[flag.ticket.reference])
