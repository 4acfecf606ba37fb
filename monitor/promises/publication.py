"""What should have been read before a version is published: who is left without what, and what is never due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from django.utils.translation import ngettext

from helpdesk.input.visible_text import isolated
from helpdesk.models import Queue, Store
from monitor.clock.book.policy import PolicyInForce
from monitor.clock.book.rules import parse_rules
from monitor.models import Calendar, Clock, PolicyVersion, VersionScope
from monitor.promises import in_force
from monitor.promises.coverage import KnownValues, doubts_about_coverage
from monitor.promises.coverage_words import CoverageWords
from monitor.promises.hours import hours_doubts
from monitor.relay import book

_SAID: Final = 8
"""So many losses are said one by one."""


def doubts_about_policy(version: PolicyVersion, *, at: datetime) -> list[str]:
    """Say what a version that can be read would do that may not be meant, from an instant on; it is not saved yet."""
    before = [
        known for one in in_force.policies_in_force(at) if (known := book.current().policy_version(one.pk))
    ]
    others = [one for one in before if one.policy != version.policy_id]
    after = others if version.retired else [*others, _as_published(version, at=at)]
    doubts = doubts_about_coverage(
        before,
        sorted(after, key=attrgetter("position", "policy")),
        published=version.policy_id,
        known=_known(),
    )
    words = CoverageWords()
    return [
        *_taken_away(version),
        *map(words.impossible, doubts.impossible),
        *map(words.unreached, doubts.unreached),
        *_first_few([words.loss(loss) for loss in doubts.losses]),
        *([] if version.retired else _reach(version, at=at)),
    ]


def doubts_about_calendar(calendar: Calendar, spec: Any, *, at: datetime) -> list[str]:
    """Say what hours that can be read would do that may not be meant, from an instant on."""
    counting = [one for one in in_force.policies_in_force(at) if one.calendar_id == calendar.pk]
    now = in_force.hours_in_force(calendar, at)
    return hours_doubts.doubts_about_hours(spec, before=now.spec if now else {}, policies=counting, at=at)


def _as_published(version: PolicyVersion, *, at: datetime) -> PolicyInForce:
    return PolicyInForce(
        id=0,
        policy=version.policy_id,
        version=0,
        position=version.position,
        effective_at=at,
        scope=version.scope,
        calendar=version.calendar_id,
        rules=parse_rules(version.rules),
    )


def _taken_away(version: PolicyVersion) -> Iterator[str]:
    """Say what retiring a policy for open clocks takes from those that run."""
    if not version.retired or version.scope != VersionScope.NEW_AND_OPEN:
        return
    running = Clock.objects.not_ended().filter(policy_version__policy=version.policy, target__isnull=False)
    number = running.count()
    told = ngettext(
        "%(policy)s: %(number)d clock that runs loses its target, or gets that of another policy",
        "%(policy)s: %(number)d clocks that run lose their targets, or get those of another policy",
        number,
    )
    yield told % {"policy": isolated(str(version.policy)), "number": number}


def _reach(version: PolicyVersion, *, at: datetime) -> list[str]:
    hours = in_force.hours_in_force(version.calendar, at)
    if hours is None or not hours_doubts.in_hours(version):
        return []
    reach = hours_doubts.doubts_about_reach(hours.spec, policies=[version], at=at)
    return [*reach, *hours_doubts.doubts_about_season(hours.spec)]


def _first_few(said: Sequence[str]) -> list[str]:
    left_out = len(said) - _SAID
    if left_out <= 0:
        return list(said)
    more = ngettext("and %(number)d kind of tickets more", "and %(number)d kinds of tickets more", left_out)
    return [*said[:_SAID], more % {"number": left_out}]


def _known() -> KnownValues:
    stores, queues = Store.objects.values_list("pk", flat=True), Queue.objects.values_list("pk", flat=True)
    return KnownValues(frozenset(stores), frozenset(queues))
