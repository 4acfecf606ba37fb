"""The digest as a mail: plain and HTML, in the reader's language, of what they see when it leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi, gettext_lazy, override
from django.utils.translation import gettext as _

from helpdesk.input.visible_text import unturned
from helpdesk.models import Agent, Environment, Queue
from helpdesk.outbox import mail_server
from helpdesk.outbox.channel import Channel, MessageRefused, Needless, Parcel, Sent, named_each
from monitor.alerts import digest_figures, digest_mornings, recipients
from monitor.alerts.digest_figures import DigestFigures
from monitor.alerts.digest_mornings import ISSUE
from monitor.models import DigestIssue, DigestRhythm
from monitor.reports.cell_figures import CellFigures

_LOOKS_AGAIN_AFTER: Final = timedelta(minutes=1)
_SHARES: Final = (gettext_lazy("half waited"), gettext_lazy("nine in ten waited"))


def way_out(key: int) -> str | None:
    """Return the house's mail server, while the reader can be reached by it."""
    return mail_server.way_out() if _reader(key) else None


def send(parcel: Parcel, *, now: datetime) -> Sent | Needless:
    """Mail an issue that is still of its day, where there is something to say; raises `AttemptFailed`.

    The last thing there is to say of a queue is that it was retired: then nothing more is sent of it.
    It waits for figures that are behind, or are being made: what they do not count yet would look like nothing.
    """
    issues = DigestIssue.objects.select_related("digest__agent", "digest__queue")
    issue = issues.filter(pk__in=parcel.numbers(ISSUE)).first()
    if issue is None or not _is_wanted(issue, now=now):
        return Needless()
    told = digest_figures.figures(issue, now=now)
    if not told.are_whole:
        raise MessageRefused("the figures are behind, or being made", not_before=now + _LOOKS_AGAIN_AFTER)
    is_last = _is_last(issue, told)
    if not (told.says_something or is_last):
        return Needless()
    mail_server.send(_mail(issue, told, is_last=is_last, name=parcel.message_id))
    if is_last:
        digest_mornings.stop(by=issue.digest.agent, rhythm=DigestRhythm(issue.digest.rhythm))
    return Sent((str(issue.digest.agent_id),))


def whom(keys: Collection[int]) -> dict[int, str]:
    return named_each(_("Digest, told to %s"), Agent.objects.in_bulk(keys), keys)


CHANNEL = Channel(pace=timedelta(0), way_out=way_out, send=send, whom=whom)


def _reader(key: int) -> Agent | None:
    """Return who can log in and be mailed: those of the demo while mail stays on this machine."""
    agents = Agent.objects.filter(pk=key, is_active=True)
    return (agents.filter(is_demo=False) if mail_server.is_remote() else agents).first()


def _is_wanted(issue: DigestIssue, *, now: datetime) -> bool:
    """Tell whether its reader still asks for it and oversees what it is of, and it is neither old nor to stay here."""
    digest = issue.digest
    agent, zone = digest.agent, digest_mornings.zone_of(digest.agent)
    return (
        digest.due_at is not None
        and _reader(agent.pk) is not None
        and _oversees(agent, digest.queue)
        and recipients.may_be_told(digest.environment)
        and digest_mornings.is_fresh(DigestRhythm(digest.rhythm), issue.day, zone, now=now)
    )


def _oversees(agent: Agent, queue: Queue | None) -> bool:
    overseen = Queue.objects.overseen_by(agent)
    if queue is None:
        return agent.is_admin or overseen.exists()
    return overseen.filter(pk=queue.pk).exists()


def _is_last(issue: DigestIssue, told: DigestFigures) -> bool:
    """Tell whether nothing will be said any more of what it is of."""
    queue = issue.digest.queue
    return queue is not None and queue.retired_at is not None and not told.says_something


def _mail(issue: DigestIssue, told: DigestFigures, *, is_last: bool, name: str) -> EmailMessage:
    agent = issue.digest.agent
    with override(agent.locale), timezone.override(digest_mornings.zone_of(agent)):
        context = _context(issue, told) | {"is_last": is_last}
        plain = render_to_string("monitor/mail/digest.txt", context).lstrip()
        html = render_to_string("monitor/mail/digest.html", context)
        subject = _subject(issue, told)
    return mail_server.automatic(subject, plain, to=[agent.email], name=name, html=html)


def _subject(issue: DigestIssue, told: DigestFigures) -> str:
    queue = issue.digest.queue
    what = unturned(queue.name) if queue else _("all queues")
    days = {"what": what, "first": told.span.first, "last": told.span.last}
    line = (
        _("Digest of %(what)s, %(last)s")
        if told.span.days == 1
        else _("Digest of %(what)s, %(first)s to %(last)s")
    )
    return _mark(issue.digest.environment) + line % days


def _mark(environment: str) -> str:
    return "[Attend] " + ("" if environment == Environment.LIVE else f"[{Environment(environment).label}] ")


def _context(issue: DigestIssue, told: DigestFigures) -> dict[str, Any]:
    return {
        "queue": issue.digest.queue,
        "told": told,
        "rows": list(_rows(told.now, told.before)),
        "waits": [(words, *waits) for words, waits in zip(_SHARES, told.waits, strict=False)],
        "worst": [
            (one, unturned(one.queue.name), _address("ticket", one.ticket.reference)) for one in told.worst
        ],
        "board": _address("board"),
        "digests": _address("digests"),
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
    }


def _rows(now: CellFigures, before: CellFigures) -> Iterator[tuple[str, int, int]]:
    """Yield what became of those who asked, in words, in these days and in those before them."""
    yield _("asked"), now.n, before.n
    yield _("answered"), now.parts["answered"], before.parts["answered"]
    yield _("late or never answered, of what was promised"), _broken(now), _broken(before)
    yield _("still waiting"), now.parts["waiting"], before.parts["waiting"]


def _broken(figures: CellFigures) -> int:
    return figures.slices["late"] + figures.slices["unanswered"]


def _address(name: str, *args: object) -> str:
    return settings.PUBLIC_URL + reverse(name, args=args)
