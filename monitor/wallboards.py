"""Wallboards: made, shown and revoked. What a link shows is what its maker sees at that moment, in numbers alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.access import security_log
from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent, Queue
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.refusal import Refused
from monitor.clock.book.rules import Rules, parse_rules
from monitor.clock.metrics import Metric
from monitor.models import Wallboard
from monitor.promises import in_force
from monitor.relay import book
from monitor.reports.answers_today import AnswersToday, answers_today
from monitor.reports.board import standing_now
from monitor.reports.board.board_view import BoardFilter, BoardView
from monitor.reports.board.promised_targets import PromisedTarget
from monitor.reports.rollup.cell_reading import CellReading
from monitor.reports.rollup.live_tally import LiveSums

NOTED_EVERY: Final = timedelta(minutes=1)


class NotYoursToShow(Refused):
    """Who makes a wallboard oversees its queue; one of all queues is made by whoever oversees any."""

    code = "not-yours-to-show"
    sentence = _("You can put a queue on a wall that you oversee.")


@dataclass(frozen=True, slots=True)
class WallFigures:
    """What stands on the wall, and what was promised of it: the targets in force, the shortest first.

    `today` is None while figures are being made.
    """

    at: LiveSums
    today: AnswersToday | None
    acknowledgement: list[PromisedTarget]
    first_response: list[PromisedTarget]


def make(
    *, by: Agent, environment: str, queue: Queue | None, theme: str, now: datetime
) -> tuple[Wallboard, str]:
    """Make a wallboard; return it with the token of its link, to be had only once. Raises `NotYoursToShow`."""
    require_transaction()
    if not _may_show(by, queue):
        raise NotYoursToShow
    token = secrets.token_urlsafe(32)
    made = Wallboard.objects.create(
        digest=_digest(token), agent=by, environment=environment, queue=queue, theme=theme, made_at=now
    )
    _record(made, "made_at", by=by)
    return made, token


def revoke(wallboard: Wallboard, *, by: Agent, now: datetime) -> bool:
    """End the link for ever; false where it was revoked before."""
    require_transaction()
    revoked = Wallboard.objects.valid().filter(pk=wallboard.pk).update(revoked_at=now)
    if revoked:
        _record(wallboard, "revoked_at", by=by)
    return bool(revoked)


def behind(token: str) -> Wallboard | None:
    """Return the wallboard of a link, switched off or not; None for a link that nobody ever made."""
    return Wallboard.objects.select_related("agent", "queue").filter(digest=_digest(token)).first()


def is_on(wallboard: Wallboard) -> bool:
    """Tell whether it is shown: not revoked, and its maker could make it now.

    One of a queue that is retired is not: what is led elsewhere by now would look like nothing at all.
    """
    return wallboard.revoked_at is None and _may_show(wallboard.agent, wallboard.queue)


def note_shown(wallboard: Wallboard, *, now: datetime) -> None:
    """Remember that it hangs somewhere, once a minute at most."""
    since = now - NOTED_EVERY
    if wallboard.shown_at is None or wallboard.shown_at <= since:
        stale = Q(shown_at=None) | Q(shown_at__lte=since)
        Wallboard.objects.filter(stale, pk=wallboard.pk).update(shown_at=now)


def figures(wallboard: Wallboard, *, now: datetime) -> WallFigures:
    """Return what its maker sees at this instant, all of it as of one (`one_instant`)."""
    view = BoardView(
        agent=wallboard.agent,
        environment=wallboard.environment,
        now=now,
        filter=BoardFilter(values={} if wallboard.queue_id is None else {"queue": wallboard.queue_id}),
        reading=CellReading.begin(),
    )
    promised = list(_promised(wallboard.queue_id, now))
    return WallFigures(
        at=standing_now.sums(view),
        today=answers_today(view),
        acknowledgement=_shortest_first(promised, Metric.ACKNOWLEDGEMENT),
        first_response=_shortest_first(promised, Metric.FIRST_RESPONSE),
    )


def _may_show(agent: Agent, queue: Queue | None) -> bool:
    if not agent.is_active or (agent.is_demo and not settings.DEMO_IS_OPEN):
        return False
    overseen = Queue.objects.overseen_by(agent)
    if queue is None:
        return agent.is_admin or overseen.exists()
    return overseen.in_use().filter(pk=queue.pk).exists()


def _promised(queue_id: int | None, now: datetime) -> Iterator[tuple[Metric, PromisedTarget]]:
    """Yield every target in force that may hold for a ticket of the queue."""
    edition = book.current()
    for version in in_force.policies_in_force(now):
        rules = parse_rules(version.rules)
        if _reaches(rules, queue_id):
            hours_version = in_force.hours_in_force(version.calendar, now)
            counted = edition.calendar_version(hours_version.pk if hours_version else None)
            hours = counted.hours if counted else None
            for metric, targets in rules.targets.items():
                for target in targets.values():
                    yield metric, PromisedTarget(replace(target, warn=None), hours)


def _reaches(rules: Rules, queue_id: int | None) -> bool:
    return queue_id is None or "queue" not in rules.match or queue_id in rules.match["queue"]


def _shortest_first(promised: list[tuple[Metric, PromisedTarget]], metric: Metric) -> list[PromisedTarget]:
    return sorted((target for its, target in promised if its == metric), key=lambda one: one.target.duration)


def _digest(token: str) -> bytes:
    return sha256(token.encode(errors="replace")).digest()


def _record(wallboard: Wallboard, what: str, *, by: Agent) -> None:
    named: dict[str, Any] = {"what": "wallboard", "number": wallboard.pk}
    security_log.record(Kind.SET_UP_CHANGED, actor=by, **named, fields=[what])
